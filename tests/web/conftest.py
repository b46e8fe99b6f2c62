"""The site over the archive made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from served import Client, serving

from made import Made


@pytest.fixture(scope="session")
def site() -> Iterator[Client]:
    with serving(Made()) as client:
        yield client


@pytest.fixture
def serve() -> Callable[..., Any]:
    return serving
