"""How a request is answered: by what its host is, by what its page is, by the epoch, and by what was asked before."""

from __future__ import annotations

import gzip
import io
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from enum import StrEnum
from functools import cache
from hashlib import blake2b

from fastwarc.stream_io import BrotliWriter, ZstdWriter

from worlds import feeds, pages
from worlds.plan import AGENT, STEP, STRANGER, Guise, Host, Kind, Page, World

LIMIT_EVERY, LIMIT_PAUSE = 25, 2
"""A host that limits answers each so-manieth request with 429, and wants to be left alone for so many seconds."""
BAN_AT, BAN_PAUSE = 12, 7200
"""Another one answers with 429 for two hours from its so-manieth request on."""
CRAWL_DELAY = 1
HUGE = 40 << 20
"""Bytes that a bomb unpacks to, and that a huge page claims."""
LINKS = 12
"""Redirects in a long chain."""


class Mode(StrEnum):
    """How the bytes of an answer go out."""

    WHOLE = "whole"
    DRIP = "drip"
    HANG = "hang"
    RESET = "reset"


@dataclass(slots=True)
class Asked:
    """A request."""

    host: str
    path: str
    etag: bytes = b""
    since: bytes = b""


@dataclass(slots=True)
class Reply:
    """An answer. ``validated``: it carries validators, so the next request for it should be conditional."""

    status: int = 200
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: str = ""
    mode: Mode = Mode.WHOLE
    chunked: bool = False
    claims: int = -1
    """A length other than the body's."""
    validated: bool = False
    pause: int = 0
    """Seconds of its ``Retry-After``."""


def _redirect(to: str, status: int = 302) -> Reply:
    return Reply(status, b"moved", "text/plain", f"Location: {to}\r\n")


class Answers:
    """The answers of a world, which remembers what it was asked. `epoch` may be set at any time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.epoch = 0
        self.counts: Counter[str] = Counter()
        """Requests for pages and feeds, by host."""
        self._visits: Counter[tuple[str, str]] = Counter()
        self._more: dict[str, list[Page]] = defaultdict(list)
        self._by_path = {(p.host.id, p.number): p for host_pages in world.pages for p in host_pages}

    def warm(self) -> None:
        """Make beforehand what takes long to make."""
        for host in self.world.hosts:
            pages.shell(self.world, host)
        for coding in () if self.world.easy else ("gzip", "br", "zstd"):
            _bomb_of(coding)

    def publish(self, host: Host, number: int) -> Page:
        """A page that was not planned appears, and in its host's feed."""
        page = Page(host, number, Kind.GOOD, 0)
        self._by_path[host.id, number] = page
        self._more[host.id].insert(0, page)
        return page

    def reply(self, asked: Asked) -> Reply:
        """The answer to a request."""
        host = self.world.by_name.get(asked.host)
        if host is None:
            if asked.host == STRANGER:
                return Reply(404) if asked.path == "/robots.txt" else self._stranger(asked.path)
            return Reply(421, b"no such host", "text/plain")
        if host.guise is Guise.DOWN and self.epoch < 1:
            return Reply(mode=Mode.RESET)
        if self.epoch >= 1 and asked.path != "/robots.txt":
            if host.guise is Guise.HIJACKED:
                return self._stranger(asked.path)
            if host.guise is Guise.USURPED:
                return Reply(200, pages.usurper(self.world, host, asked.path).encode())
            if host.guise is Guise.LAPSED:
                return _redirect(self.world.url(STRANGER, f"/parked?name={host.name}"))
        if asked.host != host.home and asked.path != "/robots.txt":
            return _redirect(self.world.url(host.home, asked.path), 301)
        if asked.path.startswith("/robots"):
            return self._robots(host, asked.path)
        self.counts[host.id] += 1
        visit = self._visits[host.id, asked.path] = self._visits[host.id, asked.path] + 1
        if refused := self._refusal(host, visit):
            return refused
        if asked.path in (self.world.feed_path(host), "/moved-feed", "/map-0.xml.gz", "/map-1.xml.gz"):
            return self._feed(host, asked)
        return self._page(host, asked, visit)

    def _stranger(self, path: str) -> Reply:
        return Reply(200, pages.stranger(self.world, path).encode())

    def _refusal(self, host: Host, visit: int) -> Reply | None:
        count = self.counts[host.id]
        if host.guise is Guise.LIMITED and self.epoch < 1 and count % LIMIT_EVERY == LIMIT_EVERY - 1:
            return Reply(429, b"slow down", "text/plain", pause=LIMIT_PAUSE)
        if host.guise is Guise.BANNED and self.epoch < 1 and count >= BAN_AT:
            return Reply(429, b"go away", "text/plain", pause=BAN_PAUSE)
        if host.guise is Guise.BUSY and visit == 1 and self.epoch < 1:
            return Reply(503, b"busy", "text/plain")
        return None

    # --- robots.txt ---------------------------------------------------------------------------------------

    def _robots(self, host: Host, path: str) -> Reply:
        match host.guise:
            case Guise.NO_ROBOTS:
                return Reply(404, b"none", "text/plain")
            case Guise.ROBOTS_SOME:
                text = f"User-agent: {AGENT}\nDisallow: /private/\n\nUser-agent: *\nDisallow: /\n"
            case Guise.ROBOTS_ALL:
                text = "User-agent: *\nDisallow: /\n"
            case Guise.ROBOTS_OTHERS:
                text = "User-agent: BadBot\nDisallow: /\n\nUser-agent: *\nAllow: /\nDisallow: /admin\n"
            case Guise.ROBOTS_DELAY:
                text = f"User-agent: *\nCrawl-delay: {CRAWL_DELAY}\nDisallow: /admin\n"
            case Guise.ROBOTS_ERROR if self.epoch < 1:
                return Reply(500, b"error", "text/plain")
            case Guise.ROBOTS_HANG:
                return Reply(mode=Mode.HANG)
            case Guise.ROBOTS_HTML:
                return Reply(200, pages.missing(self.world, host).encode())
            case Guise.ROBOTS_MOVED if path == "/robots.txt":
                return _redirect("/robots-new.txt", 301)
            case _:
                text = "User-agent: *\nDisallow: /search\n"
        return Reply(200, text.encode(), "text/plain; charset=utf-8")

    # --- feeds --------------------------------------------------------------------------------------------

    def _feed(self, host: Host, asked: Asked) -> Reply:
        match host.guise:
            case Guise.FEED_HUGE:
                return Reply(200, b"<rss>" * 8000, "application/rss+xml", claims=HUGE)
            case Guise.FEED_GZIP | Guise.FEED_BR | Guise.FEED_ZSTD:
                return _bomb({Guise.FEED_GZIP: "gzip", Guise.FEED_BR: "br", Guise.FEED_ZSTD: "zstd"}[host.guise])
            case Guise.FEED_DRIP if self.epoch < 1:
                return Reply(200, b"<rss>" + b" " * 100_000, "application/rss+xml", mode=Mode.DRIP)
            case Guise.FEED_CIRCLE:
                return _redirect(self.world.feed_path(host))
            case Guise.FEED_HTML:
                return Reply(200, pages.missing(self.world, host).encode())
            case Guise.FEED_MOVED if asked.path != "/moved-feed" and not asked.path.startswith("/map-"):
                return _redirect(self.world.url(host.name, "/moved-feed"), 301)
        if asked.path.startswith("/map-"):
            kind, body = "application/gzip", feeds.part(self.world, host, self.epoch, int(asked.path[5]))
        else:
            kind, body = feeds.body(self.world, host, self.epoch, self._more[host.id])
        changed = self.world.at + self.epoch * STEP + timedelta(seconds=len(self._more[host.id]))
        return self._checked(host, asked, Reply(200, body, kind), changed)

    # --- pages --------------------------------------------------------------------------------------------

    def _page(self, host: Host, asked: Asked, visit: int) -> Reply:
        parts = asked.path.partition("?")[0].strip("/").split("/")
        page = None
        if len(parts) >= 2 and parts[-1].isdecimal() and parts[-2] in ("news", "private"):
            page = self._by_path.get((host.id, int(parts[-1])))
        if page is None or page.born > self.epoch or (page.kind is Kind.FORBIDDEN) != (parts[-2] == "private"):
            return Reply(404, pages.missing(self.world, host).encode())
        if page.gone and self.epoch >= 1:
            return Reply(page.gone, pages.missing(self.world, host).encode())
        first = parts[0] if len(parts) > 2 else ""
        if redirected := self._on_the_way(page, first, len(parts)):
            return redirected
        if odd := self._odd(page):
            return odd
        moment = page.moment(self.world) if not page.state(self.epoch) else self.world.at + page.revised * STEP
        reply = Reply()
        if "etag" not in host.validators or not asked.etag:
            reply.body = self._html(page, visit)
        checked = self._checked(host, asked, reply, moment)
        if checked.status == 200 and not checked.body:
            checked.body = self._html(page, visit)
        return _packed(checked, host.packed)

    def _html(self, page: Page, visit: int) -> bytes:
        text = pages.article(self.world, page, self.epoch, visit)
        if page.kind is Kind.OLD_CHARSET:
            return text.replace('charset="utf-8"', 'charset="windows-1256"').encode("cp1256", "replace")
        return text.encode()

    def _on_the_way(self, page: Page, first: str, length: int) -> Reply | None:
        """The redirects before a page."""
        path = page.path
        match page.kind, first:
            case Kind.CHAIN, "go":
                return _redirect(f"/hop{path}")
            case Kind.CHAIN, "hop":
                return _redirect(f"/leap{path}")
            case Kind.CHAIN, "leap":
                return _redirect(path)
            case Kind.MOVED, "old":
                return _redirect(self.world.url(page.host.home, path), 301)
            case Kind.LONG_CHAIN, "far":
                step = length - 3
                return _redirect(path if step == LINKS else f"/far{'/and' * (step + 1)}{path}")
            case Kind.CIRCLE, "round":
                return _redirect(f"/round{'' if length > 3 else '/trip'}{path}")
            case Kind.BAD_TARGET, _:
                return _redirect(("ftp://files.test/a", "http://me:secret@h000.test/")[page.number % 2])
            case Kind.TO_STRANGER, _:
                return _redirect(self.world.url(STRANGER, f"/ad/{page.host.id}/{page.number}"))
        return None

    def _odd(self, page: Page) -> Reply | None:
        """What stands at addresses of pages that are no articles."""
        match page.kind:
            case Kind.NOT_FOUND:
                return Reply(404, pages.missing(self.world, page.host).encode())
            case Kind.GONE:
                return Reply(410, b"gone", "text/plain")
            case Kind.ERROR:
                return Reply(500, b"error", "text/plain")
            case Kind.DRIP:
                return Reply(200, b"<!DOCTYPE html>" + b" " * 100_000, mode=Mode.DRIP)
            case Kind.HANG:
                return Reply(mode=Mode.HANG)
            case Kind.RESET:
                return Reply(mode=Mode.RESET)
            case Kind.CUT:
                body = pages.article(self.world, page, 0, 1).encode()
                return Reply(200, body[: len(body) // 3], claims=len(body))
            case Kind.PAYWALL:
                return Reply(200, pages.paywall(self.world, page).encode())
            case Kind.SOFT_404:
                return Reply(200, pages.missing(self.world, page.host).encode())
            case Kind.HOME:
                return Reply(200, pages.home(self.world, page.host).encode())
            case Kind.PDF:
                return Reply(200, b"%PDF-1.7 " + bytes(2000), "application/pdf")
            case Kind.EMPTY:
                return Reply(200, b"")
            case Kind.HUGE:
                return Reply(200, b"<!DOCTYPE html>" + b"<p>" * 8000, claims=HUGE)
            case Kind.GZIP | Kind.BR | Kind.ZSTD:
                return _bomb({Kind.GZIP: "gzip", Kind.BR: "br", Kind.ZSTD: "zstd"}[page.kind])
        return None

    # --- validators ---------------------------------------------------------------------------------------

    def _checked(self, host: Host, asked: Asked, reply: Reply, modified: datetime) -> Reply:
        """The reply with its host's validators, or 304."""
        how = host.validators
        if how == "none":
            return reply
        salt = self._visits[host.id, asked.path] if how == "changing" else 0
        tag = f'"{blake2b(f"{host.id}{asked.path}{modified}{salt}".encode(), digest_size=8).hexdigest()}"'
        if how in ("both", "etag", "modified"):
            current = False
            if how != "modified" and asked.etag:
                current = asked.etag == tag.encode()
            elif how != "etag" and asked.since:
                current = _not_after(modified, asked.since)
            if current:
                return Reply(304, headers=f"ETag: {tag}\r\n" if how != "modified" else "", validated=True)
        if how in ("both", "etag", "ignored", "changing"):
            reply.headers += f"ETag: {tag}\r\n"
        if how in ("both", "modified", "ignored"):
            reply.headers += f"Last-Modified: {format_datetime(modified, usegmt=True)}\r\n"
        reply.validated = True
        return reply


def _not_after(modified: datetime, since: bytes) -> bool:
    try:
        return modified <= parsedate_to_datetime(since.decode("latin-1"))
    except (TypeError, ValueError):
        return False


def _packed(reply: Reply, how: str) -> Reply:
    if reply.status == 200 and how == "gzip":
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        reply.body = packer.compress(reply.body) + packer.flush()
        reply.headers += "Content-Encoding: gzip\r\n"
    reply.chunked = how == "chunked" and reply.status == 200
    return reply


def _bomb(coding: str) -> Reply:
    return Reply(200, _bomb_of(coding), headers=f"Content-Encoding: {coding}\r\n")


@cache
def _bomb_of(coding: str) -> bytes:
    step = bytes(1 << 20)
    if coding == "gzip":
        return gzip.compress(bytes(HUGE), 9, mtime=0)
    stream = io.BytesIO()
    writer = (BrotliWriter if coding == "br" else ZstdWriter)(stream)
    for _ in range(HUGE >> 20):
        writer.write(step)
    writer.close()
    return stream.getvalue()
