"""`/health`, `/ready`, `/metrics`: for those who run the server."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from litdex.server.readers import Reader
from litdex.server.state import Shared

router = APIRouter(tags=["operations"])


class Health(BaseModel):
    """The process answers."""

    status: str


class Readiness(BaseModel):
    """Whether searches find what was ingested."""

    ready: bool
    papers: int
    pending: dict[str, int]


@router.get("/health", responses={200: {"model": Health}})
async def health() -> JSONResponse:
    """Whether the process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/ready", responses={200: {"model": Readiness}, 503: {"model": Readiness}})
async def ready(shared: Shared) -> JSONResponse:
    """Whether the library opens and has engines; and what they have yet to take over."""
    found = await shared.read(_readiness)
    _note(shared, found)
    return JSONResponse(found, 200 if found["ready"] else 503)


@router.get("/metrics", responses={200: {"content": {"text/plain": {}}}}, response_class=Response)
async def metrics(shared: Shared) -> Response:
    """Figures for Prometheus."""
    _note(shared, await shared.read(_readiness))
    return Response(shared.metrics.text(), media_type="text/plain; version=0.0.4")


def _readiness(reader: Reader) -> dict[str, Any]:
    outbox = reader.library.outbox
    engines = {generation.id: generation.kind for generation in outbox.generations("active")}
    counts = outbox.counts("active")
    papers, _ = reader.library.store.counts()
    pending = {kind: counts.get(number, 0) for number, kind in engines.items()}
    return {"ready": bool(engines), "papers": papers, "pending": pending}


def _note(shared: Shared, found: dict[str, Any]) -> None:
    shared.metrics.papers.set(found["papers"])
    for engine, count in found["pending"].items():
        shared.metrics.pending.labels(engine).set(count)
