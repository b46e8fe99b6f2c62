"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# An example's time says how busy the machine is, not whether the software keeps its promises.
settings.register_profile("warraq", deadline=None)
settings.load_profile("warraq")

# Commands that run inside the tests' own process would lower its priority, for good.
os.environ.setdefault("WARRAQ_NICE", "0")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The measuring data beside the checkout; tests that need it skip, loudly, where it is missing."""
    path = ROOT.parent / "shared"
    if not (path / "score.py").exists():
        pytest.skip(f"SKIPPED FOR MISSING DATA: {path} is not there; CI has it")
    return path
