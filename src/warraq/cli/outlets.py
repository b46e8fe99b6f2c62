"""Outlets: try what is read from their pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from warraq.app import Tried, outlet_file, try_pages
from warraq.cli.main import main
from warraq.cli.options import json_option, say
from warraq.render.json import article_dict
from warraq.render.plain import line

MOST_SHOWN = 160
"""Characters of a paragraph or a value."""


@main.group()
def outlet() -> None:
    """Outlets: whose pages are read, and how."""


@outlet.command("try")
@click.argument("places", nargs=-1, required=True)
@click.option("--rules", type=click.Path(path_type=Path), help="An outlet's file (TOML) to read them by.")
@click.option("--url", default="", help="The page's address, when PLACES is one file that does not say it.")
@json_option
def try_(places: tuple[str, ...], rules: Path | None, url: str, as_json: bool) -> None:
    """What is read from pages (FILES or URLS) and why: each part, its rule, and what was not taken. Needs no archive.

    Several pages of an outlet also show what they share, and that it is left out.
    """
    tried = try_pages(places, outlet=outlet_file(rules) if rules else None, url=url)
    for number, one in enumerate(tried):
        if as_json:
            say([tried_dict(one)])
        else:
            click.echo("\n" * bool(number) + "\n".join(explained(one)))
    if not any(one.found.article for one in tried):
        click.get_current_context().exit(1)


def tried_dict(tried: Tried) -> dict[str, Any]:
    """A page that was tried, as JSON."""
    found = tried.found
    return {
        "place": tried.place,
        "article": article_dict(found.article) if found.article else None,
        "reason": found.reason,
        "detail": found.detail,
        "outlet": found.outlet,
        "why": dict(found.why),
        "parts": [
            {
                "part": part.name,
                "value": part.value,
                "rule": part.rule,
                "others": [{"rule": rule, "value": value} for rule, value in part.others],
            }
            for part in tried.parts
        ],
    }


def explained(tried: Tried, *, texts: bool = True) -> Iterator[str]:
    """A page that was tried, as lines: its parts, and its paragraphs if asked for."""
    found = tried.found
    yield f"{line(tried.place)}  ({line(found.outlet) or 'no outlet'})"
    if found.article is None:
        yield f"  no article: {found.reason}{f' ({line(found.detail)})' if found.detail else ''}"
    for part in tried.parts:
        if not (part.value or part.rule or part.others):
            continue
        yield f"  {part.name:<10} {line(part.value)[:MOST_SHOWN] or '-'}"
        if part.rule:
            yield f"  {'':<10}   by {line(part.rule)}"
        for rule, value in part.others:
            yield f"  {'':<10}   not {line(rule)}: {line(value)[:MOST_SHOWN]}"
        if texts and part.name == "body" and found.article:
            for paragraph in found.article.body:
                yield f"  {'':<10}   | {line(paragraph.text)[:MOST_SHOWN]}"
