"""WebSub hubs (W3C Recommendation, 2018): told that feeds have changed, as PubSubHubbub 0.3, 7.1, has it.

The recommendation leaves open how a publisher speaks to its hub; every hub takes ``hub.mode=publish`` with one or more
``hub.url``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from http.client import HTTPException
from urllib.parse import urlencode

from warraq.senders.posting import failed, post
from warraq.types import Delivery, Receipt


def ping(topics: Sequence[str]) -> str:
    """The body that tells a hub of these feeds."""
    return urlencode([("hub.mode", "publish"), *(("hub.url", topic) for topic in topics)])


class HubSender:
    """Tells one hub (`ports.Sender`); the body of a delivery is what `ping` made."""

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        self._url, self._timeout = url, timeout

    def send(self, delivery: Delivery, at: datetime) -> Receipt:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            return post(self._url, delivery.body.encode(), headers, self._timeout).receipt
        except (OSError, HTTPException, ValueError) as error:
            return failed(error)
