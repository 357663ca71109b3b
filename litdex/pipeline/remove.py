"""Take papers out of the library and its engines; files on disk are not touched."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from litdex.encoder.base import Encoder
from litdex.errors import NothingFound
from litdex.index.library import Library, encoder_for
from litdex.index.outbox import Kind
from litdex.index.sources import Sources
from litdex.pipeline.apply import Applied, apply_pending


@dataclass(frozen=True, slots=True)
class Removed:
    """How many papers went, and the engines that still have them until the next ingest, with the reason."""

    papers: int
    missing: Mapping[Kind, str] = field(default_factory=dict)


def remove(library: Library, papers: Sequence[str], load: Callable[..., Encoder]) -> Removed:
    """Remove the papers that go by these ids. Raises NothingFound where one is not here, and then removes none.

    A removed paper stays out when its unchanged file is read again.
    """
    with library.writing():
        found = {paper: library.store.find(paper) for paper in papers}
        unknown = [paper for paper, number in found.items() if number is None]
        if unknown:
            raise NothingFound(f"nothing removed: no paper {', '.join(unknown)} in {library.folder}")
        numbers = sorted({number for number in found.values() if number is not None})
        Sources(library.connection).remove(numbers)
        used = library.generation("vectors")
        applied = apply_pending(library, encoder_for(used, load, library.folder)) if used else Applied()
    return Removed(len(numbers), applied.missing)
