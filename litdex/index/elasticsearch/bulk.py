"""Writing much to Elasticsearch: few requests under way at a time, and what was refused is sent again, later.

Documents have ids of their own, so whatever is sent twice, by a retry or after a kill, is there once.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from litdex.errors import SystemFault
from litdex.index.elasticsearch.client import OVERLOADED, WRITE_SECONDS, Refused, insist

CHUNK_OPERATIONS, CHUNK_BYTES = 256, 5_000_000
FEWEST = 20  # operations in a request, however overloaded the server is
THREADS = 4  # requests under way; others wait, and so does who makes the documents: that bounds memory on both sides


@dataclass(frozen=True, slots=True)
class Operation:
    """A line of a bulk request, or two: what to do, and the document if there is one."""

    lines: tuple[bytes, ...]

    @classmethod
    def index(cls, number: int, document: dict[str, Any]) -> Operation:
        """Write a document, whether it is there or not."""
        return cls((b'{"index":{"_id":"%d"}}' % number, _json(document)))

    @classmethod
    def delete(cls, number: int) -> Operation:
        """Delete a document, if it is there."""
        return cls((b'{"delete":{"_id":"%d"}}' % number,))


class BulkWriter:
    """Writes operations to one index."""

    def __init__(self, client: Elasticsearch, index: str) -> None:
        self._client = client.options(request_timeout=WRITE_SECONDS)
        self._index = index
        self._most = CHUNK_OPERATIONS

    def write(self, operations: Iterable[Operation]) -> None:
        """Returns when the server has all of them on disk; a search finds them after the next refresh.

        Raises SystemFault for a document that is refused for good, and what the client raises when patience ends.
        """
        under_way: deque[Future[None]] = deque()
        with ThreadPoolExecutor(THREADS) as pool:
            for chunk in self._chunks(operations):
                if len(under_way) >= THREADS:
                    under_way.popleft().result()
                under_way.append(pool.submit(self._send, chunk))
            while under_way:
                under_way.popleft().result()

    def _chunks(self, operations: Iterable[Operation]) -> Iterator[list[Operation]]:
        chunk: list[Operation] = []
        size = 0
        for operation in operations:
            length = sum(map(len, operation.lines))
            if chunk and (len(chunk) >= self._most or size + length > CHUNK_BYTES):
                yield chunk
                chunk, size = [], 0
            chunk.append(operation)
            size += length
        if chunk:
            yield chunk

    def _send(self, operations: list[Operation]) -> None:
        waiting = operations

        def attempt() -> None:
            nonlocal waiting
            lines: Any = [line for operation in waiting for line in operation.lines]  # ready-made lines are taken too
            answer = self._client.bulk(index=self._index, operations=lines, filter_path=_NEEDED)
            items = answer.get("items", []) if answer.get("errors") else []
            waiting = [operation for operation, item in zip(waiting, items, strict=False) if _is_refused(item)]
            if waiting:
                self._most = max(FEWEST, self._most // 2)
                raise Refused

        insist(attempt)


_NEEDED = ["errors", "items.*.status", "items.*.error.type", "items.*.error.reason"]


def _is_refused(item: dict[str, Any]) -> bool:
    """Whether an operation is to be sent again. Raises SystemFault where that would not help."""
    ((action, told),) = item.items()
    status = int(told["status"])
    if status in OVERLOADED:
        return True
    if status >= 400 and not (action == "delete" and status == 404):
        error = told.get("error", {})
        raise SystemFault(f"Elasticsearch refuses a passage: {error.get('type')}: {str(error.get('reason'))[:300]}")
    return False


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
