"""Raw documents that are kept: what `keep` returned from can be read, by us and by others, whatever happened since."""

from __future__ import annotations

import gzip
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator

from warraq.errors import ArchiveError
from warraq.fetchers.raws import WarcKeeper
from warraq.fetchers.warc import read_warc
from warraq.types import Failure, Raw, RawDocument, Reason

WHEN = datetime(2026, 11, 22, 10, 30, 5, 250, tzinfo=UTC)


def page(n: int, body: bytes | None = None) -> RawDocument:
    headers = {"content-type": "text/html", "etag": f'"{n}"', "content-encoding": "br"}
    return RawDocument(f"https://news.example/{n}", body or b"<p>%d " % n * 50, WHEN, "text/html", 200, headers)


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[WarcKeeper]:
    keeper = WarcKeeper(tmp_path / "raw")
    yield keeper
    keeper.close()


def types(path: Path) -> list[str]:
    """The records of a file as another reader sees them, digests checked."""
    found = []
    for record in ArchiveIterator(str(path), parse_http=False):
        assert record.headers.get("WARC-Block-Digest") is None or record.verify_block_digest()
        found.append(record.headers["WARC-Type"])
    return found


def test_what_is_kept_is_read_back(keeper: WarcKeeper) -> None:
    documents = [page(n) for n in range(5)]
    kept = [*keeper.keep(documents[:3]), *keeper.keep(documents[3:]), *keeper.keep([])]
    assert [keeper.read(raw) for raw in kept] == documents
    assert [(raw.url, raw.fetched_at) for raw in kept] == [(d.url, WHEN) for d in documents]
    keeper.close()
    assert [keeper.read(raw) for raw in kept] == documents, "also under its lasting name"
    assert WarcKeeper(keeper._folder).read(kept[2]) == documents[2]


@pytest.mark.parametrize("kind", ["application/json", "text/plain", ""])
@pytest.mark.parametrize("status", [200, 404, 599])
def test_any_document_is_kept(keeper: WarcKeeper, kind: str, status: int) -> None:
    document = RawDocument("https://news.example/x", os.urandom(100_000), WHEN, kind, status, {"content-type": kind})
    (raw,) = keeper.keep([document])
    assert keeper.read(raw) == document


def test_others_can_read_it(keeper: WarcKeeper) -> None:
    (raw, _) = keeper.keep([page(1), page(2)])
    keeper.close()
    path = keeper._folder / raw.file
    assert types(path) == ["warcinfo", "response", "response"]
    assert gzip.decompress(path.read_bytes()).startswith(b"WARC/1.1\r\nWARC-Type: warcinfo\r\n")
    assert [d.url for d in read_warc(path, "x") if isinstance(d, RawDocument)] == [page(1).url, page(2).url]


def test_files_are_rotated_by_size_and_by_day(tmp_path: Path) -> None:
    keeper = WarcKeeper(tmp_path, rotate=1000)
    first = [keeper.keep([page(n, os.urandom(900))])[0] for n in range(3)]
    assert len({raw.file for raw in first}) == 3
    (next_day,) = keeper.keep([replace(page(4), fetched_at=WHEN + timedelta(days=1))])
    assert next_day.file.startswith("raw-20261123-")
    assert [(file.name, file.open) for file in keeper.files()][-1] == (next_day.file, True)
    assert sum(not file.open for file in keeper.files()) == 3
    keeper.close()
    assert all(not file.open and file.size > 100 for file in keeper.files())


def test_many_threads_and_two_writers(tmp_path: Path) -> None:
    keepers = [WarcKeeper(tmp_path, rotate=20_000), WarcKeeper(tmp_path, rotate=20_000)]

    def work(n: int) -> list[tuple[Raw, RawDocument]]:
        documents = [page(10 * n + i, os.urandom(500)) for i in range(5)]
        return list(zip(keepers[n % 2].keep(documents), documents, strict=True))

    with ThreadPoolExecutor(8) as pool:
        kept = [pair for pairs in pool.map(work, range(40)) for pair in pairs]
    assert all(keepers[0].read(raw) == document for raw, document in kept)
    for keeper in keepers:
        keeper.close()
    assert sum(types(tmp_path / file.name).count("response") for file in keepers[0].files()) == 200


def test_a_file_that_a_crash_left_is_cut_at_any_byte_and_closed(tmp_path: Path) -> None:
    keeper = WarcKeeper(tmp_path / "made")
    kept = [*keeper.keep([page(1)]), *keeper.keep([page(2, os.urandom(400))])]
    data = (tmp_path / "made" / f"{kept[0].file}.open").read_bytes()
    keeper.close()
    last = kept[1].offset
    for cut in [*range(last, len(data), 37), len(data) - 4, len(data)]:
        for tail in (b"", bytes(5000), os.urandom(300)):
            folder = tmp_path / f"{cut}-{len(tail)}"
            folder.mkdir()
            (folder / f"{kept[0].file}.open").write_bytes(data[:cut] + tail)
            other = WarcKeeper(folder)
            other.keep([page(3)])
            other.close()
            whole = kept if cut == len(data) else kept[:1]
            assert (folder / kept[0].file).read_bytes() == data[: whole[-1].offset + whole[-1].size]
            assert types(folder / kept[0].file) == ["warcinfo"] + ["response"] * len(whole)
            assert isinstance(other.read(kept[1]), RawDocument if cut == len(data) else Failure)


def test_a_file_somebody_writes_to_is_left_alone(tmp_path: Path) -> None:
    one, two = WarcKeeper(tmp_path), WarcKeeper(tmp_path)
    (first,) = one.keep([page(1)])
    two.keep([page(2)])
    (third,) = one.keep([page(3)])
    assert first.file == third.file
    assert [file.open for file in one.files()] == [True, True]
    assert one.read(third) == page(3)
    assert not two.delete(first.file)
    one.close()
    two.close()


def test_broken_or_missing_records_are_failures(keeper: WarcKeeper, tmp_path: Path) -> None:
    one, two = keeper.keep([page(1), page(2)])
    keeper.close()
    path = keeper._folder / one.file

    def reason(raw: Raw) -> Reason:
        found = keeper.read(raw)
        assert isinstance(found, Failure), found
        return found.reason

    assert reason(replace(one, offset=two.offset, size=two.size)) is Reason.UNREADABLE
    assert reason(replace(one, offset=one.offset + 1)) is Reason.UNREADABLE
    assert reason(replace(one, size=one.size - 1)) is Reason.UNREADABLE
    assert reason(replace(one, size=one.size + two.size)) is Reason.UNREADABLE
    assert reason(replace(one, file="../raw/" + one.file)) is Reason.UNREADABLE
    assert reason(replace(one, file="/etc/passwd")) is Reason.UNREADABLE
    data = bytearray(path.read_bytes())
    for at in range(one.offset, one.offset + one.size, 11):
        path.write_bytes(bytes([*data[:at], data[at] ^ 1, *data[at + 1 :]]))
        found = keeper.read(one)
        assert isinstance(found, Failure) or found == page(1), "a bit of the gzip header that means nothing"
        assert keeper.read(two) == page(2)
    assert keeper.delete(one.file)
    assert reason(one) is Reason.UNREADABLE
    assert not keeper.delete(one.file)
    assert keeper.files() == []


def test_a_document_can_be_erased(keeper: WarcKeeper) -> None:
    secret = b"<p>the text that must go"
    tiny = RawDocument("http://a.example/", secret, WHEN)
    raws = keeper.keep([page(1), tiny, page(2, os.urandom(300_000)), page(3)])
    assert keeper.erase(raws[1])
    assert keeper.erase(raws[2])
    assert isinstance(keeper.read(raws[1]), Failure)
    assert [keeper.read(raws[0]), keeper.read(raws[3])] == [page(1), page(3)]
    (after,) = keeper.keep([page(4)])
    assert keeper.read(after) == page(4)
    keeper.close()
    path = keeper._folder / raws[0].file
    assert types(path) == ["warcinfo", "response", "metadata", "metadata", "response", "response"]
    assert secret not in gzip.decompress(path.read_bytes())
    assert keeper.delete(path.name)
    assert not keeper.erase(raws[0])


WRITER = """
import os, sys
from pathlib import Path
from datetime import UTC, datetime
from warraq.fetchers.raws import WarcKeeper
from warraq.types import RawDocument
keeper = WarcKeeper(Path(sys.argv[1]), rotate=int(sys.argv[2]))
n = 0
while True:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    batch = [RawDocument(f"https://news.example/{n + i}", os.urandom(2000), at, "text/html") for i in range(7)]
    for raw, document in zip(keeper.keep(batch), batch):
        print(raw.file, raw.offset, raw.size, raw.url, document.body.hex(), flush=False)
    sys.stdout.flush()
    n += 7
"""


def test_what_was_kept_outlives_a_kill_at_any_moment(tmp_path: Path) -> None:
    chance = random.Random(7)
    for _ in range(6):
        command = [sys.executable, "-c", WRITER, str(tmp_path), "60000"]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        said = [writer.stdout.readline()]
        time.sleep(chance.uniform(0.0, 0.05))
        writer.send_signal(signal.SIGKILL)
        said += writer.stdout.read().splitlines()
        writer.wait()
        keeper = WarcKeeper(tmp_path)
        keeper.keep([page(1)])
        keeper.close()
        for line in said:
            parts = line.split()
            if len(parts) == 5 and len(parts[4]) == 4000:
                file, offset, size, url, body = parts
                found = keeper.read(Raw(file, int(offset), int(size), url, WHEN))
                assert isinstance(found, RawDocument), found
                assert found.body.hex() == body
    for file in keeper.files():
        assert not file.open
        assert set(types(tmp_path / file.name)) == {"warcinfo", "response"}
        assert not [f for f in read_warc(tmp_path / file.name, "x") if isinstance(f, Failure)]


FULL = """
import os, resource, sys
from pathlib import Path
from datetime import UTC, datetime
from warraq.errors import ArchiveError
from warraq.fetchers.raws import WarcKeeper
from warraq.types import RawDocument
folder = Path(sys.argv[1])
keeper = WarcKeeper(folder)
at = datetime(2026, 11, 22, tzinfo=UTC)
def page(n): return RawDocument(f"https://news.example/{n}", os.urandom(3000), at, "text/html")
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
good = list(keeper.keep([page(1), page(2)]))
try:
    keeper.keep([page(n) for n in range(3, 9)])
except ArchiveError as error:
    print(str(error).replace(sys.argv[1], "FOLDER"))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
good += keeper.keep([page(9)])
assert all(isinstance(keeper.read(raw), RawDocument) for raw in good)
keeper.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_on_a_full_disk_nothing_of_the_batch_stays(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout == "raw documents cannot be kept in FOLDER: File too large\n"
    records = [types(tmp_path / file.name) for file in WarcKeeper(tmp_path).files()]
    assert records == [["warcinfo", "response", "response"], ["warcinfo", "response"]]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ArchiveError, match="Permission denied"):
        WarcKeeper(tmp_path / "raw").keep([page(1)])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_fork_writes_to_its_own_file(keeper: WarcKeeper) -> None:
    (mine,) = keeper.keep([page(1)])
    child = os.fork()
    if child == 0:
        keeper.keep([page(2)])
        keeper.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    (again,) = keeper.keep([page(3)])
    assert again.file == mine.file
    assert {file.open for file in keeper.files()} == {True, False}
    assert keeper.read(again) == page(3)
