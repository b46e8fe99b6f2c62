"""Outlets: find and check them, decide whether they are read, try what is read from their pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from warraq.app import Tried, outlet_file, try_pages
from warraq.app.outlets import Checked, discover_outlet, outlet_text, write_outlet
from warraq.cli.main import main
from warraq.cli.options import archive_option, json_option, opened, say
from warraq.errors import NotFound, UsageError
from warraq.render.json import article_dict, checked_outlet_dict, outlet_entry_dict, outlet_state_dict
from warraq.render.moments import stamp
from warraq.render.plain import line
from warraq.types import OutletState

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
    if url and len(places) > 1:
        raise UsageError("--url is the address of one page; here are several")
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


@outlet.command("add")
@click.argument("url")
@click.option("--id", default="", help="Its id; default: made from its host. The id of a known outlet replaces that.")
@click.option("--to", type=click.Path(path_type=Path), help="Write this file (TOML), named after its id; no archive.")
@json_option
@archive_option
def add(url: str, id: str, to: Path | None, as_json: bool) -> None:
    """Find out about the outlet with the home page URL, and make it known to the archive.

    Asks for the page, robots.txt, and what may be feeds and sitemaps. Look over what was found.
    """
    if to is not None:
        if to.exists():
            raise UsageError(f"{to}: is there already")
        found = discover_outlet(url, id=id or to.name.removesuffix(".toml"))
        write_outlet(found, to, datetime.now(UTC))
    else:
        with opened(create=True) as archive:
            found = archive.discover(url, id=id)
            archive.add_outlets([found])
    if as_json:
        say([outlet_entry_dict(found)])
    else:
        click.echo("\n".join([f"# {found.id}", *map(line, outlet_text(found).splitlines())]))
    if not (found.feeds or found.sitemaps):
        click.echo(f"warraq: {found.id}: no feed and no sitemap answered; name pages that list articles", err=True)


@outlet.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that the package knows and the archive does not.")
@json_option
@archive_option
def list_(everything: bool, as_json: bool) -> None:
    """The outlets of the archive: their state, how many feeds are watched, how many articles there are."""
    with opened(create=everything) as archive:
        found = archive.listed_outlets(everything=everything)
    for one in found:
        articles = one.count.articles if one.count else 0
        if as_json:
            say([outlet_state_dict(one.outlet, one.state, one.watched, articles)])
            continue
        about = " ".join(filter(None, (line(one.outlet.name), _state(one.state))))
        click.echo(
            f"{articles:>9,}  {one.watched:>3} watched  {one.outlet.country or '--'}  {one.outlet.id:<18} {about}"
        )


def _state(state: OutletState) -> str:
    said = [*(["disabled"] if state.disabled else []), *(["unsafe"] if state.unsafe_since else [])]
    note = f" {line(state.note)}" if state.note else ""
    return f"({', '.join(said)}{':' if said and note else ''}{note})" if said or note else ""


@outlet.command("check")
@click.argument("ids", nargs=-1)
@json_option
@archive_option
@click.pass_context
def check(ctx: click.Context, ids: tuple[str, ...], as_json: bool) -> None:
    """Ask for the feeds, sitemaps and lists of outlets (IDS; default: all that the archive reads) now.

    Says what each gives. Exit code 1 if of any of the outlets nothing answers with articles.
    """
    answering: dict[str, bool] = {}
    with opened() as archive:
        states = archive.outlet_states()
        chosen = ids or [
            one.outlet.id
            for one in archive.listed_outlets()
            if not (one.outlet.id in states and states[one.outlet.id].disabled)
            if one.outlet.id in archive.known_outlets()
        ]
        for id in chosen:
            answering[id] = False
        for found in archive.check_outlets(chosen):
            answering[found.outlet] = answering[found.outlet] or found.reason is None
            if as_json:
                say([checked_outlet_dict(found)])
            else:
                click.echo(_checked_line(found))
    silent = [id for id, answers in answering.items() if not answers]
    if silent:
        click.echo(f"warraq: nothing answers with articles: {', '.join(map(line, silent))}", err=True)
        ctx.exit(1)


def _checked_line(found: Checked) -> str:
    where = f"{line(found.outlet):<16} {found.kind:<7} {line(found.url)}"
    if found.reason is not None:
        return f"-   {where}  {found.reason}{f' ({line(found.detail)})' if found.detail else ''}"
    said = [f"{found.entries} entries"] if found.entries else []
    said += [f"{found.further} further"] if found.further else []
    said += [f"newest {stamp(found.newest)}"] if found.newest else []
    said += [f"{found.strangers} on hosts of nobody known"] if found.strangers else []
    return f"ok  {where}  {', '.join(said)}"


@outlet.command("disable")
@click.argument("id")
@click.option("--note", default="", help="Why; shown in the list.")
@archive_option
def disable(id: str, note: str) -> None:
    """Read an outlet (its ID) no more. Its articles stay."""
    with opened() as archive:
        archive.set_outlet(id, disabled=True, note=note)
    click.echo(f"{id}: not read any more")


@outlet.command("enable")
@click.argument("id")
@click.option("--note", default="", help="Shown in the list.")
@archive_option
def enable(id: str, note: str) -> None:
    """Read an outlet (its ID) again, and offer links to it again."""
    with opened() as archive:
        archive.set_outlet(id, disabled=False, note=note)
    click.echo(f"{id}: read again")


@outlet.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
@archive_option
def import_(file: Path, as_json: bool) -> None:
    """Make the outlets of a FILE known to the archive: OPML (a list of feeds), or one outlet's own file, ID.toml.

    What the file of an outlet says goes before what the package says of it. A host of another outlet is refused.
    """
    with opened(create=True) as archive:
        if file.suffix == ".toml":
            archive.add_outlets(changed := [archive.unclaimed(outlet_file(file))])
        else:
            changed = archive.import_opml(file.read_bytes())
    if as_json:
        say(map(outlet_entry_dict, changed))
        return
    for one in changed:
        click.echo(f"{one.id:<18} {len(one.feeds)} feeds  {line(one.name)}")


@outlet.command("export")
@click.argument("id", required=False)
@click.option("--opml", is_flag=True, help="As OPML 2.0 (the only form there is of all of them).")
@archive_option
def export(id: str | None, opml: bool) -> None:
    """The feeds of all outlets that are known and not disabled, as OPML; with an ID, that outlet's file (TOML).

    Such a file can be changed, tried (`outlet try --rules ID.toml`) and imported.
    """
    if id and opml:
        raise UsageError("one outlet is a file of its own, not OPML")
    with opened(create=True) as archive:
        if id and id not in archive.known_outlets():
            raise NotFound(f"no outlet {line(id)[:60]!r}")
        text = outlet_text(archive.known_outlets()[id]) if id else archive.export_opml()
    sys.stdout.write(text)
