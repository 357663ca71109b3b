"""What the server writes to its log: requests and faults, as lines of text or of JSON, without secrets.

A request is logged by the pattern of its route, not by its path or its query: what people search for is theirs. What
looks like a token or a key is blacked out wherever it stands, in tracebacks as well.
"""

from __future__ import annotations

import json
import logging
import os
import re
import time
from collections.abc import Mapping
from typing import Any, Literal

from starlette.types import ASGIApp, Receive, Scope, Send

from litdex.server.watched import Watched, route_of

Kind = Literal["faults", "text", "json"]
LOGGER = logging.getLogger("litdex.request")
SECRETS = re.compile(
    r"litdex_[\w-]{20,}|(?i:bearer|basic)\s+[^\s\"',]+|(?i:api[_-]?key|password|token)[\"']?\s*[=:]\s*\S+"
)
VARIABLES = re.compile(r"LITDEX_(TOKEN|.*KEY|.*PASSWORD)")
BLACK = "***"


class Logged:
    """Logs each request at its end, as an ASGI layer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http" or not LOGGER.isEnabledFor(logging.INFO):
            return await self._app(scope, receive, send)
        begun, watched = time.perf_counter(), Watched(send)
        try:
            await self._app(scope, receive, watched)
        finally:
            facts = {
                "method": scope["method"],
                "route": route_of(scope),
                "status": watched.status,
                "milliseconds": round((time.perf_counter() - begun) * 1000, 1),
                "address": (scope.get("client") or ("",))[0],
            }
            LOGGER.info("request", extra={"facts": facts})


class Text(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Time, level, message, facts."""
        facts = "".join(f" {name}={value}" for name, value in getattr(record, "facts", {}).items())
        return without_secrets(
            f"{_time(record)} {record.levelname.lower()} {record.getMessage()}{facts}{_trace(record)}"
        )


class Json(logging.Formatter):
    """A line for machines: `time`, `level`, `event`, and the facts; `trace` for a fault."""

    def format(self, record: logging.LogRecord) -> str:
        """One JSON object, on one line."""
        trace = _trace(record).strip()
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "event": without_secrets(record.getMessage()),
            **getattr(record, "facts", {}),
            **({"trace": without_secrets(trace)} if trace else {}),
        }
        return json.dumps(line, ensure_ascii=False)


def without_secrets(text: str) -> str:
    """`text` without what looks like a secret, and without those that the environment holds."""
    for name, value in os.environ.items():
        if len(value) >= 8 and VARIABLES.fullmatch(name):
            text = text.replace(value, BLACK)
    return SECRETS.sub(BLACK, text)


def log_config(kind: Kind) -> Mapping[str, Any]:
    """The configuration of Python's logging that uvicorn is given: to stderr, `faults` only or requests as well."""
    formatter = f"litdex.server.log.{'Json' if kind == 'json' else 'Text'}"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}},
        "loggers": {
            "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
            "litdex": {"handlers": ["stderr"], "level": "WARNING" if kind == "faults" else "INFO", "propagate": False},
        },
    }


def _time(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"


def _trace(record: logging.LogRecord) -> str:
    return "\n" + logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
