"""From the truth to the engines: embed what is pending and let the engines take it over.

The order makes a kill at any moment harmless: the truth was committed before, the engines' `replace` may be repeated,
and an entry leaves the outbox only after both engines have it on disk.
"""

from __future__ import annotations

from collections.abc import Callable

from litdex.encoder.base import Encoder
from litdex.errors import SystemFault
from litdex.index.documents import documents
from litdex.index.engine import Document
from litdex.index.library import Library
from litdex.index.schema import transaction
from litdex.ingest.passages import embedding_text

BATCH_PASSAGES = 1024
"""How many passages are embedded and written together: what a kill can cost at most."""
OPTIMISE_AT = 10_000
"""How many passages must be new, at least, before the vector engine is told to optimise itself."""


def apply_pending(library: Library, encoder: Encoder, progress: Callable[[int], None] | None = None) -> int:
    """Bring both engines up to date; returns how many passages were embedded. The caller holds the write lock."""
    words, meanings = library.generation("lexical"), library.generation("vectors")
    if words is None or meanings is None:
        raise SystemFault(f"{library.folder} has no engines yet")
    lexical = library.lexical(words, writable=True)
    embedded = 0
    try:
        while papers := library.outbox.papers(BATCH_PASSAGES):
            papers, batch = _take(library, papers)
            entries = library.outbox.of(papers)
            texts = [embedding_text(document.title, document.text) for document in batch]
            embeddings = encoder.encode_passages(texts, progress)
            lexical.replace(papers, batch)
            vectors = library.vectors(meanings, writable=True)
            try:
                vectors.replace(papers, batch, embeddings)
            finally:
                vectors.close()
            with transaction(library.connection):
                library.outbox.applied(entries)
            embedded += len(batch)
    finally:
        lexical.close()
    return embedded


def optimise(library: Library, added: int) -> None:
    """Let the vector engine quantise, where a whole ingest added so much that searches gain more than it costs."""
    generation = library.generation("vectors")
    if generation is None or added < max(OPTIMISE_AT, library.store.counts()[1] // 10):
        return
    vectors = library.vectors(generation, writable=True)
    try:
        vectors.optimise()
    finally:
        vectors.close()


def _take(library: Library, papers: list[int]) -> tuple[list[int], list[Document]]:
    """As many of the papers as make a batch, and their documents. A paper that is gone has none."""
    taken: list[int] = []
    batch: list[Document] = []
    for paper in papers:
        card = library.store.card(paper)
        if card:
            batch.extend(documents(card, library.store.passages(paper)))
        taken.append(paper)
        if len(batch) >= BATCH_PASSAGES:
            break
    return taken, batch
