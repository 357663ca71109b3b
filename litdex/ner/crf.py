"""A linear-chain CRF in numpy: the best tags of many sentences at once, and the probability of a span.

Sentences come padded, the longest first, so that at each place those still running are a slice. Source: Rabiner, "A
tutorial on hidden Markov models", Proc. IEEE 77(2), 1989 (forward-backward with scaling); the scores are those of
pytorch-crf: a start for the first tag, a transition for each pair, an end for the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Probabilities = NDArray[np.float64]
Tags = NDArray[np.intp]

_LOWEST = -600.0
"""Below this, relative to the best tag of a word, a score counts as this: its exponential must stay above zero."""


@dataclass(frozen=True, slots=True)
class Crf:
    """Scores: `start` and `end` of shape (tags,), `transitions` (tags, tags) from row to column."""

    start: Scores
    end: Scores
    transitions: Scores

    def decode(self, emissions: Scores, lengths: Sequence[int]) -> list[Tags]:
        """The best tags of each sentence, by Viterbi.

        `emissions` has shape (sentences, words, tags); `lengths` are from 1 up and never rise.
        """
        running = _running(lengths)
        into = np.ascontiguousarray(self.transitions.T)  # (to, from)
        score = emissions[:, 0] + self.start
        back = np.zeros(emissions.shape, np.intp)
        for at in range(1, len(running)):
            reach = running[at]
            among = score[:reach, None, :] + into  # (sentences, to, from)
            among.argmax(axis=2, out=back[:reach, at])
            score[:reach] = among.max(axis=2) + emissions[:reach, at]
        tag = (score + self.end).argmax(axis=1)
        path = np.zeros(emissions.shape[:2], np.intp)
        path[np.arange(len(lengths)), np.asarray(lengths) - 1] = tag
        for at in range(len(running) - 1, 0, -1):
            rows = np.arange(running[at])
            path[rows, at - 1] = back[rows, at, path[rows, at]]
        return [row[:length] for row, length in zip(path, lengths, strict=True)]

    def lattice(self, emissions: Scores, lengths: Sequence[int]) -> Lattice:
        """All paths of each sentence, with their probabilities. Arguments as for `decode`."""
        wide = emissions.astype(np.float64)
        weights = np.exp(np.maximum(wide - wide.max(axis=2, keepdims=True), _LOWEST))
        start, end, step = _exponential(self.start), _exponential(self.end), _exponential(self.transitions)
        running = _running(lengths)
        forward, scale = np.zeros(weights.shape), np.ones(weights.shape[:2])
        reached = weights[:, 0] * start
        for at, rows in enumerate(running):
            if at:
                reached = (forward[:rows, at - 1] @ step) * weights[:rows, at]
            scale[:rows, at] = reached.sum(axis=1)
            forward[:rows, at] = reached / scale[:rows, at, None]
        backward = np.zeros(weights.shape)
        last = np.asarray(lengths) - 1
        all_rows = np.arange(len(lengths))
        backward[all_rows, last] = end / (forward[all_rows, last] @ end)[:, None]
        for at in range(len(running) - 1, 0, -1):
            rows = running[at]
            onward = weights[:rows, at] * backward[:rows, at] / scale[:rows, at, None]
            backward[:rows, at - 1] = onward @ step.T
        return Lattice(step, weights, forward, backward, scale)


@dataclass(frozen=True, slots=True)
class Lattice:
    """Forward and backward probabilities, scaled so that at each word their products are the tags' marginals."""

    step: Probabilities  # (tags, tags)
    weights: Probabilities  # (sentences, words, tags), as the next two
    forward: Probabilities
    backward: Probabilities
    scale: Probabilities  # (sentences, words)

    def marginals(self) -> Probabilities:
        """The probability of each tag at each word, (sentences, words, tags); zero behind a sentence's end."""
        return self.forward * self.backward

    def probability(self, sentence: int, first: int, tags: Sequence[int]) -> float:
        """The probability that the words from `first` on have exactly these tags, whatever the others have."""
        value = float(self.forward[sentence, first, tags[0]])
        for at, (before, after) in enumerate(pairwise(tags), start=first + 1):
            value *= self.step[before, after] * self.weights[sentence, at, after] / self.scale[sentence, at]
        return float(min(1.0, value * self.backward[sentence, first + len(tags) - 1, tags[-1]]))


def _running(lengths: Sequence[int]) -> list[int]:
    """How many sentences reach each word, the first of all: (words of the longest,)."""
    counts: list[int] = (np.asarray(lengths)[:, None] > np.arange(max(lengths))).sum(axis=0).tolist()
    return counts


def _exponential(scores: Scores) -> Probabilities:
    """Their exponentials; what is forbidden becomes zero."""
    return np.exp(scores.astype(np.float64))
