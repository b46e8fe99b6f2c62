"""The crawl loop with workers that die and are suspended at steps drawn from a seed: nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from importlib import import_module

import pytest
from stage import BEGIN, Answer, Fetched, Guest, Hosts, Stage, StageClock, Stepped, Worker

from warraq.extract.knowledge import Known
from warraq.parse import Document, Rules
from warraq.schedule import Rhythm
from warraq.stores.sqlite import SqliteStore
from warraq.types import Failure, NotModified, Outlet, Parsed, RawDocument, Reason, Redirect, Task, TaskKind

loop = import_module("warraq.pipeline.crawl")  # the package has a function of this name
parsing = import_module("warraq.pipeline.parsing")
parse, parses = parsing.parse, {}

SEEDS = 200
JUMPING = 6
WORKERS = 2
THREADS = 2
FATES = 4
HOSTS = ("nahr.test", "sahl.test", "jabal.test")
PAGES = 4
DELAY = 1.0
CHANGES_AT = BEGIN + timedelta(minutes=50)
HORIZON = BEGIN + timedelta(hours=2)
PROSE = "أعلنت هيئة الميناء يوم الثلاثاء أن أعمال التوسعة ستمضي وفق جدول معدل بعد أسابيع من الجدل في {} عن الرصيف {}."
RULES = Rules(tuple(Outlet(host.partition(".")[0], f"صحيفة {host}", hosts=(host, f"{host}.new")) for host in HOSTS))


@cache
def html(host: str, number: int, state: int) -> bytes:
    title = f"توسعة الرصيف {number} في مرفأ {host.partition('.')[0]} بعد أعوام من الانتظار"
    lines = "".join(f"<p>{PROSE.format(host, number * 10 + n)}</p>" for n in range(3 + state))
    return (
        f'<html lang="ar"><head><title>{title}</title><meta property="article:published_time" '
        f'content="2026-02-28T23:0{number}:00Z"></head><body><article><h1>{title}</h1>{lines}</article></body></html>'
    ).encode()


@cache
def rss(host: str, state: int) -> bytes:
    items = "".join(
        f"<item><title>الرصيف {n}</title><link>http://{host}/{n}</link>"
        f"<description>{state if n == 1 else 0}</description></item>"
        for n in range(PAGES)
    )
    return f'<rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'.encode()


def page(url: str, body: Callable[[int], bytes], kind: str = "text/html; charset=utf-8") -> Answer:
    """A document that changes once; the server knows its own validators."""

    def answer(task: Task, now: datetime) -> Fetched:
        made = body(int(now >= CHANGES_AT))
        tag = f'"{blake2b(made, digest_size=4).hexdigest()}"'
        if task.visit.etag == tag:
            return NotModified(url, {"etag": tag})
        return RawDocument(url, made, now, kind, headers={"etag": tag})

    return answer


def web() -> dict[str, Answer]:
    """Page 0 of a host is good, 1 changes, 2 has moved to another host or is gone, 3 is no article, or comes late."""
    found: dict[str, Answer] = {}
    for at, host in enumerate(HOSTS):
        base = f"http://{host}"
        found[f"{base}/feed"] = page(f"{base}/feed", lambda s, h=host: rss(h, s), "application/rss+xml")
        found[f"{base}/0"] = page(f"{base}/0", lambda s, h=host: html(h, 0, 0))
        found[f"{base}/1"] = page(f"{base}/1", lambda s, h=host: html(h, 1, s))
        if at == 0:
            found[f"{base}/2"] = lambda task, now, b=base: Redirect(f"{b}/2", f"http://{HOSTS[0]}.new/2", True)
            found[f"{base}.new/2"] = page(f"{base}.new/2", lambda s, h=host: html(h, 2, 0))
            found[f"{base}/3"] = lambda task, now, b=base: RawDocument(f"{b}/3", b"<title>x</title>", now, "text/html")
        else:
            found[f"{base}/2"] = lambda task, now, b=base: Failure(f"{b}/2", Reason.HTTP_STATUS, "410", 410)
            late = page(f"{base}/3", lambda s, h=host: html(h, 3, 0))
            found[f"{base}/3"] = lambda task, now, b=base, late=late: (
                late(task, now) if task.visit.failures else Failure(f"{b}/3", Reason.TIMEOUT, "slow")
            )
    return found


def contents(store: SqliteStore) -> dict[str, list[bytes]]:
    """Digests of each article's states in time."""
    far = HORIZON + timedelta(days=9)
    ids = [brief.id for brief in store.latest(far, 1000)]
    return {id: [digest for _, digest in known.sightings] for id, known in store.known(ids).items()}


def parsed_once(document: Document, rules: Rules, now: datetime, task: Task, known: Known) -> Parsed:
    """The same document says the same, so it is parsed once for all plays."""
    if not isinstance(document, RawDocument):
        return parse(document, rules, now, task, known)
    key = document.url, document.body
    if key not in parses:
        parses[key] = parse(document, rules, now, task, known)
    return parses[key]


class Run:
    """One play, from an empty archive to the horizon."""

    def __init__(self, seed: int, patch: pytest.MonkeyPatch, *, workers: int, fates: int, jumps: int = 0) -> None:
        self.horizon = (HORIZON - BEGIN + bool(jumps) * timedelta(days=3)).total_seconds()
        self.stage = Stage(seed, self._fate)
        for name, stand_in in {**self.stage.stand_ins(), "LOOK": 1.0}.items():
            patch.setattr(loop, name, stand_in)
        patch.setattr(parsing, "parse", parsed_once)
        self.clock = StageClock(self.stage)
        self.hosts = Hosts(self.stage, web(), DELAY)
        self.store = SqliteStore(":memory:")
        feeds = [Task(f"http://{h}/feed", TaskKind.FEED, h.partition(".")[0], BEGIN, watch=True) for h in HOSTS]
        self.store.commit([], tasks=feeds)
        rng = self.stage.rng
        self.fates = sorted((rng.randrange(5, 250) for _ in range(fates)), reverse=True)
        self.jumps = sorted((rng.randrange(5, 600) for _ in range(jumps)), reverse=True)
        self._play(workers)
        self.contents = contents(self.store)

    def _work(self) -> None:
        means = loop.Means(
            Rhythm(timedelta(minutes=20), timedelta(hours=12)), threads=THREADS, passed=self.stage.passed
        )
        guest = Guest(self.hosts, self.clock)
        loop.crawl(Stepped(self.stage, self.store), guest, RULES, self.clock, means=means)

    def _play(self, workers: int) -> None:
        stage = self.stage
        while stage.seconds < self.horizon:
            for _ in range(workers if self.fates or self.jumps else 1):
                stage.enter(self._work)
            stage.play()
            next_at = self.store.waiting(stage.now).next_at
            stage.seconds += max(
                (next_at - stage.now).total_seconds() if next_at else 0.0, 60.0 if self.fates else 600.0
            )

    def _fate(self, worker: Worker) -> None:
        """What becomes of a worker at a step: mostly nothing."""
        stage = self.stage
        if self.jumps and stage.steps >= self.jumps[-1]:
            self.jumps.pop()
            stage.skew = timedelta() if stage.skew else timedelta(days=stage.rng.choice((-1, 1)))
        if self.fates and stage.steps >= self.fates[-1] and not worker.dead:
            if stage.rng.random() < 0.7:
                worker.dead = True
                stage.enter(self._work)
            elif worker.asking:
                return  # a request is sent at once, or not at all
            else:
                worker.until = stage.seconds + stage.rng.uniform(60, 1200)
            self.fates.pop()


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, list[bytes]]:
    with pytest.MonkeyPatch.context() as patch:
        run = Run(0, patch, workers=1, fates=0)
    assert run.hosts.rude == []
    assert sorted(len(states) for states in run.contents.values()) == [1] * 6 + [2] * 3
    return run.contents


@pytest.mark.parametrize("first", range(0, SEEDS, SEEDS // 4))
def test_death_and_sleep_change_nothing(first: int, undisturbed: dict[str, list[bytes]]) -> None:
    for seed in range(first, first + SEEDS // 4):
        with pytest.MonkeyPatch.context() as patch:
            run = Run(seed, patch, workers=WORKERS, fates=FATES)
        assert run.contents == undisturbed, seed
        assert run.hosts.rude == [], seed
        assert run.store.last_change() == sum(len(states) for states in run.contents.values()), seed
        # A permanent redirect and 410 are obeyed; who died before he could say so leaves the task to another.
        assert sum(run.hosts.asked.count(f"http://{host}/2") for host in HOSTS) <= len(HOSTS) + FATES, seed


@pytest.mark.parametrize("seed", range(JUMPING))
def test_a_clock_that_jumps_a_day_loses_and_doubles_nothing(
    seed: int, undisturbed: dict[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(seed, monkeypatch, workers=WORKERS, fates=2, jumps=2)
    assert run.contents.keys() == undisturbed.keys()
    for id, states in run.contents.items():
        assert states[-1] == undisturbed[id][-1]  # what is in force in the end
        assert states == [state for state in undisturbed[id] if state in states]  # in order, none twice


@pytest.mark.parametrize("seed", [0, 2])
def test_a_clock_that_jumps_a_day_makes_nobody_rude(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Run(seed, monkeypatch, workers=WORKERS, fates=0, jumps=2).hosts.rude == []
