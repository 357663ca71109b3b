"""The engines by name, and what can be done with one generation of each: open it, publish it, drop it.

A generation of an embedded engine is a folder; of a server, an index or a collection called `NAME-gN`, N being the
generation's number. litdex itself always opens a generation by that name: which one is in use says the library's
database, so a search never mixes two. `publish` moves the alias NAME, by which others know it, in one step.
"""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

from litdex.errors import UserError
from litdex.index.engine import Engine, LexicalIndex, VectorIndex
from litdex.index.lexical import analysers
from litdex.index.outbox import Generation

READER_PATIENCE = 2.0
"""How long a search waits, in seconds, for a writer to let go of the vector engine, which takes it for moments only."""
WRITER_PATIENCE = 60.0
"""How long the writer waits for searches to let go of it."""


class Backend(Protocol):
    """What can be done with a generation. `folder` is where an embedded engine keeps it, and nothing to a server."""

    def open(self, generation: Generation, folder: Path, writable: bool) -> Engine:
        """Open it; a writer makes it where it is not there yet. Raises SystemFault and LibraryBusy."""

    def publish(self, generation: Generation) -> None:
        """Let the library's name on the server mean this generation from now on, in one step."""

    def drop(self, generation: Generation, folder: Path) -> None:
        """Delete it. Nothing happens where it is gone already."""


def open_lexical(generation: Generation, folder: Path, *, writable: bool = False) -> LexicalIndex:
    """Open a generation of a lexical engine."""
    return cast(LexicalIndex, backend(generation.engine).open(generation, folder, writable))


def open_vectors(generation: Generation, folder: Path, *, writable: bool = False) -> VectorIndex:
    """Open a generation of a vector engine."""
    return cast(VectorIndex, backend(generation.engine).open(generation, folder, writable))


def backend(engine: str) -> Backend:
    """The engine of that name, imported when it is first asked for: clients are slow to import."""
    try:
        module, _, name = BACKENDS[engine].partition(":")
    except KeyError:
        raise UserError(f"this library's engine {engine!r} is not known to this litdex: upgrade litdex") from None
    return cast(Backend, getattr(importlib.import_module(module), name)())


class Tantivy:
    """The embedded lexical engine."""

    def open(self, generation: Generation, folder: Path, writable: bool) -> Engine:
        """As the interface says."""
        from litdex.index.lexical.analysis import Writing
        from litdex.index.tantivy.engine import TantivyIndex

        analyser = str(generation.settings.get("analyzer", analysers.DEFAULT))
        writing = Writing.of(generation.settings)
        return TantivyIndex.open(folder, writable=writable, analyser=analyser, writing=writing)

    def publish(self, generation: Generation) -> None:
        """Nothing: nobody else knows it by a name."""

    def drop(self, generation: Generation, folder: Path) -> None:
        """As the interface says."""
        shutil.rmtree(folder, ignore_errors=True)


class Edge(Tantivy):
    """The embedded vector engine; a writer waits for readers to close it, and they for it."""

    def open(self, generation: Generation, folder: Path, writable: bool) -> Engine:
        """As the interface says."""
        from litdex.index.edge.engine import EdgeIndex

        dimension = int(generation.settings["dimension"])
        patience = WRITER_PATIENCE if writable else READER_PATIENCE
        return EdgeIndex.open(folder, dimension, writable=writable, patience=patience)


BACKENDS: Mapping[str, str] = {
    "tantivy": "litdex.index.engines:Tantivy",
    "qdrant-edge": "litdex.index.engines:Edge",
    "elasticsearch": "litdex.index.elasticsearch.engine:Elastic",
    "qdrant": "litdex.index.qdrant.engine:Qdrant",
}
