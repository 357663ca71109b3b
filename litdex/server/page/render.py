"""Templates to HTML: everything is escaped, and every template has the page's own links at hand."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

from litdex.index.documents import short_name
from litdex.ingest.paper import Paper
from litdex.server.tokens import COOKIE

TEMPLATES, STATIC = Path(__file__).parent / "templates", Path(__file__).parent / "static"
PLACES = {
    "/": "Search",
    "/entities": "Browse",
    "/map": "Map",
    "/ask": "Ask",
    "/collections": "Collections",
    "/models": "Models",
}
"""What the head of every page leads to."""
HEADERS = {"Cache-Control": "no-cache"}


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A template with what it shows."""
    html = _ENVIRONMENT.get_template(template).render(
        request=request, places=PLACES, signed_in=COOKIE in request.cookies, **context
    )
    return HTMLResponse(html, status, HEADERS)


def paper_url(name: str) -> str:
    """The page of the paper that goes by this public id."""
    return f"/paper/{quote(name, safe=':')}"


def search_url(query: str) -> str:
    """The search for a query."""
    return "/?" + urlencode({"q": query})


@lru_cache(maxsize=20_000)  # a result names a hundred
def entity_url(kind: str, name: str) -> str:
    """The page of an entity."""
    return f"/entities/{quote(kind, safe='')}/{quote(name, safe='')}"


def category_url(name: str) -> str:
    """The page of a category."""
    return f"/categories/{quote(name, safe='')}"


def byline(paper: Paper) -> str:
    """Up to three authors."""
    names = ", ".join(author.name for author in paper.authors[:3])
    return f"{names} et al." if len(paper.authors) > 3 else names


@cache
def static(name: str) -> str:
    """The address of a file that ships with the page, which changes with its contents."""
    return f"/static/{hashlib.blake2b((STATIC / name).read_bytes(), digest_size=6).hexdigest()}/{name}"


_ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True)
_ENVIRONMENT.globals |= {
    "paper_url": paper_url,
    "search_url": search_url,
    "entity_url": entity_url,
    "category_url": category_url,
    "byline": byline,
    "author_key": short_name,
    "static": static,
}
