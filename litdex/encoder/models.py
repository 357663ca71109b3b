"""Any model as one function from texts to unit vectors, so that training and evaluation treat them alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np

from litdex.encoder.base import Vectors
from litdex.errors import UserError

Side = Literal["query", "passage", "text"]


class Embedder(Protocol):
    """Texts to unit vectors (n, dimension), float32. A model may treat queries, passages and plain texts apart."""

    def __call__(self, texts: Sequence[str], side: Side = "text") -> Vectors: ...


@dataclass(frozen=True, slots=True)
class Prefixes:
    """What a model wants before a query, a passage, and a text that is neither."""

    query: str = ""
    passage: str = ""
    text: str = ""


# By a part of the model's name; what each model's card asks for.
PREFIXES = {
    "bge": Prefixes(query="Represent this sentence for searching relevant passages: "),
    "e5": Prefixes(query="query: ", passage="passage: ", text="query: "),
}


def prefixes_of(name: str) -> Prefixes:
    """The prefixes that the model called `name` was trained with; none for those not known."""
    last = Path(name).name.lower()
    return next((prefixes for part, prefixes in PREFIXES.items() if last.startswith(part)), Prefixes())


def open_model(name: str, *, max_tokens: int = 256, device: str | None = None) -> Any:
    """A SentenceTransformer by folder or hub name; raises `UserError` where there is none."""
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(name, device=device)
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"no sentence-transformers model in {name} ({reason}). Name a folder that holds one.") from None
    model.max_seq_length = min(max_tokens, model.max_seq_length or max_tokens)
    return model


def embedder(model: Any, prefixes: Prefixes | None = None, *, batch_size: int = 32) -> Embedder:
    """A SentenceTransformer as an `Embedder`."""
    before = prefixes or Prefixes()

    def embed(texts: Sequence[str], side: Side = "text") -> Vectors:
        prefix = getattr(before, side)
        vectors = model.encode(
            [prefix + text for text in texts], batch_size=batch_size, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    return embed
