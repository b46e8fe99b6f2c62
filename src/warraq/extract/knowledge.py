"""What is learned of an outlet from its pages: what many of them share is furniture, not any article's own.

The extractor makes one small `Observation` of each page. `Counters` adds them up for one outlet, and says what is
furniture for pages of a day: blocks that a share of that day's pages have (or of all recent pages), keywords (trending
tags; where a text bears one out, it stays), titles that many have. `Learner` keeps the counters of many outlets.

Counting is lossy (Manku and Motwani, "Approximate Frequency Counts over Data Streams", VLDB 2002): at the end of
every `WIDTH` pages what cannot reach the share any more is dropped, so that the counters of an outlet stay at some
tens of KiB however many pages it has, and nothing that does reach it is missed. A count here is the method's upper
estimate (count plus error), at most one in `WIDTH` pages too high.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from zlib import crc32

from warraq.extract.title import key
from warraq.types import Observation, OutletId, Parsed

LEAST_PAGES = 3
"""Fewer pages than this that share something prove nothing."""
SHARE = 0.3
"""What this share of the pages has in common is furniture."""
LEAST_TITLED = 5
"""Pages with one title before it is furniture: refusing an article is worse than printing a line too much."""
WIDTH = 32
"""Pages after which rare things are dropped."""
RECENT = 256
"""Pages; when there are more, all counts are halved, so that what an outlet has given up fades."""
REMEMBERED = 1024
"""Pages known by their address, so that one that is visited again is not counted again."""
DAYS = 3
"""Days that are counted apart; the oldest goes when another begins."""
NEAR = 1
"""Days between two days whose trending tags may be the same."""
READY = 8
"""Pages after which an outlet is known well enough to read its first pages again."""
MOST_BLOCKS = 96
MOST_KEYWORDS = 48
MOST_NAMES = 48
LEAST_BLOCK = 8
"""Characters; shorter blocks are too common to be learned as furniture."""
_VERSION = 1
_HEAD = struct.Struct("<IIIIII")

Known = Callable[[OutletId, date], "OutletKnowledge"]
"""What is known of an outlet for its pages of a day."""
Taught = Callable[[bytes], bytes]
"""What the store is to keep of an outlet, from what it keeps: others may have taught it meanwhile."""


def mark(kind: str, text: str) -> int:
    """32 bits for a text: ``b`` a block, ``i`` a publisher, ``k`` a keyword, ``t`` a title, ``u`` a place."""
    return crc32(text.encode("utf-8", "surrogatepass"), ord(kind))


@dataclass(frozen=True, slots=True)
class OutletKnowledge:
    """Furniture of one outlet, as marks."""

    marks: frozenset[int] = frozenset()
    familiar: frozenset[int] = field(default=frozenset(), compare=False)
    """What more of its recent pages have than prove nothing, however small their share."""
    pages: int = field(default=0, compare=False)
    """How many recent pages it is known from."""

    def __bool__(self) -> bool:
        return bool(self.marks)

    def has_title(self, title: str) -> bool:
        """Whether many pages have this title."""
        return bool(self.marks) and mark("t", key(title)) in self.marks

    def has_keyword(self, keyword: str) -> bool:
        """Whether a keyword, given as its `title.key`, is one of the site's lists."""
        return bool(self.marks) and mark("k", keyword) in self.marks

    def has_block(self, text: str) -> bool:
        """Whether many pages have this block of text."""
        return bool(self.marks) and mark("b", text) in self.marks


NOTHING = OutletKnowledge()


def nothing(outlet: OutletId, day: date) -> OutletKnowledge:
    """Of no outlet anything is known."""
    return NOTHING


def observe(
    url: str,
    title: str,
    day: date,
    keywords: Iterable[str],
    blocks: Iterable[str],
    publisher: Iterable[int] = (),
) -> Observation:
    """A page as it is counted: `keywords` all that it states or shows, `blocks` its unlinked texts.

    `publisher` are the marks of what it says of that (`identity`).

    Of too many the ones with the smallest marks are taken, which are the same on each page (a bottom-k sketch:
    Broder, "On the resemblance and containment of documents", 1997).
    """
    words = sorted({mark("k", key(word)) for word in keywords})[:MOST_KEYWORDS]
    texts = sorted({mark("b", text) for text in blocks if len(text) >= LEAST_BLOCK})[:MOST_BLOCKS]
    marks = (*words, *texts, *sorted(publisher)[:MOST_NAMES])
    return Observation(mark("u", url), mark("t", key(title)), day.toordinal(), marks)


class _Count:
    """How many pages have each mark: a lossy count of titles, and of the rest."""

    __slots__ = ("items", "pages", "seen", "titled", "titles")

    def __init__(self) -> None:
        self.pages = 0
        self.titled = 0
        """Pages with a title that no page before had: only they teach blocks and keywords, so that one article at
        several addresses does not."""
        self.titles: dict[int, int] = {}
        self.items: dict[int, int] = {}
        self.seen: dict[int, None] = {}
        """Addresses of the pages, in the order they came; the newest `REMEMBERED`."""

    def add(self, page: Observation) -> None:
        """Count a page that is not among those seen."""
        if len(self.seen) >= REMEMBERED:
            del self.seen[next(iter(self.seen))]
        self.seen[page.page] = None
        error = self.pages // WIDTH
        self.pages += 1
        fresh = page.title not in self.titles
        self.titles[page.title] = self.titles.get(page.title, error) + 1
        if fresh:
            self.titled += 1
            items = self.items
            for item in page.marks:
                items[item] = items.get(item, error) + 1
        if self.pages % WIDTH == 0:
            self.drop(self.pages // WIDTH)

    def drop(self, most: int) -> None:
        """Forget what was counted at most so often."""
        self.titles = {item: count for item, count in self.titles.items() if count > most}
        self.items = {item: count for item, count in self.items.items() if count > most}

    def fade(self) -> None:
        """Halve all counts."""
        self.pages //= 2
        self.titled //= 2
        self.titles = {item: count // 2 for item, count in self.titles.items() if count > 1}
        self.items = {item: count // 2 for item, count in self.items.items() if count > 1}

    def familiar(self) -> Iterator[int]:
        """What some pages have."""
        least = LEAST_PAGES + self.pages // WIDTH
        return (item for item, count in self.items.items() if count >= least)

    def furniture(self, *, of_day: bool) -> Iterator[int]:
        """What a share of the pages has; of one day also the titles that some have, for no column appears so often."""
        least = max(LEAST_PAGES, SHARE * self.titled)
        yield from (item for item, count in self.items.items() if count >= least)
        least = LEAST_TITLED + self.pages // WIDTH if of_day else max(LEAST_TITLED, SHARE * self.pages)
        yield from (item for item, count in self.titles.items() if count >= least)


class Counters:
    """What was counted of one outlet's pages: those of each of the last `days` days, and all recent ones."""

    def __init__(self, days: int = DAYS) -> None:
        self._most_days = days
        self._all = _Count()
        self._days: dict[int, _Count] = {}

    @property
    def pages(self) -> int:
        """Pages counted, at most `RECENT`: older ones fade."""
        return self._all.pages

    def add(self, page: Observation) -> bool:
        """Count a page; False if it was counted before. One visited again on another day counts for that day too."""
        day = self._day(page.day)
        if day is not None and page.page not in day.seen and len(day.seen) < REMEMBERED:
            day.add(page)
        elif page.page in self._all.seen:
            return False
        if page.page not in self._all.seen:
            if self._all.pages >= RECENT:
                self._all.fade()
            self._all.add(page)
        return True

    def _day(self, day: int) -> _Count | None:
        """The count of a day; None for one that is over and gone."""
        if day not in self._days:
            if len(self._days) >= self._most_days:
                oldest = min(self._days)
                if day < oldest:
                    return None
                del self._days[oldest]
            if self._days and day > (newest := max(self._days)):
                self._days[newest].drop(1)  # that day is over, and one page shares nothing
            self._days[day] = _Count()
        return self._days[day]

    def known(self, today: date) -> OutletKnowledge:
        """What is furniture on pages fetched on a day."""
        day = today.toordinal()
        marks = set(self._all.furniture(of_day=False))
        for other, count in self._days.items():
            if abs(other - day) <= NEAR:
                marks.update(count.furniture(of_day=True))
        return OutletKnowledge(frozenset(marks), frozenset(self._all.familiar()), self._all.pages)

    def pack(self) -> bytes:
        """All as bytes, the same for the same counts. Little-endian; see `unpack`."""
        parts = [bytes([_VERSION])]
        for day, count in [(0, self._all), *sorted(self._days.items())]:
            sizes = len(count.titles), len(count.items), len(count.seen)
            parts.append(_HEAD.pack(day, count.pages, count.titled, *sizes))
            for counts in (count.titles, count.items):
                ordered = sorted(counts.items())
                parts.append(struct.pack(f"<{len(ordered)}I", *(item for item, _ in ordered)))
                parts.append(struct.pack(f"<{len(ordered)}H", *(min(number, 0xFFFF) for _, number in ordered)))
            parts.append(struct.pack(f"<{len(count.seen)}I", *count.seen))
        return b"".join(parts)

    @classmethod
    def unpack(cls, packed: bytes, days: int = DAYS) -> Counters:
        """Counters from `pack`'s bytes; empty ones from bytes of another version or broken ones."""
        made = cls(days)
        if packed[:1] != bytes([_VERSION]):
            return made
        place = 1
        try:
            while place < len(packed):
                day, pages, titled, *sizes = _HEAD.unpack_from(packed, place)
                place += _HEAD.size
                count = _Count()
                count.pages, count.titled = pages, titled
                read = []
                for size, kind in zip((sizes[0], sizes[0], sizes[1], sizes[1], sizes[2]), "IHIHI", strict=True):
                    read.append(struct.unpack_from(f"<{size}{kind}", packed, place))
                    place += size * (4 if kind == "I" else 2)
                count.titles = dict(zip(read[0], read[1], strict=True))
                count.items = dict(zip(read[2], read[3], strict=True))
                count.seen = dict.fromkeys(read[4])
                if day:
                    made._days[day] = count
                else:
                    made._all = count
        except struct.error:
            return cls(days)
        return made


class Learner:
    """The counters of many outlets, between the store that keeps them and the pages that teach them.

    Several workers may teach one store: each adds its own pages to what is there by then (`unsaved`).
    """

    def __init__(self, packed: Mapping[OutletId, bytes] | None = None, *, days: int = DAYS, saves: bool = True) -> None:
        self._days = days
        self._saves = saves
        """Whether what is learned will be saved; otherwise its pages need not be kept until then."""
        self._counters: dict[OutletId, Counters] = {}
        """What the store kept of each when it was looked at last, and the unsaved pages."""
        self._stored: dict[OutletId, bytes] = {}
        """That, as it was."""
        self._unsaved: dict[OutletId, list[Observation]] = {}
        self._known: dict[OutletId, dict[date, OutletKnowledge]] = {}
        self.load(packed or {})

    def load(self, packed: Mapping[OutletId, bytes]) -> None:
        """Take over what the store keeps of outlets; what was learned of them here before is gone."""
        for outlet, value in packed.items():
            self._counters[outlet] = Counters.unpack(value, self._days)
            self._stored[outlet] = value
            self._unsaved.pop(outlet, None)
            self._known.pop(outlet, None)

    def has(self, outlet: OutletId) -> bool:
        """Whether it was loaded, or anything was learned of it."""
        return outlet in self._counters

    def learn(self, parsed: Parsed) -> bool:
        """Count the page that was parsed, under its outlet; whether that taught anything."""
        page = parsed.observation
        if page is None or not parsed.outlet:
            return False
        if not self._counters.setdefault(parsed.outlet, Counters(self._days)).add(page):
            return False
        if self._saves:
            self._unsaved.setdefault(parsed.outlet, []).append(page)
        self._known.pop(parsed.outlet, None)
        return True

    def known(self, outlet: OutletId, day: date) -> OutletKnowledge:
        """What is furniture on an outlet's pages fetched on a day: the `known` of `parse`."""
        if outlet not in self._counters:
            return NOTHING
        days = self._known.setdefault(outlet, {})
        if day not in days:
            days[day] = self._counters[outlet].known(day)
        return days[day]

    def ready(self, outlet: OutletId) -> bool:
        """Whether enough pages were seen for those read before to be read again."""
        return outlet in self._counters and self._counters[outlet].pages >= READY

    def unsaved(self) -> Mapping[OutletId, Taught]:
        """What the store is to keep of each outlet that learned something since the last `saved`.

        To be called inside the store's transaction, so that nothing comes between what it keeps and what it is to keep.
        """
        return {outlet: partial(self._taught, outlet) for outlet in sorted(self._unsaved)}

    def saved(self) -> set[OutletId]:
        """The store has committed what was unsaved; returns of which outlets."""
        outlets = set(self._unsaved)
        self._stored |= {outlet: self._counters[outlet].pack() for outlet in outlets}
        self._unsaved.clear()
        return outlets

    def _taught(self, outlet: OutletId, stored: bytes) -> bytes:
        if stored != self._stored.get(outlet, b""):  # somebody else has taught it
            counters = Counters.unpack(stored, self._days)
            for page in self._unsaved[outlet]:
                counters.add(page)
            self._counters[outlet], self._stored[outlet] = counters, stored
            self._known.pop(outlet, None)
        return self._counters[outlet].pack()
