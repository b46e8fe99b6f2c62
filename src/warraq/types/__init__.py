"""Every value that flows through Warraq, as frozen dataclasses. Read this file first.

Conventions that hold for all of them:

* Moments are aware ``datetime`` values in UTC. Where a moment is stored or indexed it is an integer count of
  microseconds since 1970 (``micros`` and ``moment`` convert).
* Texts are *shown* forms: what the outlet printed. Folding for search and matching happens where it is used.
* Ids are derived, never drawn: an article's id comes from its canonical URL (``urls.article_id``).
* ``seen_at`` is the moment an archive learned of something. Nothing that answers a question "as of T" may
  use anything with ``seen_at > T``.
"""

from __future__ import annotations

from warraq.types.articles import Analysis, Article, Dated, Kind, Origin, Outlet, Paragraph, Precision
from warraq.types.base import EPOCH, FOREVER, ArticleId, OutletId, micros, moment
from warraq.types.comparing import Carrier, ChangedParagraph, ChangedText, CopyGroup, Diff, Difference, Edit, Edits
from warraq.types.incoming import (
    Entry,
    Failure,
    Feed,
    Lease,
    NotModified,
    Outcome,
    Rank,
    RawDocument,
    Reason,
    Record,
    Redirect,
    Task,
    TaskKind,
    Visit,
)
from warraq.types.index import (
    Between,
    Clause,
    Every,
    Facets,
    Field,
    IndexDocument,
    Match,
    Matches,
    Named,
    OneOf,
    Part,
    Query,
    Some,
    Without,
)
from warraq.types.operating import DayCount, Forgotten, OutletState, Waiting
from warraq.types.shown import Copy, Hit, Keyword, OutletCount, Page, Results, Similar, Span, Stats, Tally
from warraq.types.stored import Brief, Change, Done, Known, Logged, Observation, Parsed, Placement, Raw, Revision

__all__ = [
    "EPOCH",
    "FOREVER",
    "Analysis",
    "Article",
    "ArticleId",
    "Between",
    "Brief",
    "Carrier",
    "Change",
    "ChangedParagraph",
    "ChangedText",
    "Clause",
    "Copy",
    "CopyGroup",
    "Dated",
    "DayCount",
    "Diff",
    "Difference",
    "Done",
    "Edit",
    "Edits",
    "Entry",
    "Every",
    "Facets",
    "Failure",
    "Feed",
    "Field",
    "Forgotten",
    "Hit",
    "IndexDocument",
    "Keyword",
    "Kind",
    "Known",
    "Lease",
    "Logged",
    "Match",
    "Matches",
    "Named",
    "NotModified",
    "Observation",
    "OneOf",
    "Origin",
    "Outcome",
    "Outlet",
    "OutletCount",
    "OutletId",
    "OutletState",
    "Page",
    "Paragraph",
    "Parsed",
    "Part",
    "Placement",
    "Precision",
    "Query",
    "Rank",
    "Raw",
    "RawDocument",
    "Reason",
    "Record",
    "Redirect",
    "Results",
    "Revision",
    "Similar",
    "Some",
    "Span",
    "Stats",
    "Tally",
    "Task",
    "TaskKind",
    "Visit",
    "Waiting",
    "Without",
    "micros",
    "moment",
]
