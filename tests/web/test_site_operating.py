"""What monitors ask: alive, ready, numbers in Prometheus' format, read here by its grammar to the letter."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made import Made
from warraq import open_archive
from warraq.errors import ArchiveLocked
from warraq.health import FAR_BEHIND
from warraq.render.exposition import counted, exposition, gauge, histogram

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf"({NAME})(?:\{{(.*)\}})? (-?(?:[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?|Inf)|\+Inf|NaN)")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)')
UNESCAPED = {r"\\": "\\", r"\"": '"', r"\n": "\n"}

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read_exposition(text: str) -> tuple[dict[str, str], Samples]:
    """The families (name to type) and samples of a document. Fails on anything that the format does not allow."""
    assert text.endswith("\n")
    kinds: dict[str, str] = {}
    samples: Samples = {}
    helped: set[str] = set()
    family = ""
    for line in text.removesuffix("\n").split("\n"):
        if found := re.fullmatch(rf"# HELP ({NAME}) ((?:[^\\]|\\[\\n])*)", line):
            assert found[1] not in helped
            helped.add(found[1])
        elif found := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram|summary|untyped)", line):
            family = found[1]
            assert family in helped
            assert family not in kinds
            kinds[family] = found[2]
        else:
            found = SAMPLE.fullmatch(line)
            assert found, line
            suffixes = ("_bucket", "_sum", "_count") if kinds[family] == "histogram" else ("",)
            assert found[1] in {family + suffix for suffix in suffixes}  # a family's lines stand together
            labels, at = [], 0
            while at < len(found[2] or ""):
                label = LABEL.match(found[2], at)
                assert label, line
                labels.append((label[1], re.sub(r"\\.", lambda escape: UNESCAPED[escape[0]], label[2])))
                at = label.end()
            assert len({name for name, _ in labels}) == len(labels)
            key = (found[1], tuple(sorted(labels)))
            assert key not in samples, line
            samples[key] = float(found[3])
    for family, kind in kinds.items():
        if kind == "histogram":
            steps = [(dict(labels)["le"], n) for (name, labels), n in samples.items() if name == f"{family}_bucket"]
            assert [n for _, n in steps] == sorted(n for _, n in steps)
            assert [float(le) for le, _ in steps] == sorted(float(le) for le, _ in steps)
            assert steps[-1] == ("+Inf", samples[f"{family}_count", ()])
        elif kind == "counter":
            assert family.endswith("_total")
    return kinds, samples


class Numbers(Made):
    """The archive made by hand with something to operate."""

    def __init__(self, why: str = "") -> None:
        super().__init__()
        self.why = why

    def ready(self) -> str:
        if self.why == "locked":
            raise ArchiveLocked("warraq.db: another process has been writing for 30 s")
        return self.why


def test_alive_and_ready(serve: Callable[..., Any]) -> None:
    with serve(Numbers()) as site:
        for path, status in (("/healthz", "ok"), ("/readyz", "ok")):
            response = site.get(path)
            assert (response.status, response.json()["status"]) == (200, status)
            assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("why", ["the index is 12000 changes behind the store", "locked"])
def test_not_ready_is_no_reason_to_be_restarted(serve: Callable[..., Any], why: str) -> None:
    with serve(Numbers(why)) as site:
        response = site.get("/readyz")
        assert (response.status, response.json()["status"]) == (503, "not ready")
        assert response.json()["message"].count("\n") == 0
        assert ("behind" in response.json()["message"]) == (why != "locked")
        assert site.get("/healthz").status == 200


def test_the_numbers_are_those_of_the_archive(sampled: Any) -> None:
    about = sampled.get("/about.json").json()
    assert sampled.get("/nothing").status == 404
    response = sampled.get("/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    kinds, samples = read_exposition(response.data.decode())
    assert samples["warraq_articles", ()] == about["articles"]
    assert samples["warraq_revisions", ()] == about["revisions"]
    assert samples["warraq_index_behind", ()] == 0
    assert samples["warraq_documents_total", (("outcome", "new"), ("reason", ""))] == about["outcomes"]["new"]
    assert samples["warraq_tasks", (("state", "due"),)] == 0
    assert kinds["warraq_http_request_seconds"] == "histogram"
    assert samples["warraq_http_requests_total", (("status", "2xx"),)] >= 1
    assert samples["warraq_http_requests_total", (("status", "4xx"),)] >= 1
    sampled.get("/")
    _, later = read_exposition(sampled.get("/metrics").data.decode())
    count = ("warraq_http_request_seconds_count", ())
    assert later[count] == samples[count] + 2


def test_an_empty_archive_has_numbers(serve: Callable[..., Any], tmp_path: Path) -> None:
    with open_archive(tmp_path, create=True) as archive, serve(archive) as site:
        _, samples = read_exposition(site.get("/metrics").data.decode())
        assert samples["warraq_articles", ()] == 0
        assert site.get("/readyz").status == 200


def test_an_index_far_behind_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_archive(tmp_path, create=True) as archive:
        monkeypatch.setattr(type(archive), "behind", lambda self: FAR_BEHIND + 1)
        assert "behind" in archive.ready()
        assert [sign.kind.value for sign in archive.health()] == ["index_behind"]


@given(
    st.dictionaries(st.text(max_size=5), st.floats(allow_nan=False, allow_infinity=False, width=32), max_size=4),
    st.lists(st.integers(0, 5), min_size=3, max_size=3),
    st.text(max_size=20),
)
def test_whatever_is_measured_can_be_read(values: dict[str, float], counts: list[int], said: str) -> None:
    text = exposition(
        [
            counted("a_total", said, "counter", [({"x": name}, value) for name, value in values.items()]),
            histogram("b_seconds", "b", (0.1, 1), counts, 2.5),
            gauge("c", "c", 1e-7),
        ]
    )
    _, samples = read_exposition(text)
    assert {dict(labels)["x"]: n for (name, labels), n in samples.items() if name == "a_total"} == values
    assert samples["b_seconds_count", ()] == sum(counts)
    assert samples["c", ()] == 1e-7


def test_answers_for_monitors_are_json(sampled: Any) -> None:
    assert json.loads(sampled.get("/readyz").data) == {"status": "ok", "message": ""}
