"""How the server listens: connections that send no whole head in time are cut off, and there is an end to their number.

Uvicorn by itself waits for ever for a request's first lines; a client that sends a byte now and then would keep a
connection, and a thousand of them the server. What comes after the head is bounded by `litdex.server.guard`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""Seconds from the first byte, or from connecting, to the end of a request's head."""
CONNECTIONS = 500
"""Connections at once; a request on one more is answered by 503."""


class Impatient(H11Protocol):
    """A connection that is closed when a head takes too long."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what came; stop waiting when it was the end of a head."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        super().connection_lost(exc)
        self._stop()

    def _at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _watch(self) -> None:
        if self._at_work():
            self._stop()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self._cut)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _cut(self) -> None:
        self._waiting = None
        if not self._at_work() and not self.transport.is_closing():
            self.transport.close()


LISTENING: dict[str, Any] = {
    "http": Impatient,
    "timeout_keep_alive": 5,
    "limit_concurrency": CONNECTIONS,
    "server_header": False,
}
"""What uvicorn is told."""
