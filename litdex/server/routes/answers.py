"""`/v1/context` and `/v1/ask`: passages for a prompt, and answers whose every citation was checked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from litdex.rag.answer import Answer
from litdex.rag.answerer import Event
from litdex.rag.as_json import answer_json, context_json, statement_json
from litdex.rag.context import Context, build_context
from litdex.server.answers import answer_events, whole_answer
from litdex.server.conditions import Conditioned
from litdex.server.events import EVENTS, event, streamed
from litdex.server.faults import without_paths
from litdex.server.readers import Reader
from litdex.server.schemas import AnswerBody, AskRequest, ContextBody, Text
from litdex.server.state import Shared

router = APIRouter(prefix="/v1", tags=["answers"])


@router.get("/context", responses={200: {"model": ContextBody}})
async def context(
    shared: Shared,
    question: Annotated[Text, Query()],
    conditions: Conditioned,
    budget: Annotated[int, Query(ge=50, le=100_000, description="Tokens.")] = 2000,
) -> JSONResponse:
    """The passages that an answer may stand in, packed into a budget of tokens, each under a key."""

    def work(reader: Reader) -> dict[str, Any]:
        where = conditions.where(reader.library)
        return context_json(build_context(reader.searcher, question, budget=budget, where=where))

    return JSONResponse(_clean(await shared.read(work), shared))


@router.post(
    "/ask",
    response_model=None,
    responses={200: {"model": AnswerBody, "content": EVENTS}},
)
async def ask(shared: Shared, asked: AskRequest) -> Response:
    """Answer a question. With `stream`, events come: `context`, `statement` as each is checked, `answer`."""
    events = answer_events(shared, asked.question, budget=asked.budget, quote=asked.quote)
    if not asked.stream:
        return JSONResponse(_clean(answer_json(await whole_answer(events)), shared))

    async def told() -> AsyncIterator[str]:
        async for each in events:
            yield _event(each, shared)

    return await streamed(told(), shared.settings)


def _event(each: Event, shared: Shared) -> str:
    if isinstance(each, Context):
        return event(_clean(context_json(each), shared), "context")
    if isinstance(each, Answer):
        return event(_clean(answer_json(each), shared), "answer")
    return event(statement_json(each), "statement")


def _clean(found: dict[str, Any], shared: Shared) -> dict[str, Any]:
    library = shared.settings.library
    return {**found, "missing": {leg: without_paths(why, library) for leg, why in found["missing"].items()}}
