"""Webhooks: JSON by POST, signed with a shared secret as docs/alerts.md describes.

The signature covers the id and the moment too (as in the Standard Webhooks specification, 1.0), so that a receiver can
refuse what is old and drop what it has had.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from http.client import HTTPException

from warraq.senders.posting import failed, post
from warraq.types import Delivery, Receipt


class WebhookSender:
    """Sends to one address (`ports.Sender`)."""

    def __init__(self, url: str, secret: str = "", *, timeout: float = 20.0) -> None:
        self._url = url
        self._secret = secret
        self._timeout = timeout

    def send(self, delivery: Delivery, at: datetime) -> Receipt:
        body = delivery.body.encode()
        stamp = str(int(at.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Warraq-Delivery": delivery.id,
            "X-Warraq-Timestamp": stamp,
        }
        if self._secret:
            headers["X-Warraq-Signature"] = f"sha256={signature(self._secret, delivery.id, stamp, body)}"
        try:
            return post(self._url, body, headers, self._timeout).receipt
        except (OSError, HTTPException, ValueError) as error:
            return failed(error)


def signature(secret: str, id: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256, in hex, over id, timestamp (Unix seconds) and body, joined by full stops."""
    return hmac.new(secret.encode(), f"{id}.{stamp}.".encode() + body, "sha256").hexdigest()
