"""The site as auditors see it: Lighthouse (mobile), axe-core and html-validate on its pages, and their weight.

    python quality/site.py --tools DIR [--archive DIR]

`--tools` is a folder in which ``npm install lighthouse axe-core html-validate`` was run; Chromium is the system's.
Without `--archive` the pages are those of the sample newswire. Bars: performance >= 95, accessibility, best practices
and SEO 100; no violation of axe-core (WCAG 2.0 to 2.2 A and AA, best practice) in light and dark at 360 and 1280 px;
valid HTML; first page under 150 KB without images. Pages of results ask not to be indexed, which Lighthouse counts
against their SEO: the search page itself is measured, and the results beside it. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import uvicorn
from playwright.sync_api import sync_playwright

from warraq import Archive, open_archive, sample
from warraq.types import Nobody, SavedSearch
from warraq.web import create_app

CHROMIUM = "/usr/bin/chromium"
PASSWORD = "a password for these pages"
LOGIN = {"Authorization": "Basic " + base64.b64encode(f"operator:{PASSWORD}".encode()).decode()}
SAVED = "measured"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"extends": ["html-validate:standard"], "rules": {"long-title": "off", "no-trailing-whitespace": "off"}}


@contextmanager
def served(archive: Archive) -> Iterator[str]:
    """The site on loopback."""
    app = create_app(archive, operator_password=PASSWORD)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True


def pages(archive: Archive) -> dict[str, str]:
    """One address of each kind of page."""
    newest = archive.latest(limit=1)[0]
    told = archive.stories(newest.first_seen_at.replace(year=newest.first_seen_at.year - 1), limit=5)
    article = told[0].headline if told else newest
    word = archive.page(article.id).keywords[0].text
    day = max(archive.days(), key=lambda pair: pair[1])[0]
    revised = next((r.article.id for r in archive.export(revisions=True) if r.number > 1), "")
    return {
        "home": "/",
        "article": f"/a/{article.id}",
        "story": f"/s/{told[0].id}" if told else "/stories",
        "search": "/search",
        "results": f"/search?q={quote(word)}",
        "stories": "/stories",
        "keyword": f"/k/{quote(word)}",
        "outlet": f"/o/{article.outlet}",
        "outlets": "/outlets",
        "copies": f"/a/{article.id}/copies",
        **({"diff": f"/a/{revised}/diff"} if revised else {}),
        "trends": "/trends",
        "archive": "/archive",
        "year": f"/archive/{day:%Y}",
        "month": f"/archive/{day:%Y-%m}",
        "month-en": f"/archive/{day:%Y-%m}?lang=en",
        "day": f"/d/{day}",
        "no-news": "/d/2001-01-01",
        "no-day": "/d/2001-02-31",
        "stats": "/stats",
        "stats-en": "/stats?lang=en",
        "past": f"/?as_of={day}",
        "saved": "/saved",
        "saved-new": f"/saved/new?q={quote(word)}",
        "saved-remove": f"/saved/remove?name={SAVED}",
        "about": "/about",
        "api": "/api",
        "english": "/?lang=en",
        "nothing": "/search?q=zzzzzz",
        "error": "/search?q=(",
    }


def lighthouse(tools: Path, address: str) -> dict[str, int]:
    """Scores of one page, 0 to 100, on Lighthouse's own mobile profile."""
    done = subprocess.run(
        [
            tools / "node_modules/.bin/lighthouse",
            address,
            "--output=json",
            "--quiet",
            f"--only-categories={','.join(CATEGORIES)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        ],
        capture_output=True,
        check=False,
        timeout=180,
        env={"CHROME_PATH": CHROMIUM, "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": tempfile.gettempdir()},
    )
    if done.returncode:
        raise SystemExit(f"lighthouse {address}: {done.stderr.decode()[-300:]}")
    found = json.loads(done.stdout)
    for name in CATEGORIES:
        for audit in found["categories"][name]["auditRefs"]:
            result = found["audits"][audit["id"]]
            if audit["weight"] and result["score"] not in (None, 1) and name != "performance":
                print(f"    {name}: {result['title']}")
    return {name: round(100 * found["categories"][name]["score"]) for name in CATEGORIES}


def axe(tools: Path, base: str, asked: dict[str, str]) -> int:
    """Violations over all pages, both themes, two widths."""
    script = (tools / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
    found = 0
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            for width in (360, 1280):
                context = browser.new_context(
                    viewport={"width": width, "height": 900},
                    color_scheme=scheme,
                    bypass_csp=True,
                    extra_http_headers=LOGIN,
                )
                page = context.new_page()
                for name, path in asked.items():
                    page.goto(base + path)
                    page.evaluate(script)
                    result = page.evaluate(f"axe.run({{runOnly: {json.dumps(AXE_TAGS)}}})")
                    for violation in result["violations"]:
                        found += 1
                        node = violation["nodes"][0]["html"][:120]
                        print(f"    axe: {name} {scheme} {width}: {violation['id']}: {node}")
                context.close()
    return found


def invalid(tools: Path, base: str, asked: dict[str, str]) -> int:
    """Errors of html-validate over all pages."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, ".htmlvalidate.json").write_text(json.dumps(RULES), encoding="utf-8")
        for name, path in asked.items():
            try:
                text = urllib.request.urlopen(urllib.request.Request(base + path, headers=LOGIN)).read()  # loopback
            except urllib.error.HTTPError as error:
                text = error.read()
            Path(folder, f"{name}.html").write_bytes(text)
        done = subprocess.run(
            [tools / "node_modules/.bin/html-validate", "--formatter", "json", *Path(folder).glob("*.html")],
            capture_output=True,
            check=False,
            cwd=folder,
        )
    found = 0
    for file in json.loads(done.stdout):
        for message in file["messages"]:
            found += 1
            print(
                f"    html: {Path(file['filePath']).name}:{message['line']}: {message['ruleId']}: {message['message']}"
            )
    return found


def weight(base: str, path: str) -> int:
    """Bytes over the wire of a page with its style and icon, packed."""
    total = 0
    text = urllib.request.urlopen(base + path).read().decode()
    links = [part.split('"')[0] for part in text.split('href="/static/')[1:]]
    for address in (path, *(f"/static/{link}" for link in links)):
        total += len(gzip.compress(urllib.request.urlopen(base + address).read(), 5))
    return total


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", type=Path, required=True)
    parser.add_argument("--archive", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if asked.archive is None:
            lines = Path(folder, "rows.jsonl")
            lines.write_text("\n".join(json.dumps(row) for row in sample.records(version=None)), encoding="utf-8")
        with open_archive(asked.archive or Path(folder, "archive"), create=asked.archive is None, workers=1) as archive:
            if asked.archive is None:
                archive.add_outlets(sample.outlets())
                archive.import_paths([lines], seen="seen")
                archive.save_search(SavedSearch(SAVED, "ميناء", Nobody()))
            with served(archive) as base:
                every = pages(archive)
                if asked.archive is not None:  # its searches are its operator's
                    every.pop("saved-remove")
                scores = {}
                for name in ("home", "article", "story", "search", "results"):
                    scores[name] = lighthouse(asked.tools, base + every[name])
                    print(f"{name:<10} {scores[name]}")
                violations = axe(asked.tools, base, every)
                errors = invalid(asked.tools, base, every)
                weighed = ("home", "article", "story", "results", "day", "month", "stats")
                heaviest = {name: weight(base, every[name]) for name in weighed}
    print(f"axe-core: {violations} violations on {len(every)} pages, light and dark, 360 and 1280 px")
    print(f"html-validate: {errors} errors; bytes with style and icon, packed: {heaviest}")
    print(json.dumps({"lighthouse": scores, "axe": violations, "html": errors, "bytes": heaviest}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
