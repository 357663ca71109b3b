"""What tests of the library share: small papers, and a small encoder that is quick and deterministic."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from litdex.encoder.base import Vectors
from litdex.errors import UserError
from litdex.index.engine import LexicalIndex, VectorIndex
from litdex.index.library import Library


class HashingEncoder:
    """A real, if simple, encoder: each word adds a fixed random direction. Equal texts have equal vectors."""

    name = "hashing"
    fingerprint = "hashing-32"
    dimension = 32

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """One vector a text."""
        vectors = np.array([self.encode_query(text) for text in texts], dtype=np.float32)
        if progress:
            progress(len(texts))
        return vectors.reshape(len(texts), self.dimension)

    def encode_query(self, text: str) -> Vectors:
        """The normalised sum of the words' directions."""
        total = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in re.findall(r"\w+", text.lower()):
            seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest(), "big")
            total += np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
        return np.asarray(total / np.linalg.norm(total), dtype=np.float32)


class OtherEncoder(HashingEncoder):
    """Another space of vectors, and a smaller one."""

    name = "other"
    fingerprint = "hashing-16"
    dimension = 16


def load(source: str | None = None) -> HashingEncoder:
    """As `load_encoder` does: the small encoder, or by its name the other one."""
    if source not in (None, "hashing", "other"):
        raise UserError(f"no encoder {source}")
    return OtherEncoder() if source == "other" else HashingEncoder()


def small_papers(path: Path, numbers: Iterable[int]) -> Path:
    """A file of small papers, ids 0901.0000 and on."""
    records = [
        {
            "id": f"0901.{n:04d}",
            "title": f"Paper {n} on spinning topic{n % 8}",
            "abstract": f"The papers of topic{n % 8} share matter; this is number {n * 7919 % 101} of them.",
            "categories": ["quant-ph"],
            "authors": ["Ada Lovelace"],
            "date": f"{2000 + n % 20}-01-01",
        }
        for n in numbers
    ]
    path.write_text("\n".join(map(json.dumps, records)))
    return path


def engines(library: Library) -> tuple[LexicalIndex, VectorIndex]:
    """Both engines of a library that has been ingested into, for reading."""
    words, meanings = library.generation("lexical"), library.generation("vectors")
    assert words is not None
    assert meanings is not None
    return library.lexical(words), library.vectors(meanings)
