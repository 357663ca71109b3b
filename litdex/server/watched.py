"""What the layers that watch requests have in common: the answer's status, the route's pattern."""

from __future__ import annotations

from starlette.types import Message, Scope, Send


class Watched:
    """A `send` that remembers the status of what goes through it; 500 until an answer begins."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 500

    async def __call__(self, message: Message) -> None:
        """ASGI."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


def route_of(scope: Scope) -> str:
    """The route's pattern, not its path: that has a value for each paper, and tells what people look for."""
    return str(getattr(scope.get("route"), "path", "other"))
