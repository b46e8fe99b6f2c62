"""The shapes of the API's answers as JSON Schema (2020-12), by name. They describe what `render.json` makes."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
MOMENT: Schema = {"type": "string", "format": "date-time", "description": "ISO 8601, UTC"}
DAY: Schema = {"type": "string", "format": "date"}
DIRECTION: Schema = {"type": "string", "enum": ["rtl", "ltr", "auto"]}
ID: Schema = {"type": "string", "pattern": "^[0-9a-v]{12}$"}


def ref(name: str) -> Schema:
    """A schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(item: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": item}


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def thing(**fields: Schema) -> Schema:
    """An object with exactly these fields: what is not known is null or empty, never absent."""
    return {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}


def _text(name: str = "text") -> dict[str, Schema]:
    return {name: STRING, "lang": STRING, "dir": DIRECTION}


_OUTLET: dict[str, Schema] = {
    "id": STRING,
    **_text("name"),
    "short_name": STRING,
    "country": STRING,
    "zone": STRING,
    "home": STRING,
    "agency": BOOLEAN,
}
_BRIEF: dict[str, Schema] = {
    "id": ID,
    "outlet": {"anyOf": [ref("Outlet"), thing(id=STRING)]},
    "url": STRING,
    **_text("title"),
    "published": nullable(ref("Dated")),
    "seen_at": MOMENT,
    "first_seen_at": MOMENT,
}
_ARTICLE: dict[str, Schema] = {
    "id": ID,
    "outlet": STRING,
    "url": STRING,
    **_text("title"),
    "body": listed(thing(**_text(), kind={"type": "string", "enum": ["text", "heading", "quote", "item"]})),
    "published": nullable(ref("Dated")),
    "modified": nullable(ref("Dated")),
    "authors": listed(thing(**_text("name"))),
    "credit": listed(thing(**_text("name"))),
    "dateline": STRING,
    "section": STRING,
    "keywords": listed(thing(**_text())),
    "image": STRING,
    "revision": INTEGER,
    "seen_at": MOMENT,
    "first_seen_at": MOMENT,
    "until": nullable(MOMENT),
}
_DAY_TOTAL = thing(day=DAY, articles=INTEGER)
_SHARES = thing(
    articles=INTEGER,
    hours=listed(thing(hour=INTEGER, articles=INTEGER)),
    lengths=listed(thing(words_from=INTEGER, articles=INTEGER)),
    copies=INTEGER,
    copied_from=listed(thing(**_OUTLET, articles=INTEGER)),
    credits=listed(thing(**_text("name"), articles=INTEGER)),
)
_SPANS = listed(thing(text=STRING, hit=BOOLEAN))
_EDIT = {"type": "string", "enum": ["equal", "inserted", "deleted", "changed"]}
_PIECES = listed(thing(text=STRING, edit=_EDIT))
_COUNTED = listed(thing(value=STRING, count=INTEGER))

SCHEMAS: dict[str, Schema] = {
    "Dated": thing(
        at=MOMENT,
        local=STRING,
        precision={"type": "string", "enum": ["minute", "day", "month"]},
        origin=STRING,
        zone=STRING,
    ),
    "Outlet": thing(**_OUTLET),
    "OutletCount": thing(**_OUTLET, articles=INTEGER, first_seen_at=MOMENT, last_seen_at=MOMENT),
    "Brief": thing(**_BRIEF),
    "Article": thing(**_ARTICLE),
    "Keyword": thing(**_text(), weight=NUMBER),
    "Similar": thing(**_BRIEF, score=NUMBER, shared=listed(thing(**_text())), close=BOOLEAN),
    "Copy": thing(**_BRIEF, share=NUMBER, again=BOOLEAN),
    "Hit": thing(**_BRIEF, score=NUMBER, highlights=thing(title=_SPANS, snippet=_SPANS), copies=listed(ref("Copy"))),
    "Facets": thing(outlets=_COUNTED, languages=_COUNTED, keywords=_COUNTED, days=_COUNTED),
    "Edits": thing(
        headline=BOOLEAN,
        lead=BOOLEAN,
        kept=NUMBER,
        added=NUMBER,
        paragraphs_dropped=INTEGER,
        paragraphs_added=INTEGER,
        credits_added=listed(STRING),
        credits_dropped=listed(STRING),
    ),
    "Copies": thing(
        as_of=MOMENT,
        article=ID,
        origin=nullable(STRING),
        outlets=INTEGER,
        carriers=listed(thing(**_BRIEF, share=NUMBER, again=BOOLEAN, edits=ref("Edits"))),
    ),
    "State": thing(revision=INTEGER, **_text("title"), seen_at=MOMENT, until=nullable(MOMENT)),
    "Diff": thing(
        as_of=MOMENT,
        outlet=ref("Outlet"),
        article=ID,
        before=ref("State"),
        after=ref("State"),
        title=_PIECES,
        paragraphs=listed(thing(edit=_EDIT, pieces=_PIECES)),
    ),
    "StoryBrief": thing(
        id=ID,
        headline=ref("Brief"),
        articles=INTEGER,
        first_seen_at=MOMENT,
        last_seen_at=MOMENT,
        total=INTEGER,
        newest=ref("Brief"),
        outlets=listed(thing(**_OUTLET, articles=INTEGER)),
        copies=INTEGER,
    ),
    "Story": thing(
        as_of=MOMENT,
        id=ID,
        headline=ref("Brief"),
        lead=thing(**_text()),
        articles=INTEGER,
        first=ref("Brief"),
        last_seen_at=MOMENT,
        origin=nullable(thing(**_text("name"))),
        outlets=listed(thing(**_OUTLET, articles=INTEGER)),
        countries=listed(thing(country=STRING, articles=INTEGER)),
        days=listed(thing(day=DAY, articles=INTEGER, total=INTEGER)),
        events=listed(thing(id=ID, headline=ref("Brief"), articles=INTEGER, first_seen_at=MOMENT)),
        reports=listed(thing(**_BRIEF, event=ID, score=NUMBER, shared=listed(thing(**_text())), copies=listed(ID))),
    ),
    "Page": thing(
        as_of=MOMENT,
        outlet=ref("Outlet"),
        article=ref("Article"),
        keywords=listed(ref("Keyword")),
        read_also=nullable(thing(article=ref("Article"), outlet=ref("Outlet"))),
        similar=listed(ref("Similar")),
        copies=listed(ref("Copy")),
        carried_by=INTEGER,
        earliest=ID,
        origin=nullable(STRING),
        story=listed(ref("Similar")),
        removed_at=nullable(MOMENT),
        unsafe=listed(thing(id=STRING)),
    ),
    "DayTotal": _DAY_TOTAL,
    "Day": thing(
        as_of=MOMENT,
        day=DAY,
        hijri=nullable(STRING),
        total=INTEGER,
        stories=listed(ref("StoryBrief")),
        articles=listed(ref("Brief")),
        next=nullable(STRING),
    ),
    "Figures": thing(
        as_of=MOMENT,
        articles=INTEGER,
        days=listed(ref("DayTotal")),
        outlets=listed(ref("OutletCount")),
        languages=listed(thing(lang=STRING, articles=INTEGER)),
        countries=listed(thing(country=STRING, articles=INTEGER)),
        newest=_SHARES,
    ),
    "OutletFigures": thing(
        articles=INTEGER,
        first_seen_at=nullable(MOMENT),
        last_seen_at=nullable(MOMENT),
        days=listed(ref("DayTotal")),
        newest=_SHARES,
    ),
    "DayCount": thing(day=DAY, outlet=STRING, outcome=STRING, reason=nullable(STRING), count=INTEGER),
    "Trends": thing(
        since=MOMENT,
        until=MOMENT,
        as_of=MOMENT,
        articles=INTEGER,
        trends=listed(thing(**_text("phrase"), articles=INTEGER, expected=NUMBER, score=NUMBER, example=ID)),
    ),
    "Counts": thing(phrase=STRING, as_of=MOMENT, total=INTEGER, days=listed(thing(day=DAY, articles=INTEGER))),
    "Error": thing(error=thing(status=INTEGER, message=STRING)),
}
