"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The measuring data beside the checkout; tests that need it skip, loudly, where it is missing."""
    path = ROOT.parent / "shared"
    if not (path / "score.py").exists():
        pytest.skip(f"SKIPPED FOR MISSING DATA: {path} is not there; CI has it")
    return path
