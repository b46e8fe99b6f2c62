"""The API over a real archive and real HTTP: it answers what its own description promises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema
import pytest
from selectolax.lexbor import LexborHTMLParser
from served import Client, serving

from warraq.render.moments import iso
from warraq.web.api import ENDPOINTS, PREFIX, openapi


@pytest.fixture
def client(sampled: Client) -> Client:
    return sampled


@pytest.fixture
def described(client: Client) -> Any:
    return client.json(f"{PREFIX}/openapi.json")


def addresses(client: Client) -> Iterator[tuple[str, str]]:
    """Each path of the description with addresses that it should answer."""
    brief = next(r for r in client.archive.export(revisions=True) if r.number > 1).article
    for endpoint in ENDPOINTS:
        if "{id}" in endpoint.path:
            names = {"outlets": [brief.outlet], "days": ["2026-02-14"]}.get(
                endpoint.path.split("/")[1], [brief.id, brief.url]
            )
        else:
            names = [""]
        for name in names:
            required = [p.name for p in endpoint.parameters if p.required]
            query = f"?{required[0]}=دوقلان" if required else ""
            query = "?from=2026-01-01" if endpoint.path in {"/stories", "/outcomes", "/trends"} else query
            yield endpoint.path, PREFIX + endpoint.path.replace("{id}", name) + query


def test_every_answer_is_what_the_description_says(client: Client, described: Any) -> None:
    assert described == json.loads(json.dumps(openapi(ENDPOINTS)))
    seen = set()
    for path, address in addresses(client):
        answered = client.json(address)
        schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(answered, {**schema, "components": described["components"]})
        assert answered["as_of"].endswith("Z")
        seen.add(path)
    assert seen == set(described["paths"])


def test_a_list_goes_on_without_shifting_or_repeating(client: Client) -> None:
    found: list[str] = []
    following, pages = "", 0
    while following is not None:
        answered = client.json(f"{PREFIX}/articles?limit=50&next={following}")
        found += [article["id"] for article in answered["articles"]]
        following, pages = answered["next"], pages + 1
    assert pages == -(-len(found) // 50) > 1
    assert found == [brief.id for brief in client.archive.latest(limit=1000)]
    first = client.json(f"{PREFIX}/search?q=دوقلان&limit=5")
    second = client.json(f"{PREFIX}/search?q=دوقلان&limit=5&next={first['next']}")
    assert second["as_of"] == first["as_of"]
    assert not {h["id"] for h in first["hits"]} & {h["id"] for h in second["hits"]}


def test_answers_are_as_of_the_moment(client: Client) -> None:
    newest = client.archive.stats().last_seen_at
    early = iso(newest - timedelta(days=3))
    for path, address in addresses(client):
        if path in {"/articles", "/search", "/stats", "/outlets"}:
            answered = client.json(f"{address}{'&' if '?' in address else '?'}as_of={early}")
            assert answered["as_of"] == early
            assert not [m for m in moments(answered) if m > early], path
    brief = client.archive.latest(limit=1)[0]
    assert client.json(f"{PREFIX}/articles/{brief.id}?as_of={early}", 404)["error"]["status"] == 404


def moments(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("seen_at", "first_seen_at", "last_seen_at") and inner:
                yield inner
            yield from moments(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from moments(inner)


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("/articles?limit=0", 400, "limit"),
        ("/articles?limit=101", 400, "limit"),
        ("/articles?next=xyz", 404, "next"),
        ("/articles?next=%00", 404, "next"),
        ("/articles?color=red", 400, "color"),
        ("/articles?as_of=yesterday", 400, "as_of"),
        ("/search", 400, "q"),
        ("/search?q=", 400, "q"),
        ("/search?q=(", 400, "("),
        ("/search?q=x&from=2025-99-99", 400, "from"),
        ("/search?q=x&newest=yes", 400, "newest"),
        ("/articles/000000000000", 404, "no article"),
        ("/articles/000000000000/page", 404, "no article"),
        ("/outlets/nobody", 404, "nobody"),
        ("/nothing", 404, ""),
    ],
)
def test_errors_have_one_shape_and_name_what_is_wrong(client: Client, address: str, status: int, word: str) -> None:
    answered = client.json(PREFIX + address, status)
    assert set(answered) == {"error"}
    assert answered["error"]["status"] == status
    assert word in answered["error"]["message"]


def test_days_and_figures_say_what_the_archive_does(client: Client) -> None:
    days = client.json(f"{PREFIX}/days")
    counted = client.archive.days()
    assert [(d["day"], d["articles"]) for d in days["days"]] == [(day.isoformat(), n) for day, n in counted]
    assert days["total"] == client.archive.stats().articles
    day, n = max(counted, key=lambda pair: pair[1])
    assert client.json(f"{PREFIX}/days?from={day}&to={day}")["total"] == n
    found, following = [], ""
    while following is not None:
        page = client.json(f"{PREFIX}/days/{day}?limit=10&next={following}")
        found, following = found + [article["id"] for article in page["articles"]], page["next"]
    assert len(found) == len(set(found)) == n == page["total"]
    early = client.json(f"{PREFIX}/figures?as_of=2026-02-12")
    assert 0 < early["articles"] < client.json(f"{PREFIX}/figures")["articles"]
    largest = early["outlets"][0]
    figures = client.json(f"{PREFIX}/outlets/{largest['id']}/figures?as_of=2026-02-12")["figures"]
    assert figures["articles"] == largest["articles"] == sum(d["articles"] for d in figures["days"])
    for wrong in ("/days/2025-02-31", "/days/soon", "/outlets/nobody/figures"):
        assert client.json(PREFIX + wrong, 404)["error"]["status"] == 404


def test_every_reading_can_be_tried_by_a_form(client: Client) -> None:
    page = client.html("/api")
    assert {n.text() for n in page.css(".call summary code")} == {endpoint.path for endpoint in ENDPOINTS}
    for form in page.css("section.api form"):
        fields = {n.attributes["name"]: n.attributes.get("value") or "" for n in form.css("input")}
        fields |= {name: "دوقلان" for name in fields if name in ("q", "phrase")}
        answer = client.get(f"{form.attributes['action']}?{urlencode(fields)}")
        if answer.status == 303:
            answer = client.get(answer.headers["location"])
        assert answer.status == 404 if fields.get("operation") == "diff" else 200, fields  # seen in one state only
    assert client.get("/api/call?operation=search&id=x").status == 404
    assert client.get("/api", method="POST").status == 405  # nothing can be changed here without a password


def test_what_changes_something_can_be_tried_by_a_form_that_holds_the_token(sampled: Client) -> None:
    password = "a long enough password"
    with serving(sampled.archive, operator_password=password) as client:

        def send(**form: str) -> tuple[int, str]:
            answer = client.pool.request(
                "POST",
                client.base + "/api",
                body=urlencode(form),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
            assert answer.headers["cache-control"] == "no-store"
            page = LexborHTMLParser(answer.data)
            assert password not in page.html
            said = page.css_first(".call[open] .answered")
            code = said.css_first("code")
            status = int(said.css_first("strong").text())
            assert answer.status == (status if status >= 400 else 200)
            assert ("www-authenticate" in answer.headers) == (status == 401)  # who tries many tokens is known by it
            return status, code.text() if code else ""

        body = json.dumps({"name": "tried <b>", "query": "دوقلان"})
        assert send(operation="save_search", token="x", body=body)[0] == 401
        assert send(operation="save_search", token=password, body="{")[0] == 400
        assert send(operation="save_search", token=password, body=body)[0] == 201
        assert send(operation="save_search", token=password, body=body)[0] == 409
        status, said = send(operation="searches", token=password)
        assert (status, [search["name"] for search in json.loads(said)["searches"]]) == (200, ["tried <b>"])
        assert send(operation="remove_search", token=password, name="tried <b>") == (204, "")
        assert send(operation="remove_search", token=password, name="tried <b>")[0] == 404
        assert not sampled.archive.searches()


WRONG: list[dict[str, object]] = [
    {"query": "("},
    {"hour": "6"},
    {"hour": 24},
    {"name": ""},
    {"other": 1},
    {"receiver": "webhook", "url": "ftp://x"},
    {"receiver": "webhook", "url": "https://a.example/", "secret": "file:/etc/passwd"},
]


def test_saved_searches_are_kept_for_who_holds_the_token(sampled: Client) -> None:
    password = "a long enough password"
    told = {"Authorization": f"Bearer {password}", "Content-Type": "application/json"}
    place = f"{PREFIX}/searches"
    with serving(sampled.archive, operator_password=password) as client:

        def ask(method: str, path: str, body: object = None, headers: dict[str, str] = told) -> tuple[int, Any]:
            text = None if body is None else json.dumps(body)
            answer = client.pool.request(method, client.base + path, headers=headers, body=text, redirect=False)
            return answer.status, json.loads(answer.data) if answer.data else None

        described = client.json(f"{PREFIX}/openapi.json")
        assert set(described["paths"]["/searches"]) == {"get", "post"}
        for other in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic YTphIGxvbmcgZW5vdWdoIHBhc3N3b3Jk"}):
            assert [ask(method, place, {}, other)[0] for method in ("GET", "POST")] == [401, 401]
            assert ask("DELETE", f"{place}/x", headers=other)[0] == 401
        made, saved = ask("POST", place, {"name": "ميناء/1", "query": "دوقلان", "kind": "daily", "hour": 6})
        assert made == 201
        assert saved["search"]["total"] == sampled.archive.search("دوقلان").total > 0
        assert saved["search"]["receiver"] == {"is": "nobody", "name": ""}
        assert ask("POST", place, {"name": "ميناء/1", "query": "x"})[0] == 409
        good = {"name": "b", "query": "x"}
        refused = [[], "x", {"name": "b"}, *({**good, **more} for more in WRONG)]
        for wrong in refused:
            status, answered = ask("POST", place, wrong)
            assert (status, answered["error"]["status"]) == (400, 400), wrong
        assert ask("POST", place, {"name": "b", "query": "x"}, {**told, "Content-Type": "text/plain"})[0] == 415
        assert ask("POST", place, {"name": "b" * 70_000, "query": "x"})[0] == 413
        status, listed = ask("GET", place)
        assert [search["name"] for search in listed["searches"]] == ["ميناء/1"]
        schema = described["paths"]["/searches"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(listed, {**schema, "components": described["components"]})
        assert ask("DELETE", f"{place}/{quote('ميناء/1')}") == (204, None)
        assert ask("DELETE", f"{place}/{quote('ميناء/1')}")[0] == 404
    assert sampled.get(place, told).status == 404  # without a password nothing of it is there
    assert "/searches" not in sampled.json(f"{PREFIX}/openapi.json")["paths"]
