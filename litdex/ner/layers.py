"""What stands behind the encoders of an exported tagger, in numpy: characters, fusion, heads (see `exported`)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from litdex.ner.crf import Crf
from litdex.ner.exported import END, FIRST_CHARACTER, PADDING, START, UNKNOWN, TaggerSettings

Floats = NDArray[np.float32]
Arrays = Mapping[str, Floats]

_KNOWN_WORDS = 100_000  # vectors of words kept for the next batch


class Surface:
    """Words as they are written: a convolution over three neighbouring characters, and its maximum over the word."""

    def __init__(self, arrays: Arrays, settings: TaggerSettings) -> None:
        embedding, parts = arrays["surface.embedding"], np.split(arrays["surface.weight"], 3, axis=1)
        # What each character adds to a place's sum as its left neighbour, as itself and as its right neighbour.
        self._left, self._own, self._right = (embedding @ part.T for part in parts)
        self._bias = arrays["surface.bias"]
        self._ids = {character: FIRST_CHARACTER + at for at, character in enumerate(settings.characters)}
        self._length = settings.word_length
        self._known: dict[str, Floats] = {}

    def __call__(self, words: Sequence[str]) -> Floats:
        """Their vectors, (words, width)."""
        known = self._known if len(self._known) < _KNOWN_WORDS else {}
        new = [word for word in dict.fromkeys(words) if word not in known]
        known.update(zip(new, self._compute(new), strict=True))
        self._known = known  # of threads that do this at once, one may lose its new words: they are computed again
        return np.stack([known[word] for word in words])

    def _compute(self, words: Sequence[str]) -> Floats:
        """The same for distinct words."""
        if not words:
            return np.empty((0, len(self._bias)), np.float32)
        spelled = np.array([self._spelled(word) for word in words]).T  # (places, words)
        most = np.full((len(words), len(self._bias)), -np.inf, np.float32)
        for left, own, right in zip(spelled, spelled[1:], spelled[2:], strict=False):
            np.maximum(most, self._left[left] + self._own[own] + self._right[right], out=most)
        vectors: Floats = np.maximum(most + self._bias, 0)
        return vectors

    def _spelled(self, word: str) -> list[int]:
        ids = [self._ids.get(character, UNKNOWN) for character in word[: self._length]]
        return [PADDING, START, *ids, END, PADDING, *[PADDING] * (self._length - len(ids))]


class Fusion:
    """One vector a word from those of all encoders, and of its characters."""

    def __init__(self, arrays: Arrays, settings: TaggerSettings) -> None:
        attention = settings.fusion == "attention"
        self._gate = (arrays["gate.weight"].T, arrays["gate.bias"]) if attention else None
        self._weight, self._bias = arrays["fusion.weight"].T, arrays["fusion.bias"]
        self._surface = Surface(arrays, settings) if settings.characters else None

    def __call__(self, encoded: Sequence[Floats], words: Sequence[str]) -> Floats:
        """Vectors (words, width) of each encoder to (words, hidden)."""
        parts = list(encoded)
        if self._gate:
            weight, bias = self._gate
            weights = _softmax(np.concatenate(parts, axis=1) @ weight + bias)
            parts = [part * weights[:, at : at + 1] for at, part in enumerate(parts)]
        if self._surface:
            parts.append(self._surface(words))
        fused: Floats = np.maximum(np.concatenate(parts, axis=1) @ self._weight + self._bias, 0)
        return fused


@dataclass(frozen=True, slots=True)
class Head:
    """One corpus's tags, their scores and its CRF."""

    tags: tuple[str, ...]
    weight: Floats  # (hidden, tags)
    bias: Floats
    crf: Crf
    domain: Floats | None = None  # (hidden + 1): a logistic regression on a text's mean vector, its constant last

    def emissions(self, fused: Floats) -> Floats:
        """Vectors (words, hidden) to scores (words, tags)."""
        scores: Floats = fused @ self.weight + self.bias
        return scores

    def trust(self, fused: Floats) -> float:
        """How far to trust the head in a text, vectors (words, hidden), in [0, 1].

        1 where the text is of the kind that the head learnt from, so far as is known; less the surer it is not.
        """
        if self.domain is None:
            return 1.0
        score = float(fused.mean(axis=0) @ self.domain[:-1] + self.domain[-1])
        return 1.0 if score >= 0 else 2 / (1 + math.exp(min(-score, 50.0)))


def heads_of(arrays: Arrays, settings: TaggerSettings) -> dict[str, Head]:
    """Each head by its corpus. Raises KeyError where an array is missing, ValueError where one has another shape."""
    return {head.name: _head(arrays, f"head.{head.name}", head.tags) for head in settings.heads}


def _head(arrays: Arrays, name: str, tags: tuple[str, ...]) -> Head:
    start, end, transitions = (arrays[f"{name}.{part}"] for part in ("start", "end", "transitions"))
    weight, bias = arrays[f"{name}.weight"].T, arrays[f"{name}.bias"]
    shapes = [start.shape, end.shape, transitions.shape, weight.shape[1:], bias.shape]
    if shapes != [(len(tags),), (len(tags),), (len(tags), len(tags)), (len(tags),), (len(tags),)]:
        raise ValueError(f"{name} has arrays of shapes {shapes} for {len(tags)} tags")
    return Head(tags, weight, bias, Crf(start, end, transitions), arrays.get(f"{name}.domain"))


def _softmax(scores: Floats) -> Floats:
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return shares
