"""Telegram's bot API: ``sendMessage`` (https://core.telegram.org/bots/api#sendmessage).

The API knows no name for a message by which it could drop a repeat: after a crash between sending and noting it, a
chat may show one message twice.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any

from warraq.senders.posting import LONGEST_WAIT, MAX_REASON, failed, post
from warraq.types import Delivery, Receipt


class TelegramSender:
    """Sends to one chat (`ports.Sender`). The token is part of the address, so no reason says the address."""

    def __init__(self, base_url: str, token: str, chat: str, *, timeout: float = 20.0) -> None:
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._chat = chat
        self._timeout = timeout

    def send(self, delivery: Delivery, at: datetime) -> Receipt:
        if not (self._token.isascii() and self._token.isprintable() and " " not in self._token):
            return Receipt(False, "the token is not one of a bot", down=True)
        body = {
            "chat_id": self._chat,
            "text": delivery.body,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        url = f"{self._base_url}/bot{self._token}/sendMessage"
        try:
            answer = post(
                url, json.dumps(body).encode(), {"Content-Type": "application/json; charset=utf-8"}, self._timeout
            )
        except (OSError, HTTPException, ValueError) as error:
            return failed(error)
        said = _object(answer.body)
        receipt = answer.receipt
        if receipt.accepted and said.get("ok") is True:
            return receipt
        asked = said.get("parameters")
        wait = asked.get("retry_after") if isinstance(asked, dict) else None
        seconds = min(max(wait, 0), LONGEST_WAIT.total_seconds()) if isinstance(wait, int) else 0
        told = str(said.get("description", "")).replace(self._token, "…")
        reason = f"HTTP {answer.status}" + (f": {told}" if told else "")
        return Receipt(
            False, reason[:MAX_REASON], receipt.down or receipt.accepted, max(receipt.wait, timedelta(seconds=seconds))
        )


def _object(body: bytes) -> dict[str, Any]:
    """What the API says, where that is a JSON object."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
