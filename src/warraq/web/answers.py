"""How anything is answered: the headers every response carries, caching, conditional requests."""

from __future__ import annotations

import hashlib
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from warraq.render import json
from warraq.render.moments import iso, stamp

SECURITY = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
"""Nothing but our own style and icon is loaded, nothing runs, and no outlet learns which page a reader came from."""

# For what can no longer change: pages as of a settled moment, files named with their version.
FOREVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=60"
NEVER = "no-store"

HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


def answer(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    status: int = 200,
    cache: str = BRIEFLY,
    as_of: datetime | None = None,
) -> Response:
    """A response with every header it needs; 304 when the client holds the same.

    The ETag is weak and made without the page's own time (`as_of`): a live page whose news did not change is the
    same page a minute later.
    """
    headers = {**SECURITY, "cache-control": cache}
    if status == 200 and cache != NEVER:
        headers["etag"] = etag = _etag(body, as_of)
        if matches(request.headers.get("if-none-match", ""), etag):
            return Response(status_code=304, headers=headers)
    return Response(body, status_code=status, headers={**headers, "content-type": media_type})


def _etag(body: bytes, as_of: datetime | None) -> str:
    if as_of is not None:
        for written in (iso(as_of), iso(as_of)[:19], stamp(as_of)):
            body = body.replace(written.encode(), b"")
    return f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def matches(header: str, etag: str) -> bool:
    """Whether an ``If-None-Match`` names an ETag; weak comparison (RFC 9110, 8.8.3.2 and 13.1.2)."""
    opaque = etag.removeprefix("W/")
    return any(tag.strip() == "*" or tag.strip().removeprefix("W/") == opaque for tag in header.split(","))


async def refuse(scope: Scope, receive: Receive, send: Send, status: int, message: str, seconds: int) -> None:
    """Answer, without looking at what is asked for, that it may be asked for again in some seconds (Retry-After)."""
    data = scope["path"].startswith("/api/") or scope["path"].endswith(".json")
    body = (json.dumps(json.error_dict(status, message)) if data else f"{message}\n").encode()
    headers = {**SECURITY, "cache-control": NEVER, "content-type": JSON if data else TEXT, "retry-after": str(seconds)}
    await Response(body, status, headers)(scope, receive, send)
