"""The site under load: `warraq serve` over an archive, clients on loopback: milliseconds, requests a second, CPU, MiB.

    python bench/web.py --archive DIR [--clients 32] [--seconds 10] [--rate 300] [--processes N] [--beside import]

DIR as bench/corpora.py leaves it; with ``--beside import`` a copy of it is served, into which ``warraq import`` reads
fresh articles (paragraphs of the archive's own, mixed) all the while. Clients are a process of their own
(bench/clients.py) on the same cores as the server and the import. Each kind of page is asked twice: by clients
that ask again at once (how many requests a second), and at a fixed rate (how long a reader waits). Articles are drawn
evenly from the whole archive (``uniform``), or as they are read (``readers``): the place among the newest is drawn
from Zipf's law. All processes are of one session: where Linux groups by session (sched_autogroup), niceness counts only
inside of one, as it does inside a systemd unit or a container. The floor, in the same run: a server of the same kind
that answers the bytes of one article without any work. Any status but 200 fails the run. CPU is that of all processes
of the server; `cores` says who used the CPU meanwhile, `made` which share of the answers was made anew. Last line: one
JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shlex
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import urllib3

from warraq import open_archive
from warraq.render.moments import iso

WORDS = ("السعودية", "أسعار النفط", "مجلس الأمن", "كأس العالم", "وزير الخارجية", "زلزال")
FLOOR = """
import sys, uvicorn
body = sys.stdin.buffer.read()
head = [(b"content-type", b"text/html"), (b"content-length", b"%d" % len(body))]
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False)
"""
FRESH = 2000
"""Articles of one file that is imported beside; when it is read, the next follows."""
FILES = 30
TICK = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def started(command: Sequence[str], port: int, body: bytes = b"") -> Iterator[int]:
    """The process id of a server, once it answers."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, process_group=0)
    assert process.stdin is not None
    process.stdin.write(body)
    process.stdin.close()
    try:
        for _ in range(300):
            try:
                if urllib3.request("GET", f"http://127.0.0.1:{port}/healthz", retries=False).status == 200:
                    break
            except urllib3.exceptions.HTTPError:
                time.sleep(0.1)
        else:
            sys.exit("the server did not start")
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def family(pid: int) -> list[int]:
    """A process and all below it (Linux)."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in children.read_text().split()]
    return found


def cpu(pid: int) -> float:
    """Seconds of CPU that a process, all below it and those of them that ended have used."""
    total = 0
    for one in family(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))
    return total / TICK


def machine() -> float:
    """Seconds of CPU that the whole machine has used."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:])
    return (user + nice + system + irq + softirq) / TICK


def answered(port: int) -> dict[str, int]:
    """How the server answered so far: from what it holds, made, refused."""
    text = urllib3.request("GET", f"http://127.0.0.1:{port}/metrics").data.decode("latin-1")
    return {how: int(count) for how, count in re.findall(r'http_answers_total\{how="(\w+)"\} (\d+)', text)}


def memory(pid: int) -> dict[str, float]:
    """MiB of all processes of a server: resident pages, shared ones counted in each; and by their share (PSS)."""
    totals = dict.fromkeys(("Rss", "Pss", "Pss_Anon", "Pss_File"), 0)
    for one in family(pid):
        with suppress(OSError):
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                name, _, value = line.partition(":")
                if name in totals:
                    totals[name] += int(value.split()[0])
    return {name: round(value / 1024, 1) for name, value in totals.items()}


def addresses(archive: Path, number: int, rng: random.Random) -> dict[str, list[str]]:
    """What is asked for, by kind."""
    with open_archive(archive) as opened:
        briefs = opened.latest(limit=opened.stats().articles)
        ids = [brief.id for brief in briefs]
        titles = [
            [word for word in brief.title.split() if word.isalpha()] for brief in rng.sample(list(briefs), 20_000)
        ]
        queries = [" ".join(rng.sample(words, 2)) for words in titles if len(words) > 1]
        uniform = [rng.choice(ids) for _ in range(number)]
        weights = [1 / place for place in range(1, len(ids) + 1)]
        readers = rng.choices(ids, weights, k=number)
        past = []
        for id in uniform[:500]:
            first = opened.revisions(id)[0].seen_at
            past.append((id, first + timedelta(seconds=rng.uniform(0, (opened.now() - first).total_seconds()))))
        outlets = [count.outlet.id for count in opened.outlets()]
    return {
        "article, uniform": [f"/a/{id}" for id in uniform],
        "article, readers": [f"/a/{id}" for id in readers],
        "search": [f"/search?q={quote(query)}" for query in queries],
        "home": ["/"],
        "article as of": [f"/a/{id}?as_of={iso(when)}" for id, when in past],
        "article JSON": [f"/a/{id}.json" for id in uniform],
        "outlet": [f"/o/{rng.choice(outlets)}?page={rng.randint(1, 3)}" for _ in range(500)],
        "keyword": [f"/k/{quote(rng.choice(WORDS))}" for _ in range(500)],
    }


def fresh(archive: Path, number: int, rng: random.Random) -> Iterator[str]:
    """JSON lines of articles that nobody has seen: the title of one, and paragraphs of others of its outlet."""
    with open_archive(archive) as opened:
        briefs = opened.latest(limit=4000)
        bodies = opened.whole([brief.id for brief in rng.sample(list(briefs), min(800, len(briefs)))])
    paragraphs = [p.text for revision in bodies for p in revision.article.body if len(p.text) > 60]
    for _ in range(number):
        article = rng.choice(bodies).article
        scheme, _, rest = article.url.partition("://")
        yield json.dumps(
            {
                "url": f"{scheme}://{rest.partition('/')[0]}/fresh/{rng.getrandbits(60):x}",
                "title": f"{article.title} {rng.choice(paragraphs)[:40]}",
                "text": "\n".join(rng.sample(paragraphs, 6)),
            },
            ensure_ascii=False,
        )


class Import:
    """``warraq import`` of one file of fresh articles after another."""

    def __init__(self, archive: Path, folder: Path, nice: int | None) -> None:
        rng = random.Random(7)
        for number in range(FILES):
            (folder / f"fresh{number}.jsonl").write_text("\n".join(fresh(archive, FRESH, rng)), encoding="utf-8")
        self._archive = archive
        said = [] if nice is None else ["--nice", str(nice)]
        files = " ".join(str(folder / f"fresh{number}.jsonl") for number in range(FILES))
        warraq = shlex.join(
            [sys.executable, "-m", "warraq", "import", "--workers", "1", "--archive", str(archive), *said]
        )
        self.script = f"for file in {files}; do {warraq} $file || exit 1; done"

    @contextmanager
    def running(self) -> Iterator[None]:
        with open(os.devnull, "w") as nothing:
            self.process = subprocess.Popen(["sh", "-c", self.script], process_group=0, stdout=nothing, stderr=nothing)
        try:
            yield
        finally:
            ended = self.process.poll()
            os.killpg(self.process.pid, signal.SIGTERM) if ended is None else None
            self.process.wait()
            if ended is not None:
                sys.exit(f"the import beside ended before the clients: {ended}")

    def articles(self) -> int:
        """How many the archive holds now."""
        with sqlite3.connect(f"file:{self._archive / 'warraq.db'}?mode=ro", uri=True) as db:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])


def load(
    port: int,
    pid: int,
    paths: Sequence[str],
    options: argparse.Namespace,
    rate: float,
    seconds: float = 0,
    beside: Import | None = None,
) -> dict[str, object]:
    """All clients at once, for some seconds. Whoever else used the CPU is told in cores."""
    packed = ["--gzip"] if options.gzip else []
    began, articles = time.monotonic(), beside.articles() if beside else 0
    used = {"server": cpu(pid), "import": cpu(beside.process.pid) if beside else 0.0}
    busy, before = machine(), answered(port)
    command = [sys.executable, str(Path(__file__).with_name("clients.py")), str(port), str(options.clients)]
    ran = subprocess.run(
        [*command, str(seconds or options.seconds), str(rate), *packed],
        input="\n".join(paths),
        text=True,
        capture_output=True,
        check=False,
    )
    if ran.returncode:
        sys.exit(f"the clients failed: {ran.stderr[-500:]}")
    found: dict[str, Any] = json.loads(ran.stdout)
    if before:
        found["made"] = round((answered(port).get("made", 0) - before.get("made", 0)) / max(found["asked"], 1), 3)
    lasted = time.monotonic() - began
    served, imported = cpu(pid) - used["server"], (cpu(beside.process.pid) if beside else 0.0) - used["import"]
    asked = max(found.pop("asked"), 1)
    found["server_cpu_ms"] = round(1000 * served / asked, 2)
    clients = found["client_cpu_ms"] * asked / 1000
    found["cores"] = {
        "server": round(served / lasted, 2),
        "import": round(imported / lasted, 2),
        "clients": round(clients / lasted, 2),
        "others": round((machine() - busy - served - imported - clients) / lasted, 2),
    }
    if beside:
        found["imported_per_s"] = round((beside.articles() - articles) / lasted, 1)
    if set(found["statuses"]) - {"200"}:
        sys.exit(f"not every answer was 200: {found['statuses']}")
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--archive", type=Path, required=True)
    arguments.add_argument("--clients", type=int, default=32)
    arguments.add_argument("--seconds", type=float, default=10)
    arguments.add_argument("--rate", type=float, default=300, help="requests a second of the open loop")
    arguments.add_argument("--warm", type=float, default=0, help="seconds for which each kind is asked before")
    arguments.add_argument("--processes", type=int, default=0, help="of the server; 0: as it chooses")
    arguments.add_argument("--beside", choices=["import"], help="what goes on while the clients ask")
    arguments.add_argument(
        "--nice", type=int, help="how much the import beside gives way; by default as it does by itself"
    )
    arguments.add_argument("--kinds", type=int, default=8, help="how many kinds of page, the first ones")
    arguments.add_argument("--only", action="append", help="this kind of page alone, by its name below; repeatable")
    arguments.add_argument("--gzip", action="store_true", help="ask for packed answers, as browsers do")
    options = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # end the server, too
    rng = random.Random(20261122)
    asked = addresses(options.archive, 100_000, rng)
    figures: dict[str, object] = {key: value for key, value in vars(options).items() if key != "archive"}
    with ExitStack() as stack:
        archive = options.archive
        if options.beside:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=archive.absolute().parent)))
            archive = folder / "archive"
            shutil.copytree(options.archive, archive)
        port = free_port()
        serve = [sys.executable, "-m", "warraq", "serve", "--archive", str(archive), "--port", str(port)]
        pid = stack.enter_context(
            started([*serve, *(["--processes", str(options.processes)] if options.processes else [])], port)
        )
        headers = {"Accept-Encoding": "gzip" if options.gzip else "identity"}
        page = f"http://127.0.0.1:{port}{asked['article, uniform'][0]}"
        body = urllib3.request("GET", page, headers=headers, decode_content=False).data
        floor = free_port()
        with started([sys.executable, "-c", FLOOR, str(floor)], floor, body) as trivial:
            show(figures, "floor", load(floor, trivial, ["/"], options, 0))
        beside = None
        if options.beside:
            beside = Import(archive, folder, options.nice)
            stack.enter_context(beside.running())
        figures["memory_at_first"] = memory(pid)
        for name, paths in list(asked.items())[: options.kinds]:
            if options.only and name not in options.only:
                continue
            rng.shuffle(paths)
            if options.warm:
                load(port, pid, paths, options, 0, options.warm, beside)
                rng.shuffle(paths)
            show(figures, name, load(port, pid, paths, options, 0, 0, beside))
            rng.shuffle(paths)
            show(figures, f"{name}, at {options.rate:g}/s", load(port, pid, paths, options, options.rate, 0, beside))
            figures["memory"] = memory(pid)
        print(f"memory {figures['memory']}")
    print(json.dumps(figures, ensure_ascii=False))


def show(figures: dict[str, object], name: str, found: dict[str, object]) -> None:
    figures[name] = found
    print(f"{name:<28}" + "  ".join(f"{key} {value!s:>7}" for key, value in found.items()), flush=True)


if __name__ == "__main__":
    main()
