"""Fixtures for tests of the library: an empty one, and a small encoder that is quick and deterministic."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from litdex.encoder.base import Vectors
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


def engines(library: Library) -> tuple[LexicalIndex, VectorIndex]:
    """Both engines of a library that has been ingested into, for reading."""
    words, meanings = library.generation("lexical"), library.generation("vectors")
    assert words is not None
    assert meanings is not None
    return library.lexical(words), library.vectors(meanings)


@pytest.fixture
def encoder() -> HashingEncoder:
    """The small encoder."""
    return HashingEncoder()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    with Library.open_or_create(tmp_path / "library") as opened:
        yield opened
