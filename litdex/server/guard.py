"""What every request passes before any work: token and scope, host, size, rate, concurrency, time: one ASGI layer."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from litdex.server.faults import error_response
from litdex.server.settings import ServerSettings
from litdex.server.tokens import COOKIE, Tokens, allows
from litdex.server.tokens import Scope as Held

OPEN = frozenset({"/health", "/ready", "/login", "/logout"})
"""What needs no token: what a load balancer asks, and signing in."""
OPEN_FILES = "/static/"
"""Files that ship with the page; they need none either."""
ANSWERING = frozenset({"/ask", "/v1/ask", "/v1/chat/completions"})
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
ASKED_FOR: dict[str, Held] = {"/metrics": "admin"}
"""Paths that need more than their method says."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ADDRESSES = 10_000
"""How many addresses the rate limit remembers."""
BODY_SECONDS = 10.0
"""Seconds that a client has to send a whole body: a slow one is cut off."""


class Guard:
    """Refuses what may not come in; see `ServerSettings` for the limits."""

    def __init__(self, app: ASGIApp, settings: ServerSettings) -> None:
        self._app, self._settings = app, settings
        self._running = 0
        self._rates = Rates(settings.rate)
        self._tokens = Tokens(settings.library.expanduser(), settings.token)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        refusal = self._refusal(scope)
        if refusal is None:
            self._running += 1
            try:
                return await self._timed(scope, receive, send)
            finally:
                self._running -= 1
        status, message, headers = refusal
        if status == 401 and _is_page(scope):
            back = b"?".join(part for part in (scope["raw_path"], scope["query_string"]) if part).decode("latin-1")
            return await RedirectResponse(f"/login?{urlencode({'back': back})}", 303)(scope, receive, send)
        return await error_response(status, message, headers)(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str, dict[str, str]] | None:
        settings = self._settings
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if refusal := self._unknown(scope, headers):
            return refusal
        if _length(headers) > settings.body:
            return 413, too_long(settings.body), {}
        if self._running >= settings.waiting:
            return 503, "too many requests at once", {"Retry-After": "1"}
        if not self._rates.allow((scope.get("client") or ("",))[0]):
            return 429, "too many requests from one address", {"Retry-After": "1"}
        return None

    def _unknown(self, scope: Scope, headers: Mapping[str, str]) -> tuple[int, str, dict[str, str]] | None:
        """Why this request's sender may not ask for this."""
        if not self._tokens and self._settings.is_local:
            # A page elsewhere that points its own name at this machine must not read the library through a browser.
            if not _is_local_name(headers.get("host", "")):
                return 421, "this server answers to localhost only", {}
        elif scope["path"] not in OPEN and not scope["path"].startswith(OPEN_FILES):
            held, needed = self._tokens.scope_of(_given(headers)), needed_scope(scope["method"], scope["path"])
            if held is None:
                return 401, "give the token: Authorization: Bearer TOKEN", {"WWW-Authenticate": "Bearer"}
            if not allows(held, needed):
                return 403, f"this token's scope is {held}: this needs {needed}", {}
        return None

    async def _timed(self, scope: Scope, receive: Receive, send: Send) -> None:
        settings = self._settings
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            async with asyncio.timeout(settings.answer_seconds if scope["path"] in ANSWERING else settings.seconds):
                await self._app(scope, _Body(receive, settings.body), sent)
        except TimeoutError:
            if not begun:
                await error_response(504, "this took too long", {"Retry-After": "5"})(scope, receive, send)


class _Body:
    """A request's body, received in bounded time and size."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._limit = receive, limit
        self._taken, self._whole = 0, False
        self._until = asyncio.get_running_loop().time() + BODY_SECONDS

    async def __call__(self) -> Message:
        if self._whole:  # what comes now is that the client went away, and that may take as long as it likes
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "the body did not come in time") from None
        self._taken += len(message.get("body", b""))
        if self._taken > self._limit:
            raise HTTPException(413, too_long(self._limit))
        self._whole = not message.get("more_body", False)
        return message


class Rates:
    """A bucket for each address: `rate` requests a second, and as many at once as in two."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # left, and when

    def allow(self, address: str, now: float | None = None) -> bool:
        """Whether one more request may come in."""
        if not self._rate:
            return True
        now = time.monotonic() if now is None else now
        most = max(1.0, 2 * self._rate)
        left, before = self._buckets.pop(address, (most, now))
        left = min(most, left + (now - before) * self._rate)
        allowed = left >= 1
        self._buckets[address] = (left - 1 if allowed else left, now)
        if len(self._buckets) > ADDRESSES:
            self._buckets.popitem(last=False)
        return allowed


def too_long(limit: int) -> str:
    """What is said of a body that is."""
    return f"a request may have {limit:,} bytes"


def needed_scope(method: str, path: str) -> Held:
    """What a request needs. The API's posts ask and change nothing; those of the page change collections."""
    if path in ASKED_FOR:
        return ASKED_FOR[path]
    return "read" if method in SAFE or path.startswith("/v1/") else "write"


def _given(headers: Mapping[str, str]) -> str:
    """The token that came with a request; "" where none did."""
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme:
        return given.strip() if scheme.lower() == "bearer" else ""
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


def _is_page(scope: Scope) -> bool:
    """Whether somebody opens a page, who can sign in."""
    accepted = dict(scope["headers"]).get(b"accept", b"")
    return scope["method"] == "GET" and not scope["path"].startswith("/v1/") and b"text/html" in accepted


def _is_local_name(host: str) -> bool:
    name = host.rsplit(":", 1)[0] if host.rsplit(":", 1)[-1].isdecimal() else host
    return not host or name.lower() in LOCAL_HOSTS


def _length(headers: Mapping[str, Any]) -> int:
    told = headers.get("content-length", "0")
    return int(told) if told.isascii() and told.isdecimal() else 0
