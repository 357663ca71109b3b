"""Character noise, as from optical character recognition and from misspelling.

It augments training, and it measures how much of a tagger's F1 survives it. The number of words never changes, so spans
stay where they are; punctuation is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from litdex.ner.corpora.sentence import Sentence

# What scanners take for one another, and what lies beside a key; both keep a word one run of letters and digits.
_SHAPES = """
l:1I 1:lI I:l1 i:lj j:i O:0Q 0:O o:0ce Q:O S:5 5:S B:8 8:B Z:2 2:Z G:6C 6:G g:q9 q:g9 9:gq e:co c:eo h:b b:h
n:u u:n v:y y:v a:o t:f f:t E:F F:E D:O U:V V:U C:G 3:8 7:1 4:A α:a β:B γ:y ν:v
"""
_LOOKALIKES = dict(pair.split(":") for pair in _SHAPES.split())
_PAIRS = {"m": "rn", "w": "vv", "d": "cl"}
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "1234567890")
_NEIGHBOURS = {key: row[max(0, at - 1) : at] + row[at + 1 : at + 2] for row in _ROWS for at, key in enumerate(row)}


def noisy(sentence: Sentence, rate: float, rng: np.random.Generator) -> Sentence:
    """The sentence with each letter and digit edited with probability `rate`, in [0, 1]."""
    return replace(sentence, words=tuple(_noisy_words(sentence.words, rate, rng)))


def _noisy_words(words: Iterable[str], rate: float, rng: np.random.Generator) -> Iterable[str]:
    for word in words:
        if not word.isalnum():
            yield word
            continue
        hits = np.flatnonzero(rng.random(len(word)) < rate)
        for at in hits[::-1]:  # from the back: what stands before an edit keeps its place
            word = _EDITS[rng.integers(len(_EDITS))](word, int(at), rng)
        yield word


def _look_alike(word: str, at: int, rng: np.random.Generator) -> str:
    """What a scanner may read: another shape, one letter for a pair, a pair for one letter."""
    letter = word[at]
    seen = _PAIRS.get(letter) or _choice(_LOOKALIKES.get(letter, ""), rng)
    return word[:at] + seen + word[at + 1 :] if seen else _wrong_key(word, at, rng)


def _wrong_key(word: str, at: int, rng: np.random.Generator) -> str:
    """The key beside the right one."""
    key = _choice(_NEIGHBOURS.get(word[at].lower(), ""), rng) or word[at]
    return word[:at] + (key.upper() if word[at].isupper() else key) + word[at + 1 :]


def _dropped(word: str, at: int, rng: np.random.Generator) -> str:
    return word[:at] + word[at + 1 :] if len(word) > 1 else word


def _doubled(word: str, at: int, rng: np.random.Generator) -> str:
    return word[: at + 1] + word[at:]


def _swapped(word: str, at: int, rng: np.random.Generator) -> str:
    return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]


def _choice(letters: str, rng: np.random.Generator) -> str:
    return letters[rng.integers(len(letters))] if letters else ""


_EDITS: tuple[Callable[[str, int, np.random.Generator], str], ...] = (
    _look_alike,
    _look_alike,  # twice: a third of the edits are a scanner's
    _wrong_key,
    _dropped,
    _doubled,
    _swapped,
)
