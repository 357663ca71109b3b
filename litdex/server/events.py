"""Server-sent events: a stream of JSON objects over one response."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi.responses import StreamingResponse

from litdex.errors import LitdexError
from litdex.server.faults import STATUSES, error_body, without_paths
from litdex.server.settings import ServerSettings

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
EVENTS: dict[str, Any] = {
    "text/event-stream": {
        "schema": {"type": "object", "properties": {"event": {"type": "string"}, "data": {"type": "string"}}}
    }
}
"""What OpenAPI says of such a response: the shape of each event."""


def event(data: Any, name: str = "") -> str:
    """One event."""
    head = f"event: {name}\n" if name else ""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return f"{head}data: {text}\n\n"


async def streamed(events: AsyncIterator[str], settings: ServerSettings) -> StreamingResponse:
    """A response that sends `events`. An error before the first one is raised; a later one is the last event."""
    first = await anext(events)

    async def body() -> AsyncIterator[str]:
        yield first
        try:
            async for each in events:
                yield each
        except LitdexError as error:
            status = next(status for kind, status in STATUSES if isinstance(error, kind))
            yield event(error_body(status, without_paths(str(error), settings.library)), "error")

    return StreamingResponse(body(), media_type="text/event-stream", headers=HEADERS)
