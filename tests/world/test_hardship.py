"""A few rounds of each hardship of ``quality/hardship.py``."""

from __future__ import annotations

from random import Random

import pytest

from hardship import HARDSHIPS, Case

ROUNDS = {"disk full": 2, "index damaged": 6, "store damaged": 6, "read-only": 1}


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("hardship"), 60, 1)


@pytest.mark.parametrize("name", HARDSHIPS)
def test_it_is_survived(case: Case, name: str) -> None:
    ended = HARDSHIPS[name](case, ROUNDS[name], Random(name))
    assert ended.good == ended.rounds, ended.notes
