"""Passages for a question, found in a library that is opened on first use: what the adapters stand on."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from litdex.encoder.load import load_encoder
from litdex.index.library import Library
from litdex.rag.context import BUDGET, Context, build_context
from litdex.search.entities import entity_filter
from litdex.search.filters import build_filter
from litdex.search.searcher import Searcher


class Retriever:
    """The passages that a question's answer may stand in.

    `year` and `entities` restrict the papers as `litdex search --year` and `--entity` do. One call at a time.
    """

    def __init__(
        self, library: str | Path, *, budget: int = BUDGET, year: str = "", entities: Sequence[str] = ()
    ) -> None:
        self._folder, self._budget = Path(library), budget
        self._year, self._entities = year, tuple(entities)
        self._encoder = cache(load_encoder)
        self._one = threading.Lock()

    def context(self, question: str) -> Context:
        """The passages with their keys. Raises as `build_context` and `Library.open` do."""
        # Opened anew each time: the library may be written to meanwhile, and an open engine would keep a writer out.
        with self._one, Library.open(self._folder) as library, Searcher(library, self._encoder) as searcher:
            where = build_filter(year=self._year) & entity_filter(library.entities, self._entities)
            return build_context(searcher, question, budget=self._budget, where=where)
