"""The way in for the operator: one password, asked for by HTTP Basic authentication (RFC 7617); forms that only our
own pages can have made.

There is no cookie and no session. A browser repeats a password by itself, also where another site makes it ask, so
whatever changes anything carries a token that only a page shown to the operator holds, and is refused if the browser
says that another site sent it (Fetch Metadata, https://www.w3.org/TR/fetch-metadata/). Nothing here may be cached.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

MOST_BODY = 64 * 1024
_CHALLENGE = {"www-authenticate": 'Basic realm="Warraq", charset="UTF-8"'}

Form = Mapping[str, str]


class Operator:
    """Who has the password."""

    def __init__(self, password: str, now: Callable[[], datetime]) -> None:
        self._password, self._now = password.encode(), now
        self._key = blake2b(self._password, digest_size=32, person=b"warraq forms").digest()

    def token(self) -> str:
        """What a form shown now must bring back; good until the end of tomorrow (UTC)."""
        return self._token_of(self._now())

    def page(self, handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """A handler for the operator alone. Others get 401."""

        def run(request: Request) -> Response:
            self._let_in(request)
            return handler(request)

        return run

    def form(self, handler: Callable[[Request, Form], Response]) -> Callable[[Request], object]:
        """A handler of a form that the operator sent from a page of ours. Others get 401 or 403."""

        async def run(request: Request) -> Response:
            self._let_in(request)
            body = b""
            async for chunk in request.stream():
                body += chunk
                if len(body) > MOST_BODY:
                    raise HTTPException(413)
            try:
                text = body.decode("utf-8", "replace")
                form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
            except ValueError:
                raise HTTPException(400) from None
            self._check(request, form.pop("token", ""))
            return await run_in_threadpool(handler, request, form)

        return run

    def _let_in(self, request: Request) -> None:
        kind, _, said = request.headers.get("authorization", "").partition(" ")
        try:
            given = base64.b64decode(said.strip(), validate=True).partition(b":")[2] if kind.lower() == "basic" else b""
        except (ValueError, binascii.Error):
            given = b""
        if not hmac.compare_digest(_digest(given), _digest(self._password)):
            raise HTTPException(401, headers=_CHALLENGE)

    def _check(self, request: Request, token: str) -> None:
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise HTTPException(403, "a form of another site")
        good = [self._token_of(self._now() - timedelta(days=days)) for days in (0, 1)]
        if not any(hmac.compare_digest(token.encode(), one.encode()) for one in good):
            raise HTTPException(403, "a form that is too old: open its page again")

    def _token_of(self, when: datetime) -> str:
        return hmac.new(self._key, f"{when:%Y-%m-%d}".encode(), "sha256").hexdigest()


def _digest(password: bytes) -> bytes:
    return blake2b(password, digest_size=32).digest()
