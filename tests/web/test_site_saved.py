"""Saved searches on the site: for the operator alone, changed by forms that only our own pages can have made."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
import urllib3
from selectolax.lexbor import LexborHTMLParser
from served import Client, serving
from urllib3.response import BaseHTTPResponse

from warraq import open_archive
from warraq.config import load_config
from warraq.errors import ConfigError
from warraq.types import Nobody, SavedSearch, Telegram, Webhook
from warraq.web import rates

PASSWORD = "كلمة سر طويلة"
HOSTILE = '"><img src=x onerror=alert(1)>'
PATHS = ("/saved", "/saved.json", "/saved/new", "/saved/edit?name=x", "/saved/remove?name=x")


def login(password: str = PASSWORD) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"anyone:{password}".encode()).decode()}


@pytest.fixture(scope="module", autouse=True)
def patient() -> Iterator[None]:
    """These tests send more wrong passwords than anybody may."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rates, "GUESSES", 1000)
        yield


@pytest.fixture(scope="module")
def served_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    tmp_path: Path = tmp_path_factory.mktemp("desk")
    row = {
        "url": "https://sahil.example/1",
        "title": "ميناء الساحل يستقبل سفينة",
        "text": "وصلت سفينة إلى الميناء أمس.",
    }
    lines = tmp_path / "rows.jsonl"
    lines.write_text(json.dumps({**row, "published": "2026-03-11"}), encoding="utf-8")
    with open_archive(tmp_path / "archive", create=True, workers=1) as archive:
        archive.import_paths([lines])
        with serving(archive, operator_password=PASSWORD) as client:
            yield client


@pytest.fixture
def desk(served_desk: Client) -> Client:
    for watching in served_desk.archive.searches():
        served_desk.archive.remove_search(watching.search.name)
    return served_desk


def page(desk: Client, path: str, status: int = 200) -> LexborHTMLParser:
    response = desk.get(path, login())
    assert response.status == status, response.data[:300]
    assert response.headers["cache-control"] == "no-store"
    return LexborHTMLParser(response.data)


def fill(form: LexborHTMLParser, **changed: str) -> dict[str, str]:
    """What a browser sends of the form, with some fields changed."""
    sent = {}
    for field in form.css("form[method=post] input[name], form[method=post] select[name]"):
        if field.attributes.get("type") == "radio" and "checked" not in field.attributes:
            continue
        if field.tag == "select":
            chosen = field.css_first("option[selected]") or field.css_first("option")
            sent[field.attributes["name"]] = chosen.attributes.get("value") or chosen.text()
        else:
            sent[field.attributes["name"]] = field.attributes.get("value") or ""
    return {**sent, **changed}


def post(desk: Client, path: str, form: dict[str, str], headers: dict[str, str] | None = None) -> BaseHTTPResponse:
    sent = {"Content-Type": "application/x-www-form-urlencoded", **(login() if headers is None else headers)}
    pool = urllib3.PoolManager(retries=False)
    return pool.request("POST", desk.base + path, body=urlencode(form), headers=sent, redirect=False)


def searches(desk: Client) -> list[SavedSearch]:
    return [watching.search for watching in desk.archive.searches()]


def test_without_a_password_there_are_no_such_pages(site: Client) -> None:
    for path in PATHS:
        assert site.get(path, login()).status == 404
    assert not site.html("/").css("a[href*='/saved']")


def test_only_who_has_the_password_comes_in(desk: Client) -> None:
    basic = "Basic " + base64.b64encode(PASSWORD.encode()).decode()
    wrong = ({}, login("x"), login(""), {"Authorization": "Basic ???"}, {"Authorization": "Bearer x"})
    for place, path in enumerate(PATHS):
        for headers in (*wrong, {"Authorization": basic}) if not place else ({}, login("x")):  # few guesses are let in
            response = desk.get(path, headers)
            assert response.status == 401
            assert response.headers["www-authenticate"].startswith("Basic ")
            assert response.headers["cache-control"] == "no-store"
    assert post(desk, "/saved", {"name": "x", "q": "ميناء"}, {}).status == 401
    assert searches(desk) == []
    assert page(desk, "/saved").css(".nothing")
    assert page(desk, "/saved").css_first("meta[name=robots]").attributes["content"] == "noindex"


def test_a_search_is_made_changed_and_removed(desk: Client) -> None:
    assert desk.html("/search?q=" + quote("ميناء")).css("a[href^='/saved/new?q=']")
    form = page(desk, "/saved/new?q=" + quote("ميناء"))
    made = post(desk, "/saved", fill(form, name="الموانئ"))
    assert (made.status, made.headers["location"]) == (303, "/saved")
    assert searches(desk) == [SavedSearch("الموانئ", "ميناء", Nobody())]
    assert desk.archive.alert().made == 0

    shown = page(desk, "/saved")
    assert shown.css_first(".card .short a").text() == "ميناء الساحل يستقبل سفينة"
    assert desk.get(shown.css_first(".actions a[type]").attributes["href"]).status == 200
    (found,) = json.loads(desk.get("/saved.json", login()).data)["searches"]
    assert (found["name"], found["total"], found["receiver"]) == ("الموانئ", 1, {"is": "nobody", "name": ""})

    form = page(desk, shown.css_first(".actions a").attributes["href"])
    hook = {"receiver": "webhook", "url": "https://desk.example/hook/private", "secret": "WARRAQ_SECRET_DESK"}
    assert post(desk, "/saved", fill(form, q="ميناء OR مرفأ", **hook)).status == 303
    wanted = Webhook("https://desk.example/hook/private", "env:WARRAQ_SECRET_DESK")
    assert searches(desk) == [SavedSearch("الموانئ", "ميناء OR مرفأ", wanted)]
    assert "private" not in desk.get("/saved", login()).data.decode()

    form = page(desk, "/saved/edit?name=" + quote("الموانئ"))
    assert "private" not in form.html
    assert post(desk, "/saved", fill(form, quiet="2")).status == 303  # an address left empty stays
    assert searches(desk)[0].channel == wanted

    form = page(desk, "/saved/remove?name=" + quote("الموانئ"))
    assert len(searches(desk)) == 1
    assert post(desk, "/saved/remove", fill(form)).status == 303
    assert searches(desk) == []


def test_what_another_site_sends_is_refused(desk: Client) -> None:
    form = fill(page(desk, "/saved/new"), name="x", q="ميناء")
    for token in ("", "0" * 64, form["token"][:-1]):
        assert post(desk, "/saved", {**form, "token": token}).status == 403
    for site in ("cross-site", "same-site"):
        assert post(desk, "/saved", form, {**login(), "Sec-Fetch-Site": site}).status == 403
    assert desk.get("/saved/remove?name=x&token=" + form["token"], login()).status == 404
    assert post(desk, "/saved", {**form, "q": "x" * 70_000}).status == 413
    assert searches(desk) == []
    assert post(desk, "/saved", form, {**login(), "Sec-Fetch-Site": "same-origin"}).status == 303


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"q": "("}, "never closed"),
        ({"name": " "}, "a name has"),
        ({"zone": "Nowhere"}, "Nowhere"),
        ({"quiet": "x"}, "quiet"),
        ({"receiver": "webhook", "url": "ftp://x"}, "http"),
        ({"receiver": "webhook", "url": "https://x.example/", "secret": "file:/etc/passwd"}, "WARRAQ_SECRET_"),
        ({"receiver": "webhook", "url": "https://x.example/", "secret": "env:HOME"}, "WARRAQ_SECRET_"),
        ({"receiver": "mail", "host": "mail.example"}, "HOST:PORT"),
        ({"receiver": "telegram", "chat": "@desk"}, "token"),
    ],
)
def test_a_form_that_cannot_be_comes_back_as_it_was(desk: Client, changed: dict[str, str], said: str) -> None:
    sent = {**fill(page(desk, "/saved/new?lang=en")), "name": "Desk " + HOSTILE, "q": "ميناء", **changed}
    response = post(desk, "/saved?lang=en", sent)
    assert response.status == 400
    tree = LexborHTMLParser(response.data)
    assert said in tree.css_first("#error").text()
    assert fill(tree)["q"] == sent["q"]
    assert not tree.css("img")
    assert searches(desk) == []


def test_a_secret_named_elsewhere_stays_with_its_receiver(desk: Client) -> None:
    channel = Webhook("https://desk.example/hook", "file:/run/secrets/desk")
    desk.archive.save_search(SavedSearch("x", "ميناء", channel))
    form = page(desk, "/saved/edit?name=x")
    assert post(desk, "/saved", fill(form, q="مرفأ")).status == 303
    assert searches(desk) == [SavedSearch("x", "مرفأ", channel)]
    assert post(desk, "/saved", fill(form, url="https://other.example/hook")).status == 400
    assert post(desk, "/saved", fill(form, receiver="telegram", chat="@desk")).status == 400
    assert searches(desk)[0].channel == channel
    assert post(desk, "/saved", fill(form, receiver="telegram", chat="@desk", secret="WARRAQ_SECRET_BOT")).status == 303
    assert searches(desk)[0].channel == Telegram("@desk", "env:WARRAQ_SECRET_BOT")


def test_hostile_names_and_queries_stay_text(desk: Client) -> None:
    desk.archive.save_search(SavedSearch(HOSTILE, f'"{HOSTILE}"', Nobody()))
    for path in ("/saved", "/saved/edit?name=" + quote(HOSTILE), "/saved/remove?name=" + quote(HOSTILE)):
        tree = page(desk, path)
        assert HOSTILE in tree.text()
        assert not tree.css("img")
    assert page(desk, "/saved/edit?name=nothing", 404).css("h1")


def test_a_short_password_is_refused() -> None:
    with pytest.raises(ConfigError, match="operator_password"):
        load_config({"operator_password": "short"})
