"""Links that may not be offered: addresses of outlets whose domain leads to somebody else by now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from warraq.types import Brief, OutletId, Page, Revision, Similar


def unlinked(page: Page) -> Page:
    """The page without the addresses of outlets that are unsafe: what has no address is printed without a link."""
    if not page.unsafe:
        return page
    return replace(
        page,
        outlet=replace(page.outlet, home="") if page.outlet.id in page.unsafe else page.outlet,
        revision=_revision(page, page.revision),
        read_also=_revision(page, page.read_also) if page.read_also else None,
        similar=tuple(_similar(page, similar) for similar in page.similar),
        copies=tuple(replace(copy, brief=_brief(page, copy.brief)) for copy in page.copies),
        story=tuple(_similar(page, similar) for similar in page.story),
    )


def offered(revisions: Sequence[Revision], unsafe: Collection[OutletId]) -> list[Revision]:
    """Articles without the addresses of outlets that are unsafe."""
    return [
        replace(r, article=replace(r.article, url="", image="")) if r.article.outlet in unsafe else r for r in revisions
    ]


def _revision(page: Page, revision: Revision) -> Revision:
    return offered([revision], page.unsafe)[0]


def _similar(page: Page, similar: Similar) -> Similar:
    return replace(similar, brief=_brief(page, similar.brief))


def _brief(page: Page, brief: Brief) -> Brief:
    return replace(brief, url="") if brief.outlet in page.unsafe else brief
