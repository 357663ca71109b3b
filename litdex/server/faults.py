"""What went wrong, as the server says it: every error in one JSON shape, OpenAI's, with no path of this machine."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from litdex.errors import (
    EncoderMismatch,
    LibraryBusy,
    LitdexError,
    NothingFound,
    SystemFault,
    TaggerMismatch,
    UserError,
)
from litdex.server.page.render import page

STATUSES: tuple[tuple[type[LitdexError], int], ...] = (
    (NothingFound, 404),
    (LibraryBusy, 503),
    (EncoderMismatch, 503),
    (TaggerMismatch, 503),
    (UserError, 400),
    (SystemFault, 503),
    (LitdexError, 500),
)
"""The status of each kind of error; the first that fits."""


def error_body(status: int, message: str) -> dict[str, Any]:
    """The one shape."""
    kind = HTTPStatus(status).phrase.lower().replace(" ", "_")
    return {"error": {"message": message, "type": kind, "code": status}}


def error_response(status: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """The one shape, as a response."""
    return JSONResponse(error_body(status, message), status, headers)


def without_paths(text: str, library: Path) -> str:
    """`text` without the place of the library."""
    return text.replace(str(library.expanduser().absolute()), "the library").replace(str(library), "the library")


def add_fault_handlers(app: FastAPI, library: Path) -> None:
    """Let every error of `app` become the one shape."""

    async def ours(request: Request, error: Exception) -> Response:
        status = next(status for kind, status in STATUSES if isinstance(error, kind))
        _count(request, error)
        headers = {"Retry-After": "2"} if status == 503 else None
        return _answer(request, status, without_paths(str(error), library), headers)

    async def invalid(request: Request, error: Exception) -> Response:
        return _answer(request, 422, _first_problem(error) if isinstance(error, RequestValidationError) else str(error))

    async def http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            return _answer(request, 500, "a fault of litdex")
        return _answer(request, error.status_code, str(error.detail), dict(error.headers or {}))

    async def unknown(request: Request, error: Exception) -> Response:
        _count(request, error)
        return _answer(request, 500, f"a fault of litdex: {type(error).__name__}")

    app.add_exception_handler(LitdexError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unknown)


def _answer(request: Request, status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """A page for who reads it in a browser, else the one shape."""
    if request.url.path.startswith("/v1/") or "text/html" not in request.headers.get("accept", ""):
        return error_response(status, message, headers)
    answer = page(request, "fault.html", status, reason=HTTPStatus(status).phrase, message=message)
    answer.headers.update(headers or {})
    return answer


def _count(request: Request, error: Exception) -> None:
    """Note a failure for `/metrics`. The kinds of litdex's own are few; all others are one."""
    kind = type(error).__name__ if isinstance(error, LitdexError) else "fault"
    request.app.state.litdex.metrics.failures.labels(kind).inc()


def _first_problem(error: RequestValidationError) -> str:
    problem = error.errors()[0]
    place = ".".join(str(part) for part in problem["loc"] if part not in ("query", "body", "path"))
    return f"{place or 'the request'}: {problem['msg'].lower()}"
