"""The API against its own description: schemathesis makes requests, right and wrong, and checks every answer.

    python quality/api.py [--data ROWS.jsonl] [--tools VENV] [--examples 40] [--seed 1]

VENV is an environment with schemathesis in it (``python -m venv VENV; VENV/bin/pip install schemathesis``); its
dependencies are not the project's. Default: the environment that runs this. Serves the sample newswire, or the records
in ROWS, on loopback, with a password for what changes things.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import uvicorn

from warraq import Archive, open_archive, sample
from warraq.web import create_app
from warraq.web.api import PREFIX

TOKEN = "a token for this run"
EXCEPTIONS = {
    "GET /search": "a query is a language of its own (docs/search.md): no schema tells `(a` from `(a)`",
    "GET /facets": "the same",
    "GET /counts": "a phrase needs a word or a number in it",
    "POST /searches": "the same, and what each kind of receiver needs",
    "GET /trends": "days that end before they begin",
}
"""Operations that may answer 400 to what their schema allows, and why."""


def main() -> None:
    """Run it; the last line is the result."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--tools", type=Path, default=Path(sys.prefix))
    parser.add_argument("--examples", type=int, default=40, help="requests made up for each operation and phase")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    tool = asked.tools / "bin" / "schemathesis"
    if not tool.exists():
        print(f"schemathesis is missing in {asked.tools}: give --tools VENV", file=sys.stderr)
        print(json.dumps({"schemathesis": "missing"}))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with filled(folder, asked.data) as archive, serving(archive) as base:
            found = run(tool, base, folder / "report.xml", asked.examples, asked.seed)
        print(json.dumps(found))
        if found["failures"] or found["errors"]:
            sys.exit(1)


@contextmanager
def filled(folder: Path, rows: Path | None) -> Iterator[Archive]:
    """An archive of the sample newswire, with revisions, or of records."""
    if rows is None:
        rows = folder / "rows.jsonl"
        rows.write_text("\n".join(json.dumps(row) for row in sample.records(version=None)), encoding="utf-8")
    with open_archive(folder / "archive", create=True, workers=1) as archive:
        archive.add_outlets(sample.outlets())
        archive.import_paths([rows], seen="seen")
        yield archive


@contextmanager
def serving(archive: Archive) -> Iterator[str]:
    """The site on loopback."""
    server = uvicorn.Server(
        uvicorn.Config(create_app(archive, operator_password=TOKEN), port=0, log_level="critical", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def run(tool: Path, base: str, report: Path, examples: int, seed: int) -> dict[str, Any]:
    """Every check of schemathesis on every operation, in all its phases."""
    command = [str(tool), "run", f"{base}{PREFIX}/openapi.json", "--checks", "all", "--continue-on-failure"]
    command += ["-H", f"Authorization: Bearer {TOKEN}"]
    command += ["--max-examples", str(examples), "--seed", str(seed), "--report-junit-path", str(report)]
    allowed = ["2xx", "400", "401", "403", "404", "409"]
    (report.parent / "schemathesis.toml").write_text(
        "\n".join(
            f"[[operations]]\ninclude-name = {json.dumps(name)}\n"
            f"checks.positive_data_acceptance.expected-statuses = {json.dumps(allowed)}"
            for name in EXCEPTIONS
        ),
        encoding="utf-8",
    )
    began = time.monotonic()
    done = subprocess.run(command, cwd=report.parent, capture_output=True, text=True, check=False)
    print(done.stdout[-20_000:], done.stderr[-2_000:], sep="\n", file=sys.stderr)
    cases = list(ElementTree.parse(report).iter("testcase")) if report.exists() else []
    counts = Counter(child.tag for case in cases for child in case)
    version = subprocess.run([str(tool), "--version"], capture_output=True, text=True, check=False)
    return {
        "tool": version.stdout.strip().splitlines()[-1] if version.stdout else "",
        "operations": len(cases),
        "failures": counts["failure"],
        "errors": counts["error"] + (not cases),
        "examples": examples,
        "exit": done.returncode,
        "seconds": round(time.monotonic() - began),
    }


if __name__ == "__main__":
    main()
