"""The site over the archive made by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from served import Client, serving

from made import Made
from warraq import open_archive, sample


@pytest.fixture(scope="session")
def site() -> Iterator[Client]:
    with serving(Made()) as client:
        yield client


@pytest.fixture(scope="session")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The site over a real archive of the sample newswire."""
    folder = tmp_path_factory.mktemp("sampled")
    lines = folder / "rows.jsonl"
    lines.write_text("\n".join(json.dumps(row) for row in sample.records(version=None)), encoding="utf-8")
    with open_archive(folder / "archive", create=True, workers=1) as archive:
        archive.add_outlets(sample.outlets())
        archive.import_paths([lines], seen="seen")
        with serving(archive) as client:
            yield client


@pytest.fixture
def serve() -> Callable[..., Any]:
    return serving
