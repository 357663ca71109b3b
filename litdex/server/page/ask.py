"""The page that asks: it answers as a whole, or with JavaScript (`static/ask.js`) sentence by sentence."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from litdex.server.answers import answer_events, whole_answer
from litdex.server.page.render import page
from litdex.server.schemas import LONGEST_QUERY
from litdex.server.state import Shared

router = APIRouter(include_in_schema=False)


@router.get("/ask", response_class=HTMLResponse)
async def ask_page(
    request: Request, shared: Shared, q: Annotated[str, Query(max_length=LONGEST_QUERY)] = ""
) -> Response:
    """A question box, and the answer where there is a question."""
    answer = await whole_answer(answer_events(shared, q)) if q.strip() else None
    sources = {source.key: source for source in answer.context.sources} if answer else {}
    return page(request, "ask.html", q=q.strip(), answer=answer, sources=sources)
