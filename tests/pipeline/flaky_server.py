"""A server that stands before a real one on loopback, and refuses, drops or delays what it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

DROP = 0
"""A fault: the connection is closed after the real server has done what it was asked, without an answer."""


class FlakyServer(ThreadingHTTPServer):
    """Passes requests on to `target`. For each request to a path with `where` in it, a fault is used up first."""

    daemon_threads = True

    def __init__(self, target: str, where: str, faults: list[int]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = urlsplit(target)
        self.where = where
        self.faults = faults  # HTTP statuses, or DROP
        self.refused = 0
        self._lock = threading.Lock()

    @property
    def place(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self.server_address[1]}"

    def next_fault(self, path: str) -> int | None:
        """The fault of a request; None to pass it on."""
        with self._lock:
            if self.where not in path or not self.faults:
                return None
            self.refused += 1
            return self.faults.pop(0)


class _Handler(BaseHTTPRequestHandler):
    server: FlakyServer
    protocol_version = "HTTP/1.1"

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        fault = self.server.next_fault(self.path)
        if fault:
            return self._answer(fault, b"{}", "application/json")
        status, found, kind = self._asked(body)
        if fault == DROP:
            self.close_connection = True
            return None
        return self._answer(status, found, kind)

    def _asked(self, body: bytes) -> tuple[int, bytes, str]:
        target = self.server.target
        real = HTTPConnection(target.hostname or "", target.port, timeout=60)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        real.request(self.command, self.path, body, kept)
        answer = real.getresponse()
        found = answer.read()
        real.close()
        return answer.status, found, answer.headers.get("content-type", "application/json")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.send_header("x-elastic-product", "Elasticsearch")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass_on

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing."""


@contextmanager
def flaky(target: str, where: str, faults: list[int]) -> Iterator[FlakyServer]:
    """Such a server, at work."""
    with FlakyServer(target, where, list(faults)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
