"""The site in a real browser, without JavaScript: direction, width, errors, and that payloads do nothing."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from served import serving

from made import Made, article
from warraq import open_archive
from warraq.errors import UsageError
from warraq.types import Nobody, Outlet, Paragraph, SavedSearch

pytestmark = pytest.mark.browser

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATHS = {
    "home": "/",
    "article": "/a/0000000port1",
    "english": "/a/0000000port3",
    "revised": "/a/00000strike1?as_of=2026-03-11",
    "search": "/search?q=" + quote("مرفأ") + "&sort=date",
    "nothing": "/search?q=zzzz",
    "outlets": "/outlets",
    "about": "/about",
    "archive": "/archive",
    "year": "/archive/2026",
    "month": "/archive/2026-03",
    "day": "/d/2026-03-11",
    "stats": "/stats",
}
LONG = "كلمة" * 120 + " https://example.com/" + "a" * 300


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("SKIPPED FOR MISSING CHROMIUM: install it, or name it in CHROMIUM; CI has it")
    api = pytest.importorskip("playwright.sync_api", reason="SKIPPED FOR MISSING PLAYWRIGHT")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def long_site() -> Iterator[Any]:
    """The archive with one article made of what does not break between words."""
    body = (Paragraph(LONG), Paragraph("نص عادي"))
    made = Made()
    made.content.append(article("long", "sahil", LONG, body, 1, credit=(LONG,), authors=(LONG,), keywords=(LONG,)))
    with serving(made) as client:
        yield client


@contextmanager
def tab(
    browser: Any, width: int = 1280, scheme: str = "light", scripts: bool = False, **more: Any
) -> Iterator[tuple[Any, list[str]]]:
    """A tab, and what it said: messages, errors, dialogs, requests to anywhere but loopback."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts, **more
    )
    page, heard = context.new_page(), []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: (heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: "//127.0.0.1:" in request.url or heard.append(f"foreign: {request.url}"))
    yield page, heard
    context.close()


@pytest.mark.parametrize("width", [360, 1920])
def test_pages_without_javascript(browser: Any, long_site: Any, width: int) -> None:
    with tab(browser, width) as (page, heard):
        for path in (*PATHS.values(), "/a/00000000long"):
            page.goto(long_site.base + path)
            assert page.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert page.locator("h1").count() == 1
            assert heard == [], path


def test_both_themes_and_both_languages(browser: Any, site: Any) -> None:
    grounds = {}
    for scheme in ("light", "dark"):
        with tab(browser, scheme=scheme) as (page, heard):
            page.goto(f"{site.base}/a/0000000port1?lang=en")
            assert page.evaluate("getComputedStyle(document.documentElement).direction") == "ltr"
            assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == "rtl"
            grounds[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert heard == []
    assert grounds["light"] != grounds["dark"]


def test_contrast_is_enough_in_both_themes(browser: Any, site: Any) -> None:
    """WCAG 2.2, 1.4.3: 4.5:1 for every piece of text against the ground it stands on."""
    for scheme in ("light", "dark"):
        with tab(browser, scheme=scheme) as (page, _):
            for name in ("article", "search", "home", "outlets", "month", "day", "stats"):
                path = PATHS[name]
                page.goto(site.base + path)
                assert page.evaluate(CONTRAST) == [], (scheme, path)


def test_the_moment_is_chosen_with_the_keyboard_and_a_form(browser: Any, site: Any) -> None:
    with tab(browser) as (page, _):
        page.goto(site.base + "/a/00000strike1")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.locator("details.as-of summary").press("Enter")
        page.locator("#as-of").fill("2026-03-11T14:00:00")
        page.locator("details.as-of button").click()
        assert page.url.endswith("/a/00000strike1?as_of=2026-03-11T14%3A00")
        assert page.locator("h1").text_content() == "تعليق إضراب عمال الأرصفة في مرفأ الياسمين"
        page.locator("details.as-of form a").click()
        assert page.url == site.base + "/a/00000strike1"


PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><svg onload=alert(1)>",
    "</title></style></textarea><svg/onload=alert(1)>",
    "' autofocus onfocus='alert(1)",
    "javascript:alert(1)",
)
MOST = 160
"""Payloads of the suites that are tried: every few of them."""
FOUND = """() => [...document.querySelectorAll('*')].filter(e =>
  ['IMG', 'IFRAME', 'OBJECT', 'EMBED', 'VIDEO', 'AUDIO', 'STYLE', 'BASE', 'MATH'].includes(e.tagName.toUpperCase())
  || e.tagName === 'SCRIPT' && e.type !== 'application/ld+json'
  || [...e.attributes].some(a => /^on|^srcdoc$|^style$/i.test(a.name)
      || /^(href|action|src|xlink:href|formaction)$/i.test(a.name) && !/^(\\/(?!\\/)|#|https?:)/.test(a.value))
).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A real archive whose outlets, titles, texts, authors, keywords and saved searches are payloads."""
    folder = tmp_path_factory.mktemp("hostile")
    suites = Path(__file__).parents[2].parent / "shared" / "suites"
    files = sorted(suites.glob("xss-*/cases.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    told = list(dict.fromkeys(str(json.loads(line)["input"])[:300].strip() for line in lines))
    payloads = [*PAYLOADS, *[text for text in told if text][:: max(1, len(told) // MOST)]]
    rows = [
        {
            "url": f"https://h{n % 20}.example/{n}",
            "outlet": f"h{n % 20}",
            "title": payload,
            "text": f"{payload} قال المتحدث اليوم إن العمل يعود إلى طبيعته. {payloads[n - 1]}",
            "author": payload,
            "keywords": [payload],
            "published": f"2026-03-{1 + n % 9:02}T10:00:00Z",
            "seen": f"2026-03-{1 + n % 9:02}T11:00:00Z",
        }
        for n, payload in enumerate(payloads)
    ]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with open_archive(folder / "archive", create=True, workers=1) as archive:
        archive.add_outlets(
            Outlet(f"h{n}", text, short_name=text, country=text[:30], home=text) for n, text in enumerate(payloads[:20])
        )
        archive.import_paths([folder / "rows.jsonl"], seen="seen")
        for text in payloads[:12]:
            with suppress(UsageError):
                archive.save_search(SavedSearch(text[:100], f'"{text}" OR اليوم', Nobody()))
        with serving(archive, operator_password="a password of this test") as client:
            yield client, payloads


def test_payloads_do_nothing_on_any_page_even_with_javascript_and_without_our_policy(
    browser: Any, hostile: Any
) -> None:
    client, payloads = hostile
    briefs = client.archive.latest(limit=500)
    ids = [brief.id for brief in briefs]
    assert {brief.title for brief in briefs} & set(PAYLOADS[:3]) == set(PAYLOADS[:3])
    typed = [quote(text, safe="") for text in payloads[: len(PAYLOADS)]]
    paths = [
        *("/", "/?page=2", "/?lang=en", "/stories?from=2026-03-01", "/trends?from=2026-03-05", "/about"),
        *(
            "/outlets",
            "/archive",
            "/archive/2026",
            "/archive/2026-03",
            "/d/2026-03-01",
            "/d/2026-03-02",
            "/stats",
            "/api",
        ),
        *(f"/{kind}/{id}" for kind in "as" for id in ids[:2]),
        *(f"/a/{ids[0]}/copies", "/o/h1", "/o/h3", "/saved"),
        *("/search?q=" + quote("اليوم") + more for more in ("", "&page=2")),
        *(f"/search?q=({text}" for text in typed[:1]),
        *(f"/search?q={text}" for text in typed[:2]),
        *(f"/k/{text}" for text in typed[:1]),
        *(f"/{place}/{typed[n]}" for n, place in enumerate(("d", "o"))),
        *(f"/saved/{place}={text}" for place in ("new?q", "edit?name", "remove?name") for text in typed[:1]),
    ]
    with tab(
        browser,
        scripts=True,
        bypass_csp=True,
        http_credentials={"username": "x", "password": "a password of this test"},
    ) as (page, heard):
        for path in paths:
            page.goto(client.base + path, wait_until="domcontentloaded")
            assert page.evaluate(FOUND) == [], path
            assert page.locator("h1").count() == 1, path
        assert [said for said in heard if not said.startswith("Failed to load resource")] == []


# For every element with text of its own: its colour against the nearest ground that is not transparent.
CONTRAST = """() => {
  const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1;
  const brush = canvas.getContext('2d', {willReadFrequently: true});
  const rgb = c => {
    brush.clearRect(0, 0, 1, 1); brush.fillStyle = c; brush.fillRect(0, 0, 1, 1);
    return [...brush.getImageData(0, 0, 1, 1).data];
  };
  const linear = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => .2126 * linear(r) + .7152 * linear(g) + .0722 * linear(b);
  const low = [];
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) || !e.checkVisibility()) continue;
    let ground = e, colour = [0, 0, 0, 0];
    while (ground && (colour = rgb(getComputedStyle(ground).backgroundColor))[3] === 0) ground = ground.parentElement;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(colour)];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) low.push(`${e.tagName}.${e.className} ${ratio.toFixed(2)} ${e.textContent.trim().slice(0, 30)}`);
  }
  return low;
}"""
