"""What all routes share: settings, readers, metrics, the language model; and how a route gets at it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from litdex.encoder.base import Encoder
from litdex.encoder.load import load_encoder
from litdex.rag.model import LanguageModel
from litdex.rag.prompts import Prompts
from litdex.server.metrics import Metrics
from litdex.server.readers import Reader, Readers
from litdex.server.settings import ServerSettings

T = TypeVar("T")
WRITERS = 8
"""Answers that are written at once."""


@dataclass(frozen=True, slots=True)
class State:
    """One running server."""

    settings: ServerSettings
    readers: Readers
    metrics: Metrics
    encoder: Callable[..., Encoder]
    model: LanguageModel | None
    prompts: Prompts
    writers: (
        ThreadPoolExecutor  # where answers go on once their passages are found, so that no reader waits for a model
    )

    async def read(self, work: Callable[[Reader], T]) -> T:
        """What `work` returns, done by a reader."""
        return await self.readers.run(work)

    def close(self) -> None:
        """Let what runs end."""
        self.writers.shutdown()
        self.readers.close()


def open_state(settings: ServerSettings) -> State:
    """Open the library and read the prompts. Raises UserError where one of them cannot be."""
    encoder = cache(load_encoder)
    return State(
        settings=settings,
        readers=Readers(settings.library, settings.readers, encoder),
        metrics=Metrics(),
        encoder=encoder,
        model=settings.model(),
        prompts=Prompts(settings.prompts),
        writers=ThreadPoolExecutor(WRITERS, "litdex-writer"),
    )


def _state(request: Request) -> State:
    found: State = request.app.state.litdex
    return found


Shared = Annotated[State, Depends(_state)]
"""A parameter of a route: the running server."""
