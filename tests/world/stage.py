"""Workers on a stage: threads of which one runs at a time, each until its next step; a seed decides who is next.

A worker stands for a process: it has a first thread and those that it starts. Every call through a seam (`Clock`,
`Store`, `Fetcher`) is two steps, one before it takes effect and one after, and whatever makes a thread wait is one,
so a worker can die or be suspended between any two of them, with the acknowledgement lost or not. Time passes only
when the stage says so. The same seed gives the same run.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from queue import Empty, Full
from random import Random
from types import SimpleNamespace
from typing import Any

from warraq.types import Failure, NotModified, RawDocument, Redirect, Task

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
FOREVER = float("inf")
Fetched = RawDocument | NotModified | Redirect | Failure
Answer = Callable[[Task, datetime], Fetched]


class Killed(BaseException):
    """A worker dies. What it does on its way down no longer reaches the world."""


class Worker:
    """A process: dead, or suspended until some second of the stage."""

    def __init__(self) -> None:
        self.actors: list[Actor] = []
        self.dead = False
        self.until = 0.0
        self.asking = 0
        """Requests that are under way."""


class Actor:
    """A thread of a worker, and what it waits for: a condition, a second of the stage, whichever comes first."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.go = threading.Lock()
        self.go.acquire()
        self.until = 0.0
        self.ready: Callable[[], bool] | None = None
        worker.actors.append(self)

    def may_go(self, seconds: float) -> bool:
        """Whether it has something to do by then."""
        if seconds < self.worker.until:
            return False
        return self.until <= seconds or (self.ready is not None and self.ready())


class Stage:
    """Virtual time, the actors, and the baton that one of them holds; whoever hands it over decides who is next.

    `fate` is asked at every step what becomes of the worker that made it.
    """

    def __init__(self, seed: int, fate: Callable[[Worker], None] = lambda worker: None) -> None:
        self.rng = Random(seed)
        self.seconds = 0.0
        self.skew = timedelta()
        """By how much the clock on the wall is wrong."""
        self.steps = 0
        self._fate = fate
        self._actors: list[Actor] = []
        self._empty = threading.Semaphore(0)
        self._self = threading.local()
        self._error: BaseException | None = None

    @property
    def now(self) -> datetime:
        """What the clock on the wall shows."""
        return BEGIN + timedelta(seconds=self.seconds) + self.skew

    def passed(self) -> float:
        """Seconds since the beginning, whatever the clock on the wall shows."""
        return self.seconds

    def enter(self, play: Callable[[], object]) -> Worker:
        """Another worker enters."""
        worker = Worker()
        self._start(worker, play)
        return worker

    def play(self) -> None:
        """Go on until no worker is left. Raises what one of them raised."""
        if self._actors:
            self._next().go.release()
            self._empty.acquire()
        if self._error is not None:
            raise self._error

    def me(self) -> Actor | None:
        """The actor whose thread this is; None for the director's own."""
        return getattr(self._self, "actor", None)

    def step(self, seconds: float = 0.0, ready: Callable[[], bool] | None = None) -> None:
        """Hand the baton over for so long, or until `ready`. Raises `Killed` if one is dead when it comes back."""
        actor = self.me()
        if actor is None:
            return
        if actor.worker.dead:
            raise Killed
        actor.until, actor.ready = self.seconds + seconds, ready
        self.steps += 1
        self._fate(actor.worker)
        following = self._next()
        if following is not actor:
            following.go.release()
            actor.go.acquire()
        if actor.worker.dead:
            raise Killed

    def _start(self, worker: Worker, play: Callable[[], object]) -> None:
        actor = Actor(worker)

        def run() -> None:
            self._self.actor = actor
            actor.go.acquire()
            try:
                if not worker.dead:
                    play()
            except Killed:
                pass
            except BaseException as error:
                self._error = self._error or error
                worker.dead = True
            if actor is worker.actors[0]:
                worker.dead = True  # a process ends with its first thread
            self._actors.remove(actor)
            if self._actors:
                self._next().go.release()
            else:
                self._empty.release()

        self._actors.append(actor)
        threading.Thread(target=run, daemon=True).start()

    def _next(self) -> Actor:
        """Who is next: the dead, so that they are gone; else anybody who has something to do."""
        self.seconds += self.rng.random() * 0.02
        if dead := next((actor for actor in self._actors if actor.worker.dead), None):
            return dead
        awake = [actor for actor in self._actors if actor.may_go(self.seconds)]
        if not awake:
            self.seconds = min(max(actor.until, actor.worker.until) for actor in self._actors)
            if self.seconds == FOREVER:
                self._error = AssertionError("every thread waits for another")
                for actor in self._actors:
                    actor.worker.dead = True
                return self._actors[0]
            awake = [actor for actor in self._actors if actor.may_go(self.seconds)]
        return awake[0] if len(awake) == 1 else self.rng.choice(awake)

    def stand_ins(self) -> dict[str, object]:
        """What takes the place of the modules' names for threads, queues, locks and time."""
        stage = self

        class Thread:
            def __init__(self, *, target: Callable[[], object], daemon: bool = True) -> None:
                self._target = target

            def start(self) -> None:
                me = stage.me()
                assert me is not None
                stage._start(me.worker, self._target)

        class Event:
            def __init__(self) -> None:
                self._set = False

            def set(self) -> None:
                self._set = True

            def is_set(self) -> bool:
                return self._set

            def wait(self, timeout: float = FOREVER) -> bool:
                stage.step(timeout, self.is_set)
                return self._set

        class Lock:
            def __init__(self) -> None:
                self._free = True

            def __enter__(self) -> None:
                while not self._free:
                    stage.step(FOREVER, lambda: self._free)
                self._free = False

            def __exit__(self, *_: object) -> None:
                self._free = True

        class Queue:
            def __init__(self, maxsize: int = 0) -> None:
                self._items: deque[object] = deque()
                self._most = maxsize or FOREVER

            def empty(self) -> bool:
                return not self._items

            def put(self, item: object, timeout: float = FOREVER) -> None:
                if len(self._items) >= self._most:
                    stage.step(timeout, lambda: len(self._items) < self._most)
                    if len(self._items) >= self._most:
                        raise Full
                self._items.append(item)

            def get(self, timeout: float = FOREVER) -> object:
                if not self._items:
                    stage.step(timeout, lambda: bool(self._items))
                return self.get_nowait()

            def get_nowait(self) -> object:
                if not self._items:
                    raise Empty
                return self._items.popleft()

        return {
            "threading": SimpleNamespace(Thread=Thread, Event=Event, Lock=Lock),
            "time": SimpleNamespace(monotonic=lambda: self.seconds),
            "Queue": Queue,
            "SimpleQueue": Queue,
        }


class StageClock:
    """The clock on the wall (`ports.Clock`)."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def now(self) -> datetime:
        return self._stage.now

    def sleep(self, seconds: float) -> None:
        self._stage.step(max(seconds, 0.0))


_EFFECTS = frozenset(("claim", "commit", "release"))


class Stepped:
    """A seam whose every call is a step before and, if it has an effect, a step after."""

    def __init__(self, stage: Stage, inner: Any) -> None:
        self._stage = stage
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)

        def call(*args: Any, **more: Any) -> Any:
            self._stage.step()
            result = found(*args, **more)
            if name in _EFFECTS:
                self._stage.step()
            return result

        return call


class Hosts:
    """What hosts answer, and what they noticed of their guests' manners.

    `answers` maps an address to a function of the task and the moment. `delay`: seconds between two requests.
    """

    def __init__(self, stage: Stage, answers: Mapping[str, Answer], delay: float) -> None:
        self.stage = stage
        self.delay = delay
        self.rude: list[str] = []
        """Breaches of politeness, in words."""
        self.asked: list[str] = []
        self._answers = answers
        self._ends: dict[str, float] = {}

    def ask(self, url: str) -> float:
        """A request begins; returns for how many seconds it lasts."""
        host, seconds = host_of(url), self.stage.seconds
        since = seconds - self._ends.get(host, -FOREVER)
        if since < self.delay - 0.001:
            self.rude.append(f"{url} asked {'while another was under way' if since < 0 else 'too early'}")
        lasts = self.stage.rng.random()
        self._ends[host] = seconds + lasts
        self.asked.append(url)
        return lasts

    def answer(self, url: str, task: Task) -> Fetched:
        """It ends."""
        return self._answers[url](task, BEGIN + timedelta(seconds=self.stage.seconds))


class Guest:
    """The fetcher of one worker: it keeps pauses, as far as it knows of them (`ports.Fetcher`)."""

    def __init__(self, hosts: Hosts, clock: StageClock) -> None:
        self._hosts = hosts
        self._clock = clock
        self._free: dict[str, float] = {}

    def fetch(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Fetched]]:
        stage = self._hosts.stage
        me = stage.me()
        assert me is not None
        for task in tasks:
            url = task.visit.at or task.url
            me.worker.asking += 1
            stage.step(max(self._free.get(host_of(url), 0.0) - stage.seconds, 0.0))
            stage.step(self._hosts.ask(url))
            me.worker.asking -= 1
            found = self._hosts.answer(url, task)
            self._free[host_of(url)] = stage.seconds + self._hosts.delay
            if isinstance(found, RawDocument):
                found = replace(found, fetched_at=self._clock.now())
            yield task, replace(found, pause=self._hosts.delay)


def host_of(url: str) -> str:
    """The host of an address."""
    return url.split("/")[2]
