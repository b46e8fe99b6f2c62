"""The implementations that the contracts hold for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from warraq.ports import Store
from warraq.stores.sqlite import SqliteStore


def _sqlite_memory(_: Path) -> Store:
    return SqliteStore(":memory:")


def _sqlite_file(directory: Path) -> Store:
    return SqliteStore(directory / "warraq.db")


STORES: dict[str, Callable[[Path], Store]] = {"sqlite-memory": _sqlite_memory, "sqlite": _sqlite_file}
"""Name to a function that makes an empty store in an empty directory. A new store is one line here."""


@pytest.fixture(scope="session", params=STORES)
def new_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Store]:
    """Makes an empty store each time it is called; who calls it closes it."""
    return lambda: STORES[request.param](tmp_path_factory.mktemp("store"))


@pytest.fixture
def store(new_store: Callable[[], Store]) -> Iterator[Store]:
    """An empty store."""
    made = new_store()
    yield made
    made.close()
