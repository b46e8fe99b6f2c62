"""Clients of one HTTP/1.1 server on loopback: one process, one thread, kept connections, no parsing of what they get.

    python bench/clients.py PORT CLIENTS SECONDS RATE [--gzip] < ADDRESSES      (a path a line, asked in turn)

With a RATE of 0 every client asks again as soon as it is answered (closed loop). Otherwise requests begin at so many a
second whatever the server does, and a request that finds no client free waits; its time counts from when it should
have begun (open loop: a slow answer is not hidden by asking less). The first tenth of the time is not counted. Prints
one JSON object; times in milliseconds.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import Counter, deque

LARGEST = 1 << 18


class Client:
    """One connection, with at most one request under way."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self.head = self.last = b""
        self.missing = -1
        """Bytes of the body that are still to come; below 0: the head has not ended."""

    def ask(self, request: bytes, began: float) -> None:
        self.began, self.head, self.missing, self.last = began, b"", -1, self.head
        self.socket.sendall(request)

    def take(self) -> bool:
        """Read what is there; whether the answer is whole."""
        data = self.socket.recv(LARGEST)
        if not data:
            raise ConnectionError(f"closed; the answer before, if any: {self.last[:80]!r}")
        if self.missing < 0:
            self.head += data
            end = self.head.find(b"\r\n\r\n")
            if end < 0:
                return False
            start = self.head.lower().index(b"content-length:") + 15
            length = int(self.head[start : self.head.index(b"\r\n", start)])
            self.missing = length - (len(self.head) - end - 4)
        else:
            self.missing -= len(data)
        return self.missing <= 0


def run(port: int, paths: list[str], clients: int, seconds: float, rate: float, packed: bool) -> dict[str, object]:
    accept = "gzip" if packed else "identity"
    requests = [f"GET {p} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: {accept}\r\n\r\n".encode() for p in paths]
    free = deque(Client(port) for _ in range(clients))
    watched = selectors.DefaultSelector()
    for client in free:
        watched.register(client.socket, selectors.EVENT_READ, client)
    times: list[float] = []
    statuses: Counter[str] = Counter()
    asked = 0
    start = time.perf_counter()
    counted, end = start + seconds / 10, start + seconds
    while (now := time.perf_counter()) < end or len(free) < clients:
        while free and now < end:
            due = start + asked / rate if rate else now
            if due > now:
                break
            free.popleft().ask(requests[asked % len(requests)], due)
            asked += 1
        wait = max(start + asked / rate - now, 0.0) if rate and free and now < end else 1.0
        for key, _ in watched.select(wait):
            client = key.data
            if client in free:  # nothing was asked for some seconds, and the server hung up
                watched.unregister(client.socket)
                free.remove(client)
                client = Client(port)
                watched.register(client.socket, selectors.EVENT_READ, client)
                free.append(client)
            elif client.take():
                done = time.perf_counter()
                if client.began >= counted and client.began < end:
                    times.append(1000 * (done - client.began))
                    statuses[client.head[9:12].decode()] += 1
                free.append(client)
        if now > end + 60:
            raise TimeoutError("an answer did not come for a minute")
    times.sort()
    at = lambda share: round(times[min(len(times) - 1, int(len(times) * share))], 2) if times else None  # noqa: E731
    return {
        "p50": at(0.5),
        "p95": at(0.95),
        "p99": at(0.99),
        "per_s": round(len(times) / (end - counted), 1),
        "asked": asked,
        "statuses": dict(statuses),
        "client_cpu_ms": round(1000 * time.process_time() / max(asked, 1), 3),
    }


if __name__ == "__main__":
    rate = float(sys.argv[4])
    paths = sys.stdin.read().split()
    print(json.dumps(run(int(sys.argv[1]), paths, int(sys.argv[2]), float(sys.argv[3]), rate, "--gzip" in sys.argv)))
