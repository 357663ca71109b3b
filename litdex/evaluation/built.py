"""A library made from a collection's corpus, kept in a cache: the second evaluation of a collection ingests nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from litdex.encoder.base import Encoder
from litdex.errors import UserError
from litdex.evaluation.collection import Collection
from litdex.index.library import Library
from litdex.pipeline.ingest import Progress, ingest


def default_cache() -> Path:
    """The folder for such libraries in the user's cache."""
    from platformdirs import user_cache_path

    return user_cache_path("litdex") / "evaluation"


def built(
    collection: Collection, encoder: Callable[[], Encoder], cache: Path, progress: Progress | None = None
) -> Path:
    """The folder of a library of the collection's corpus, one for each corpus file and encoder.

    An interrupted build goes on where it stopped; a corpus that changed is read again. Raises UserError where the
    collection has no corpus, and as `ingest` does.
    """
    if collection.corpus is None:
        raise UserError(f"{collection.name} has no corpus: name a library that holds its documents with --library")
    corpus = collection.corpus.resolve()
    place = hashlib.blake2b(str(corpus).encode(), digest_size=6).hexdigest()
    name = "".join(char if char.isalnum() else "-" for char in collection.name.split("/")[0])
    folder = cache / f"{name}-{place}-{encoder().fingerprint[:12]}"
    with Library.open_or_create(folder) as library:
        ingest(library, [corpus], encoder, prune=True, progress=progress)
    return folder
