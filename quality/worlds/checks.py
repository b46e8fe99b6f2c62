"""An archive, held against the world that it was read from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from warraq import urls
from warraq.ports import Store
from warraq.types import ArticleId, Revision
from worlds.plan import LOST, STRANGER, Kind, Right, World
from worlds.words import Text

_STEP = 500
_FAILURES = 100_000


@dataclass
class Checked:
    """What a check found."""

    pages: int = 0
    """Pages that had to have an outcome by now."""
    wrong: list[str] = field(default_factory=list)
    articles: int = 0
    revisions: int = 0
    revisions_wanted: int = 0
    """Of pages whose feed said that they were changed."""
    unannounced: int = 0
    unannounced_wanted: int = 0
    """The same of pages whose feed said nothing: those can only be found by looking again."""
    removed: int = 0
    removed_wanted: int = 0


def check(world: World, store: Store, epoch: int, now: datetime) -> Checked:
    """Everything that is not as it must be by the end of an epoch. `now` is the archive's present."""
    found = Checked()
    reasons: dict[str, set[str]] = defaultdict(set)
    for change in store.failures(_FAILURES):
        reasons[change.where].add(str(change.reason))
    histories = _histories(store, now)
    found.articles = len(histories)
    expected: set[ArticleId] = set()
    for right in world.rights(epoch):
        id = urls.article_id(right.article)
        found.pages += right.required
        if right.text is None:
            _check_refused(found, right, histories.get(id), reasons)
            continue
        expected.add(id)
        _check_article(found, right, histories.get(id), epoch, reasons.get(right.address, set()))
    found.wrong += [
        f"{history[-1].article.url}: an article nobody wrote: {history[-1].article.title[:60]}"
        for id, history in histories.items()
        if id not in expected
    ]
    gone = [r for r in world.rights(epoch) if r.page.gone and epoch >= 1 and not r.page.host.late]
    found.removed_wanted = len(gone)
    found.removed = len(store.removed([urls.article_id(r.article) for r in gone], now))
    return found


def _histories(store: Store, now: datetime) -> dict[ArticleId, list[Revision]]:
    found: dict[ArticleId, list[Revision]] = {}
    at = 0
    while briefs := store.latest(now, _STEP, offset=at):
        at += len(briefs)
        found.update((id, list(history)) for id, history in store.histories([b.id for b in briefs]).items())
    return found


def _check_refused(found: Checked, right: Right, history: list[Revision] | None, reasons: dict[str, set[str]]) -> None:
    if history is not None:
        found.wrong.append(f"{right.address}: taken for an article, is: {right.page.kind.value}")
        return
    page = right.page
    places = {right.address, right.article, f"http://{STRANGER}:{right.article.split(':')[2].split('/')[0]}/ad/"}
    said = {r for place in places for r in reasons.get(place, ())}
    if page.kind is Kind.TO_STRANGER:
        said |= {r for place, rs in reasons.items() if f"/ad/{page.host.id}/{page.number}" in place for r in rs}
    if not said:
        if right.required:
            found.wrong.append(f"{right.address}: no outcome, is: {page.kind.value} of a host {page.host.guise.value}")
    elif right.required and not said & right.reasons:
        found.wrong.append(f"{right.address}: {'/'.join(sorted(said))}, is: {page.kind.value}")


def _check_article(found: Checked, right: Right, history: list[Revision] | None, epoch: int, reasons: set[str]) -> None:
    page = right.page
    assert right.text is not None
    changed = 0 if page.host.late else page.state(epoch)  # what was never read cannot be seen to change
    found.revisions_wanted += bool(changed and page.told)
    found.unannounced_wanted += bool(changed and not page.told)
    if history is None:
        if right.required:
            kind = f"{page.kind.value} of a host {page.host.guise.value}, {page.host.feed}"
            found.wrong.append(f"{right.address}: not read ({'/'.join(sorted(reasons)) or 'not asked'}), is: {kind}")
        return
    last = history[-1].article
    what = ""
    if not _says(last.title, [p.text for p in last.body], right.text):
        if right.before is None or not _says(last.title, [p.text for p in last.body], right.before):
            what = "another text"
    elif changed and len(history) == 2:
        found.revisions += page.told
        found.unannounced += not page.told
    if last.outlet != page.host.id:
        what = f"of outlet {last.outlet}"
    elif len(history) > 1 + page.state(epoch):
        what = f"{len(history)} revisions, has had {1 + page.state(epoch)} texts"
    elif (last.published.at if last.published else None) != right.published:
        what = f"published {last.published.at if last.published else None}, said {right.published}"
    if what:
        found.wrong.append(f"{right.address}: {what}; is: {page.kind.value} of a host {page.host.guise.value}")


def _says(title: str, paragraphs: list[str], text: Text) -> bool:
    return title == text.title and tuple(paragraphs) == text.paragraphs


def unsafe(world: World, store: Store) -> tuple[int, int]:
    """Of the hosts that belong to somebody else now, how many are noticed as such; and how many there are."""
    states = store.outlet_states()
    lost = [h.id for h in world.hosts if h.guise in LOST]
    return sum(id in states and states[id].unsafe_since is not None for id in lost), len(lost)
