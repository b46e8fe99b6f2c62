"""The order of the steps, and nothing else: ingest, index, count, place, replay.

Each loop reads narrowly, decides purely and commits once. Data moves one way: documents into the store, the
store's log into the index and into the background. Any of them can stop at any moment and go on later.
"""

from __future__ import annotations

from warraq.pipeline.count import count
from warraq.pipeline.crawl import Means, Told, crawl
from warraq.pipeline.index import index, index_document
from warraq.pipeline.ingest import ingest
from warraq.pipeline.place import Places, place
from warraq.pipeline.replay import renew, replay
from warraq.pipeline.steps import Progress, Refused

__all__ = [
    "Means",
    "Places",
    "Progress",
    "Refused",
    "Told",
    "count",
    "crawl",
    "index",
    "index_document",
    "ingest",
    "place",
    "renew",
    "replay",
]
