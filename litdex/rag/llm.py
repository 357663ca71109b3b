"""A language model behind an OpenAI-compatible endpoint: OpenAI, Ollama, vLLM, llama.cpp.

The client is the standard library's. It reads server-sent events as they come, gives up in bounded time, tries again
only while nothing has been written yet, follows no redirect (the key would go along), and shows the key to nobody.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from litdex.errors import SystemFault
from litdex.rag.model import Message
from litdex.rag.settings import ModelSettings, model_settings

RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
ATTEMPTS = 3
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Never asked through a proxy, whatever the environment says of proxies."""
LONGEST_PAUSE = 10.0
"""Seconds between two attempts, whatever the server asks for."""
MAX_LINE = 1_000_000
"""Bytes of one line of a reply; a longer one is no reply of a language model."""
MAX_REPLY = 200_000
"""Characters of a whole reply: more is a model that does not stop."""


class ChatModel:
    """A model behind `settings.url`. `pause` waits between attempts."""

    def __init__(self, settings: ModelSettings, pause: Callable[[float], None] = time.sleep) -> None:
        self._settings = settings
        self._pause = pause
        local = urllib.parse.urlsplit(settings.url).hostname in LOOPBACK
        proxies = [urllib.request.ProxyHandler({})] if local else []
        self._opener = urllib.request.build_opener(_NoRedirect, *proxies)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._settings.model

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The reply, piece by piece. Raises SystemFault with one line that names the endpoint, never the key."""
        deadline = time.monotonic() + self._settings.total
        try:
            with self._open(messages, deadline) as reply:
                yield from _bounded(_pieces(reply, deadline), MAX_REPLY)
        except SystemFault as fault:
            raise SystemFault(self._line(str(fault))) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise SystemFault(self._line(_reason(error))) from None

    def _open(self, messages: Sequence[Message], deadline: float) -> Any:
        request = self._request(messages)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._opener.open(request, timeout=self._settings.timeout)
            except urllib.error.HTTPError as error:
                problem = f"answered {error.code}: {_message(error)}"
                again, wait = error.code in RETRIED, _asked_pause(error, attempt)
            except (OSError, http.client.HTTPException) as error:
                problem, again, wait = _reason(error), not _is_timeout(error), float(attempt)
            if not again or attempt == ATTEMPTS or time.monotonic() + wait > deadline:
                raise SystemFault(problem)
            self._pause(wait)
        raise AssertionError("the last attempt returns or raises")

    def _request(self, messages: Sequence[Message]) -> urllib.request.Request:
        settings = self._settings
        body = {
            "model": settings.model,
            "messages": list(messages),
            "stream": True,
            "temperature": settings.temperature,
            "max_tokens": int(settings.max_tokens),
        }
        headers = {"Content-Type": "application/json", "Accept": "text/event-stream", "User-Agent": "litdex"}
        if settings.key:
            headers["Authorization"] = f"Bearer {settings.key}"
        return urllib.request.Request(settings.endpoint, json.dumps(body).encode(), headers, method="POST")

    def _line(self, problem: str) -> str:
        text = f"the language model at {self._settings.shown_url}: {problem}"
        if self._settings.key:
            text = text.replace(self._settings.key, "***")
        text = "".join(char if char.isprintable() else " " for char in text)
        return " ".join(text.split())[:400]


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect is an error: what was meant for one host is not for another."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _pieces(reply: Any, deadline: float) -> Iterator[str]:
    """What the model wrote, from server-sent events or from one JSON object where the server does not stream."""
    if "json" in reply.headers.get("Content-Type", ""):
        yield _content(json.loads(reply.read(MAX_LINE)), "message")
        return
    while line := reply.readline(MAX_LINE):
        if time.monotonic() > deadline:
            raise SystemFault("it did not finish in time (LITDEX_LLM_TOTAL sets how many seconds it has)")
        field, _, value = line.decode("utf-8", "replace").strip().partition(":")
        if field != "data" or not value.strip():
            continue
        if value.strip() == "[DONE]":
            return
        yield _content(json.loads(value), "delta")


def _content(event: Any, part: str) -> str:
    """The text of one event. Raises SystemFault for an error in it, ValueError for what is no event at all."""
    if not isinstance(event, dict):
        raise ValueError("what it sent is not the OpenAI format")
    if event.get("error"):
        error = event["error"]
        raise SystemFault(str(error.get("message", error) if isinstance(error, dict) else error))
    choices = event.get("choices") or [{}]
    found = (choices[0].get(part) or {}).get("content") if isinstance(choices[0], dict) else None
    return found if isinstance(found, str) else ""


def _bounded(pieces: Iterator[str], limit: int) -> Iterator[str]:
    for piece in pieces:
        limit -= len(piece)
        if limit < 0:
            return
        yield piece


def _message(error: urllib.error.HTTPError) -> str:
    """What the server says is wrong, from its JSON or its text; else the status' own words."""
    try:
        text = error.read(10_000).decode("utf-8", "replace").strip()
    except (OSError, http.client.HTTPException):
        text = ""
    try:
        _content(json.loads(text), "message")
    except SystemFault as fault:
        return str(fault)
    except ValueError:
        return text[:200] or error.reason
    return text[:200] or error.reason


def _asked_pause(error: urllib.error.HTTPError, attempt: int) -> float:
    asked = error.headers.get("Retry-After", "")
    return min(float(asked) if asked.isascii() and asked.isdecimal() else float(attempt), LONGEST_PAUSE)


def _is_timeout(error: Exception) -> bool:
    return isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError)


def _reason(error: Exception) -> str:
    if _is_timeout(error):
        return "it did not answer in time (LITDEX_LLM_TIMEOUT sets how many seconds it has)"
    if isinstance(error, json.JSONDecodeError):
        return "what it sent is not JSON"
    reason = getattr(error, "reason", error)
    return getattr(reason, "strerror", None) or str(reason) or type(error).__name__


def configured_model() -> ChatModel | None:
    """Return the language model that the environment or the config file names; None where none is named."""
    settings = model_settings()
    return None if settings is None else ChatModel(settings)
