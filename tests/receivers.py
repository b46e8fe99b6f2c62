"""Receivers of messages on loopback: a web server and a mail server that record what they are sent."""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TRICKLE = 0.05
"""Seconds between two bytes of a slow answer."""


@dataclass(frozen=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    """Nothing is ever answered."""
    trickle: bool = False
    """The first line of the answer comes byte by byte, and never ends."""
    cut: bool = False
    """The connection ends without an answer."""


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class WebReceiver:
    """Answers each POST as `answer` says, by the number of the request (from 0); records them all."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answer: Callable[[int], Answer] = lambda _: Answer()
        self.ended = threading.Event()
        self.came = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append(Request(self.command, self.path, dict(self.headers), body))
                answer = receiver.answer(len(receiver.requests) - 1)
                receiver.came.set()
                if answer.hang:
                    receiver.ended.wait(60)
                if answer.trickle:
                    with suppress(OSError):
                        self.wfile.write(b"HTTP/1.1 2")
                        while not receiver.ended.wait(TRICKLE):
                            self.wfile.write(b"x")
                if answer.hang or answer.trickle or answer.cut:
                    self.close_connection = True
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(answer.body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}{path}"


@contextmanager
def web_receiver() -> Iterator[WebReceiver]:
    receiver = WebReceiver()
    thread = threading.Thread(target=receiver.server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.ended.set()
        receiver.server.shutdown()
        receiver.server.server_close()
        thread.join()


@dataclass
class MailReceiver:
    """A mail server that takes what comes. ``refuse``: verb to the line with which it is answered instead."""

    port: int = 0
    context: ssl.SSLContext | None = None
    tls_at_once: bool = False
    refuse: dict[str, str] = field(default_factory=dict)
    mails: list[tuple[str, str, bytes]] = field(default_factory=list)
    """(sender, recipient, mail), each with whether it came over TLS in `secure` and who logged in in `users`."""
    secure: list[bool] = field(default_factory=list)
    users: list[tuple[str, str] | None] = field(default_factory=list)
    slow: bool = False
    """Its greeting comes byte by byte."""

    def talk(self, sock: socket.socket) -> None:
        if self.context and self.tls_at_once:
            sock = self.context.wrap_socket(sock, server_side=True)
        if self.slow:
            with suppress(OSError):
                while True:
                    sock.sendall(b"2")
                    time.sleep(TRICKLE)
            return
        stream = sock.makefile("rb")
        sender = recipient = ""
        user: tuple[str, str] | None = None

        def say(text: str) -> None:
            sock.sendall(f"{text}\r\n".encode())

        say("220 mail.example ready")
        while line := stream.readline():
            words = line.decode("ascii").strip()
            verb = words.split(" ")[0].split(":")[0].upper()
            if verb in self.refuse:
                say(self.refuse[verb])
            elif verb == "EHLO":
                tls = isinstance(sock, ssl.SSLSocket)
                offers = ["mail.example", *(["STARTTLS"] if self.context and not tls else []), "AUTH PLAIN"]
                for place, offer in enumerate(offers):
                    say(f"250{' ' if place == len(offers) - 1 else '-'}{offer}")
            elif verb == "STARTTLS" and self.context:
                say("220 go on")
                sock = self.context.wrap_socket(sock, server_side=True)
                stream = sock.makefile("rb")
            elif verb == "AUTH":
                _, name, password = base64.b64decode(words.split(" ")[2]).decode().split("\0")
                user = (name, password)
                say("235 welcome")
            elif verb == "MAIL":
                sender = words.partition("<")[2].partition(">")[0]
                say("250 ok")
            elif verb == "RCPT":
                recipient = words.partition("<")[2].partition(">")[0]
                say("250 ok")
            elif verb == "DATA":
                say("354 go on")
                lines = iter(stream.readline, b".\r\n")
                mail = b"".join(line[1:] if line.startswith(b"..") else line for line in lines)
                self.mails.append((sender, recipient, mail))
                self.secure.append(isinstance(sock, ssl.SSLSocket))
                self.users.append(user)
                say(self.refuse.get("END", "250 taken"))
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


@contextmanager
def mail_receiver(receiver: MailReceiver) -> Iterator[MailReceiver]:
    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                receiver.talk(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        receiver.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def nobody() -> Iterator[int]:
    """A port at which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]
