"""The application: routes, and the layers around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from litdex import __version__
from litdex.server.faults import add_fault_handlers
from litdex.server.guard import Guard
from litdex.server.headers import Secured
from litdex.server.log import Logged
from litdex.server.metrics import Measured
from litdex.server.page.site import ROUTERS
from litdex.server.routes import answers, health, openai, papers
from litdex.server.schemas import ErrorBody
from litdex.server.settings import ServerSettings
from litdex.server.state import open_state

GZIP = 5
"""How hard texts are compressed: a level more saves nothing that is felt, and costs time."""
FAULTS = (400, 401, 403, 404, 408, 413, 421, 422, 429, 500, 503, 504)


def create_app(settings: ServerSettings) -> FastAPI:
    """The server of one library. Raises UserError where that cannot be opened, or would stand open to a network."""
    settings.check()
    state = open_state(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        state.close()

    app = FastAPI(
        title="litdex",
        version=__version__,
        summary="Hybrid search, entity facets and checked answers over scientific literature.",
        lifespan=lifespan,
        responses={status: {"model": ErrorBody} for status in FAULTS},
    )
    app.state.litdex = state
    for module in (papers, answers, openai, health):
        app.include_router(module.router)
    for router in ROUTERS:
        app.include_router(router)
    add_fault_handlers(app, settings.library)
    app.add_middleware(Guard, settings=settings)
    app.add_middleware(GZipMiddleware, compresslevel=GZIP)
    app.add_middleware(Secured)
    app.add_middleware(Measured, metrics=state.metrics)
    app.add_middleware(Logged)
    return app
