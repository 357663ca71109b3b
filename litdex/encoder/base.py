"""The interface of every encoder: texts in, unit vectors out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Turns text into vectors of unit length, so that a dot product is a cosine."""

    @property
    def name(self) -> str:
        """What a user calls it: "litdex-small", or the name or folder it was loaded from."""

    @property
    def fingerprint(self) -> str:
        """A short hash of weights, tokenizer and settings. Two encoders with one fingerprint give one vector space."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, unit length. `progress` is told each batch's size."""

    def encode_query(self, text: str) -> Vectors:
        """One vector of shape (dimension,), float32, unit length."""
