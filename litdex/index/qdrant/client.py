"""The connection to Qdrant: how it is made, which of its errors are worth another try, and what they say."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

from grpc import RpcError, StatusCode  # type: ignore[import-untyped]
from httpx import HTTPError, TimeoutException
from qdrant_client import QdrantClient
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from litdex.errors import SystemFault
from litdex.index import patience
from litdex.index.settings import Address, Connection

WRITE_SECONDS = 60
"""How long one request that writes may take before it is tried again."""
OVERLOADED = {429, 502, 503, 504}
ERRORS = (ResponseHandlingException, UnexpectedResponse, RpcError, HTTPError)
T = TypeVar("T")


def connect(address: Address, secrets: Connection, *, writable: bool) -> QdrantClient:
    """A client; nothing is sent before its first request."""
    if "memory" in address.transports:
        return _local(address.host)
    trusted: dict[str, Any] = {"verify": secrets.ca} if secrets.ca else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that an API key is sent without TLS: `docs/operations.md` says it
        return QdrantClient(
            url=address.http,
            port=address.port,
            grpc_port=secrets.grpc_port,
            prefer_grpc="grpc" in address.transports,
            https="https" in address.transports,
            api_key=secrets.api_key or None,
            timeout=WRITE_SECONDS if writable else max(1, round(secrets.timeout)),
            check_compatibility=False,  # it costs a request, and warns instead of failing
            **trusted,
        )


def release(address: Address, client: QdrantClient) -> None:
    """Close the connections; the local mode, which is its own data, stays."""
    if "memory" not in address.transports:
        client.close()


@cache
def _local(host: str) -> QdrantClient:
    """The client's local mode: a server's API without one, in the memory of this process, one for each host."""
    return QdrantClient(":memory:")


def insist(attempt: Callable[[], T]) -> T:
    """Do what writes, again and again while the server is overloaded, for a while where it is gone."""
    return patience.patiently(attempt, _worth)


def _worth(error: Exception) -> float:
    """How many seconds the error is worth trying for."""
    trouble = _trouble(error)
    return {"gone": patience.GONE, "busy": patience.BUSY, "slow": patience.BUSY}.get(trouble, 0.0)


@contextmanager
def faults(address: Address) -> Iterator[None]:
    """Turn what the client raises into one line that names the server, its remedy, and no secret."""
    try:
        yield
    except ERRORS as error:
        trouble = _trouble(error)
        told = REMEDIES.get(trouble) or f"it failed: {' '.join(_told(error).split())[:300]}"
        raise SystemFault(f"{address.url}: {told}") from error


REMEDIES = {
    "gone": "it cannot be reached: is it running there?",
    "slow": "it did not answer in time",
    "busy": "it is overloaded or starting: try again later",
    "refused": "it refuses the API key: set LITDEX_QDRANT_API_KEY",
    "absent": "there is no such collection: `litdex rebuild` builds it again from the library",
    "untrusted": "no secure connection: is TLS on there, and does LITDEX_QDRANT_CA name its certificate authority?",
}
_STATUS = {401: "refused", 403: "refused", 404: "absent", 408: "slow", **dict.fromkeys(OVERLOADED, "busy")}
_CODES = {
    StatusCode.UNAVAILABLE: "gone",
    StatusCode.DEADLINE_EXCEEDED: "slow",
    StatusCode.RESOURCE_EXHAUSTED: "busy",
    StatusCode.UNAUTHENTICATED: "refused",
    StatusCode.PERMISSION_DENIED: "refused",
    StatusCode.NOT_FOUND: "absent",
}


def _trouble(error: Exception) -> str:
    """What kind of failure it is: a key of `REMEDIES`, or none of them."""
    if isinstance(error, UnexpectedResponse):
        return _STATUS.get(error.status_code or 0, "")
    if isinstance(error, RpcError):
        return _CODES.get(_code(error), "")
    cause = error.source if isinstance(error, ResponseHandlingException) else error
    if isinstance(cause, TimeoutException):
        return "slow"
    if "SSL" in str(cause).upper():
        return "untrusted"
    return "gone" if isinstance(cause, HTTPError | OSError) else ""


def _code(error: Any) -> Any:
    return error.code() if hasattr(error, "code") else None


def _told(error: Any) -> str:
    if isinstance(error, RpcError) and hasattr(error, "details"):
        return str(error.details())
    return str(error)
