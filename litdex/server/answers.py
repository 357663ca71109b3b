"""Answers, from a question or a conversation to events: passages by a reader, the rest where nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import Executor

from litdex.index.filters import Filter
from litdex.rag.answer import Answer
from litdex.rag.answerer import Answerer, Event
from litdex.rag.context import BUDGET
from litdex.rag.followup import by_model, by_rule
from litdex.rag.model import Message
from litdex.server.readers import Reader
from litdex.server.state import State

REMEMBERED = 8
"""How many earlier messages a language model is told of."""


async def answer_events(
    state: State,
    question: str,
    *,
    asked: str = "",
    budget: int = BUDGET,
    quote: bool = False,
    where: Filter = Filter(),
    history: Sequence[Message] = (),
) -> AsyncIterator[Event]:
    """The context, each statement as soon as it is checked, the answer. Raises as `Answerer.stream` does."""
    model = None if quote else state.model

    def begin(reader: Reader) -> tuple[Event | None, Iterator[Event]]:
        answerer = Answerer(reader.searcher, state.encoder, model=model, prompts=state.prompts, budget=budget)
        events = answerer.stream(question, asked=asked, where=where, history=history)
        return next(events, None), events

    # Only the first event, the passages, needs the searcher, which is this reader's own.
    event, rest = await state.read(begin)
    while event is not None:
        if isinstance(event, Answer):
            state.metrics.answers.labels(str(event.refused).lower()).inc()
        yield event
        event = await _next(state.writers, rest)


async def whole_answer(events: AsyncIterator[Event]) -> Answer:
    """The last of them."""
    async for event in events:
        if isinstance(event, Answer):
            return event
    raise RuntimeError("a stream ended without an answer")


async def searched_for(state: State, questions: Sequence[str]) -> str:
    """The last question of a conversation, so that it can be searched for by itself."""
    *before, last = questions
    earlier: list[str] = []
    for question in before:
        earlier.append(by_rule(question, earlier))
    model = state.model
    if model is None:
        return by_rule(last, earlier)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(state.writers, by_model, last, earlier, model, state.prompts)


async def _next(pool: Executor, events: Iterator[Event]) -> Event | None:
    return await asyncio.get_running_loop().run_in_executor(pool, next, events, None)
