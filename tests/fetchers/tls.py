"""A web server over TLS on loopback that speaks HTTP/2 or HTTP/1.1, as it is told and as the client agrees."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import trustme

NAME = "news.example"


class Secure:
    """``asked``: (protocol, path) of each request. ``connections``: how many were made."""

    def __init__(self, folder: Path, offers: Sequence[str], body: bytes) -> None:
        authority = trustme.CA()
        self.trust = folder / "trust.pem"
        authority.cert_pem.write_to_path(str(self.trust))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(NAME, f"www.{NAME}").configure_cert(self._context)
        self._context.set_alpn_protocols(list(offers))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.body = body
        self.asked: list[tuple[str, str]] = []
        self.connections = 0

    def url(self, path: str, name: str = NAME) -> str:
        return f"https://{name}:{self.port}{path}"

    def run(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def stop(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self, plain: socket.socket) -> None:
        with suppress(OSError), self._context.wrap_socket(plain, server_side=True) as sock:
            self.connections += 1
            if sock.selected_alpn_protocol() == "h2":
                self._second(sock)
            else:
                self._first(sock)

    def _first(self, sock: ssl.SSLSocket) -> None:
        with sock.makefile("rb") as stream:
            while line := stream.readline():
                self.asked.append(("1.1", line.split()[1].decode()))
                while stream.readline().strip():
                    pass
                head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(self.body)}\r\n\r\n"
                sock.sendall(head.encode() + self.body)

    def _second(self, sock: ssl.SSLSocket) -> None:
        talk = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        talk.initiate_connection()
        sock.sendall(talk.data_to_send())
        left: dict[int, bytes] = {}
        while data := sock.recv(65536):
            for event in talk.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    self.asked.append(("2", dict(event.headers)[b":path"].decode()))
                    talk.send_headers(event.stream_id, [(":status", "200"), ("content-type", "text/html")])
                    left[event.stream_id] = self.body
                elif isinstance(event, h2.events.StreamReset):
                    left.pop(event.stream_id, None)
            for stream in list(left):
                while part := left[stream][: min(talk.local_flow_control_window(stream), talk.max_outbound_frame_size)]:
                    talk.send_data(stream, part)
                    left[stream] = left[stream][len(part) :]
                if not left[stream]:
                    talk.end_stream(stream)
                    del left[stream]
            sock.sendall(talk.data_to_send())


@contextmanager
def secure(folder: Path, offers: Sequence[str] = ("h2", "http/1.1"), body: bytes = b"<p>x") -> Iterator[Secure]:
    server = Secure(folder, offers, body)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
