"""A world's server in a process of its own, from the outside."""

from __future__ import annotations

import argparse
import http.client
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from worlds.manners import Request
from worlds.plan import World
from worlds.reader import world_of, world_options

HERE = Path(__file__).resolve().parent


class Served:
    """A world's server in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], world: World) -> None:
        self.process = process
        self.world = world

    def say(self, path: str) -> str:
        """Control the world."""
        connection = http.client.HTTPConnection("127.0.0.1", self.world.port, timeout=60)
        connection.request("GET", path, headers={"Host": "control.test"})
        body = connection.getresponse().read().decode()
        connection.close()
        return body

    def log(self) -> list[Request]:
        """Every request so far."""
        return [Request.read(line) for line in self.say("/log").splitlines()]


@contextmanager
def serving(options: argparse.Namespace, *, latency: float = 0.0) -> Iterator[Served]:
    """A fresh server of the world that the options name."""
    world = world_of(options, 0)
    command = [sys.executable, str(HERE / "server.py"), *world_options(world), "--latency", str(latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Served(process, world_of(_with(options, at=world.at), int(process.stdout.readline())))
        finally:
            process.kill()


def _with(options: argparse.Namespace, **more: object) -> argparse.Namespace:
    return argparse.Namespace(**{**vars(options), **more})
