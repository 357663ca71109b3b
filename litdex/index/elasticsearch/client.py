"""The connection to Elasticsearch: how it is made, which of its errors are worth another try, and what they say."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from elastic_transport import ConnectionError as Unreachable
from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch, ElasticsearchWarning

from litdex.errors import SystemFault
from litdex.index import patience
from litdex.index.settings import Address, Connection

WRITE_SECONDS = 60.0
"""How long one request that writes may take before it is tried again."""
OVERLOADED = {429, 502, 503, 504}
T = TypeVar("T")


class Refused(Exception):
    """A part of a bulk request was refused because the server is overloaded."""


def connect(address: Address, secrets: Connection) -> Elasticsearch:
    """A client; nothing is sent before its first request. A search is never sent twice: the other leg is waiting."""
    # What the server has to say in warnings is for its operators, and would be printed between a user's results.
    warnings.simplefilter("ignore", ElasticsearchWarning)
    basic = (secrets.user or "elastic", secrets.password) if secrets.password and not secrets.api_key else None
    trusted: dict[str, Any] = {"ca_certs": secrets.ca} if secrets.ca else {}
    return Elasticsearch(
        address.http,
        api_key=secrets.api_key or None,
        basic_auth=basic,
        request_timeout=secrets.timeout,
        max_retries=0,
        retry_on_timeout=False,
        **trusted,
    )


def insist(attempt: Callable[[], T]) -> T:
    """Do what writes, again and again while the server is overloaded, for a while where it is gone."""
    return patience.patiently(attempt, _worth)


def _worth(error: Exception) -> float:
    """How many seconds the error is worth trying for."""
    if isinstance(error, TlsError):
        return 0.0
    if isinstance(error, Unreachable):
        return patience.GONE
    overloaded = isinstance(error, ApiError) and error.status_code in OVERLOADED
    return patience.BUSY if overloaded or isinstance(error, Refused | ConnectionTimeout) else 0.0


@contextmanager
def faults(address: Address) -> Iterator[None]:
    """Turn what the client raises into one line that names the server, its remedy, and no secret."""
    try:
        yield
    except (ApiError, TransportError, Refused) as error:
        raise SystemFault(f"{address.url}: {_reason(error)}") from error


REMEDIES = {
    401: "it wants to know who asks: set LITDEX_ELASTICSEARCH_API_KEY, or …_USER and …_PASSWORD",
    403: "this user or API key may not do that: give it the rights to manage and use the library's indices",
    404: "there is no such index: `litdex rebuild` builds it again from the library",
    413: "a request was too large for it: raise http.max_content_length there",
    **dict.fromkeys(OVERLOADED, "it is overloaded or starting: try again later"),
}


def _reason(error: Exception) -> str:
    if isinstance(error, TlsError):
        return "no secure connection: is TLS on there, and does LITDEX_ELASTICSEARCH_CA name its certificate authority?"
    if isinstance(error, ConnectionTimeout):
        return "it did not answer in time"
    if isinstance(error, TransportError):
        return "it cannot be reached: is it running there?"
    if isinstance(error, Refused):
        return REMEDIES[429]
    status = error.status_code if isinstance(error, ApiError) else 0
    return REMEDIES.get(status, f"it failed: {' '.join(str(error).split())[:300]}")
