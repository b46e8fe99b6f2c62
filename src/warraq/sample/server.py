"""The sample over HTTP on loopback: ``/OUTLET/...``, with validators answered by 304."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from warraq.errors import UsageError
from warraq.sample.content import Version
from warraq.sample.press import PRESSES
from warraq.sample.site import OPENED, Resource, headers, root, site


@contextmanager
def serve(port: int = 0, version: Version = "first") -> Iterator[str]:
    """Serve all outlets at ``http://127.0.0.1:PORT/OUTLET/``; gives the address without its last slash.

    ``port`` 0 takes a free one. Leaving the context stops the server. To see articles change, leave and serve
    ``version`` "later" at the same port: addresses stay as they are. Raises UsageError if the port is taken.
    """
    try:
        server = _Server(("127.0.0.1", port), _Handler)
    except OSError as error:
        raise UsageError(f"the sample cannot be served at port {port}: {error.strerror}") from error
    base = f"http://127.0.0.1:{server.server_port}"
    server.routes = _routes(base, version)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield base
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    routes: Mapping[str, Resource]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        """Answer with the resource, 304 or 404."""
        resource = self.server.routes.get(unquote(self.path))
        if resource is None:
            self._answer(HTTPStatus.NOT_FOUND, {"Content-Type": "text/html; charset=utf-8"}, _MISSING)
            return
        fields = headers(resource)
        if _current(resource, fields, self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since")):
            self._answer(HTTPStatus.NOT_MODIFIED, {k: fields[k] for k in ("ETag", "Last-Modified")}, b"")
        else:
            self._answer(HTTPStatus.OK, fields, resource.body)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _answer(self, status: HTTPStatus, fields: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        if status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


_MISSING = "<!DOCTYPE html><html lang='ar' dir='rtl'><title>404</title><p>الصفحة غير موجودة</p></html>".encode()


def _routes(base: str, version: Version) -> dict[str, Resource]:
    routes = {}
    for resource in site(base, version):
        parts = urlsplit(resource.url)
        routes[unquote(parts.path + (f"?{parts.query}" if parts.query else ""))] = resource
    rules = "\n".join(f"Disallow: /{press.id}/search" for press in PRESSES)
    maps = "".join(f"Sitemap: {root(press.id, base)}sitemap.xml\n" for press in PRESSES if press.sitemap)
    body = f"User-agent: *\n{rules}\nCrawl-delay: 0\n\n{maps}".encode()
    routes["/robots.txt"] = Resource("", f"{base}/robots.txt", "robots", body, "text/plain", OPENED)
    return routes


def _current(resource: Resource, fields: Mapping[str, str], tag: str | None, since: str | None) -> bool:
    """Whether the client's copy is current (RFC 9110, section 13: a tag outranks a date)."""
    if tag is not None:
        return fields["ETag"] in [t.strip().removeprefix("W/") for t in tag.split(",")]
    if since is not None:
        try:
            return resource.modified.replace(microsecond=0) <= parsedate_to_datetime(since)
        except (TypeError, ValueError):
            return False
    return False
