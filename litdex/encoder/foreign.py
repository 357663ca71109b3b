"""Any model that sentence-transformers loads, as a litdex encoder. Needs the extra `train`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from litdex.encoder.base import Vectors
from litdex.errors import UserError

BATCH = 32


def load_foreign(name: str) -> ForeignEncoder:
    """The sentence-transformers model in the folder, or of the hub name, `name`. Raises `UserError` without one."""
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise UserError(
            f"encoder {name!r} is not in litdex's own format: loading it needs pip install 'litdex[train]'"
        ) from error
    try:
        model = SentenceTransformer(name, device="cpu")
    except Exception as error:  # whatever a hub, a disk or a model's own code raises
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise UserError(f"encoder {name!r} cannot be loaded as a sentence-transformers model: {reason}") from error
    return ForeignEncoder(name, model)


class ForeignEncoder:
    """Wraps a `SentenceTransformer`; its own prompts, if it has them, are put before queries and passages."""

    def __init__(self, name: str, model: Any) -> None:
        self.name = name
        self.fingerprint = _fingerprint(model)
        self.dimension = int(model.get_embedding_dimension())
        self._model = model

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, unit length. `progress` is told each batch's size."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            batch = [_clean(text) for text in texts[start : start + BATCH]]
            vectors[start : start + len(batch)] = _unit(self._model.encode_document(batch, show_progress_bar=False))
            if progress:
                progress(len(batch))
        return vectors

    def encode_query(self, text: str) -> Vectors:
        """One vector of shape (dimension,), float32, unit length."""
        vector: Vectors = _unit(self._model.encode_query([_clean(text)], show_progress_bar=False))[0]
        return vector


def _unit(vectors: Any) -> Vectors:
    wide = np.asarray(vectors, dtype=np.float32)
    unit: Vectors = wide / np.linalg.norm(wide, axis=1, keepdims=True)
    return unit


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _fingerprint(model: Any) -> str:
    """16 hexadecimal digits over weights, tokenizer, prompts and length."""
    digest = hashlib.sha256(json.dumps([model.prompts, model.max_seq_length, str(model)]).encode())
    digest.update(json.dumps(sorted(model.tokenizer.get_vocab().items())).encode())
    for key, tensor in model.state_dict().items():
        digest.update(key.encode() + tensor.float().numpy().tobytes())
    return digest.hexdigest()[:16]
