"""An OpenAI-compatible server on loopback that says what a test wants, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass
class ModelServer:
    """`replies` are taken in turn, the last one again and again: a text is streamed, a `Raw` sent as it is."""

    url: str = ""
    replies: list[Any] = field(default_factory=lambda: ["Nothing."])
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    released: Event = field(default_factory=Event)

    def next_reply(self) -> Any:
        """The reply whose turn it is."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


@dataclass(frozen=True)
class Raw:
    """A reply sent as it is. Where `hangs`, nothing follows, and the connection stays open."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/event-stream"),)
    hangs: bool = False


@contextmanager
def serving() -> Iterator[ModelServer]:
    """A server on a free port, stopped at the end."""
    state = ModelServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.asked.append(json.loads(body))
            state.keys.append(self.headers.get("Authorization", ""))
            reply = state.next_reply()
            raw = reply if isinstance(reply, Raw) else Raw(body=events(reply))
            self.send_response(raw.status)
            for name, value in raw.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw.body)
            self.wfile.flush()
            if raw.hangs:
                state.released.wait(10)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield state
    finally:
        state.released.set()
        server.shutdown()
        server.server_close()


def events(text: str) -> bytes:
    """`text` as server-sent events, five characters each."""
    parts = [text[at : at + 5] for at in range(0, len(text), 5)]
    lines = [json.dumps({"choices": [{"delta": {"content": part}}]}) for part in parts]
    return b": a comment\n\n" + "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode()
