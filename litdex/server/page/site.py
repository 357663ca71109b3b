"""Everything of the page that the application takes in: its routes, and the files that they need."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from litdex.errors import NothingFound
from litdex.server.page import ask, collecting, entities, facets, login, map, models, paper, search, suggest

STATIC = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

router = APIRouter(include_in_schema=False)


@router.get("/static/{version}/{name}")
async def static_file(version: str, name: str) -> Response:
    """A file that ships with the page. `version` is of its contents, so a browser may keep it for good."""
    path = next((path for path in STATIC.iterdir() if path.name == name and path.suffix in KINDS), None)
    if path is None:
        raise NothingFound("there is no such file")
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(path, media_type=KINDS[path.suffix], headers=headers)


MODULES = (login, search, facets, suggest, entities, ask, collecting, map, models, paper)
ROUTERS = (router, *(module.router for module in MODULES))
"""All routes of the page."""
