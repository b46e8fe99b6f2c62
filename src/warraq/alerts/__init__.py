"""Saved searches: what is new for each, which message tells it, how the message reads. Pure decisions.

An article that a search found is in exactly one of its messages, unless it is a copy of another that is: then it is
counted there. What is reported of a story that was announced a short while ago waits for one further message.
"""

from __future__ import annotations

from warraq.alerts.checking import checked
from warraq.alerts.deciding import (
    REMEMBERED,
    SOONEST,
    Fresh,
    decided,
    delivery_id,
    digest_hour,
    digested,
    due,
    is_news,
    next_try,
    silent_since,
)
from warraq.alerts.messages import MOST_ITEMS, Item, Message, StoryNews, written

__all__ = [
    "MOST_ITEMS",
    "REMEMBERED",
    "SOONEST",
    "Fresh",
    "Item",
    "Message",
    "StoryNews",
    "checked",
    "decided",
    "delivery_id",
    "digest_hour",
    "digested",
    "due",
    "is_news",
    "next_try",
    "silent_since",
    "written",
]
