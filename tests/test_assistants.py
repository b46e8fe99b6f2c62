"""The archive for assistants, asked by the SDK's own client: over standard input and output, and over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from warraq import open_archive, sample

mcp = pytest.importorskip("mcp", reason="SKIPPED: the MCP SDK is not installed")
anyio = pytest.importorskip("anyio")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assistants")
    lines = folder / "rows.jsonl"
    lines.write_text("\n".join(json.dumps(row) for row in sample.records(version=None)), encoding="utf-8")
    with open_archive(folder / "archive", create=True, workers=1) as archive:
        archive.add_outlets(sample.outlets())
        archive.import_paths([lines], seen="seen")
    return folder / "archive"


def asked(server: Any, ask: Callable[[Any], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with mcp.Client(server) as client:
            return await ask(client)

    return anyio.run(run)


@pytest.fixture(params=["stdio", "http"])
def server(request: pytest.FixtureRequest, folder: Path) -> Iterator[Any]:
    command = [sys.executable, "-m", "warraq", "--archive", str(folder), "mcp"]
    if request.param == "stdio":
        yield mcp.StdioServerParameters(command=command[0], args=command[1:], env=dict(os.environ))
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([*command, "--http", "--port", str(port)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(10)


def test_a_client_finds_reads_and_relates(server: Any, folder: Path) -> None:
    with open_archive(folder) as archive:
        best = archive.search("دوقلان").hits[0].brief
        early = archive.latest(limit=1000)[-1].seen_at.isoformat()

    async def ask(client: Any) -> None:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert tools == {
            "search", "page", "article", "similar", "latest", "stories", "story", "copies", "outlets",
        }  # fmt: skip
        assert "as_of" in client.instructions
        found = (await client.call_tool("search", {"query": "دوقلان", "limit": 3})).structured_content
        assert found["hits"][0]["id"] == best.id
        page = (await client.call_tool("page", {"article": best.id})).structured_content
        assert best.title in page["page"]
        assert "مقالات مشابهة" in page["page"]
        article = (await client.call_tool("article", {"article": best.url})).structured_content
        assert article["title"] == best.title
        near = (await client.call_tool("similar", {"article": best.id, "limit": 4})).structured_content
        assert len(near["similar"]) == 4
        past = (await client.call_tool("latest", {"as_of": early})).structured_content
        assert len(past["articles"]) == 1
        told = (await client.call_tool("story", {"article": best.id})).structured_content
        assert best.id in {report["id"] for report in told["reports"]} | {
            c for r in told["reports"] for c in r["copies"]
        }
        listed = (await client.call_tool("stories", {"since": "2026-01-01"})).structured_content
        assert told["id"] in {story["id"] for story in listed["stories"]}
        carried = (await client.call_tool("copies", {"article": best.id})).structured_content
        assert best.id in {carrier["id"] for carrier in carried["carriers"]}
        counted = (await client.call_tool("outlets", {})).structured_content
        assert sum(outlet["articles"] for outlet in counted["outlets"]) == 117
        for name, wrong in (
            ("search", {"query": "("}),
            ("page", {"article": "000000000000"}),
            ("latest", {"as_of": "غدا"}),
        ):
            refused = await client.call_tool(name, wrong)
            assert refused.is_error
            assert "Traceback" not in refused.content[0].text

    asked(server, ask)
