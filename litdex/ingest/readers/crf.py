"""Decoding with a conditional random field that crfsuite trained; models are loaded when first needed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pycrfsuite

from litdex.runtime.weights import models_folder


def model_file(name: str) -> Path:
    """Where a model that ships lies. Raises `UserError` where the weights are missing."""
    return models_folder() / "litdex-readers" / name


@cache
def tagger(path: Path) -> pycrfsuite.Tagger:
    """The model in a file, opened once in a process."""
    opened = pycrfsuite.Tagger()
    opened.open(str(path))
    return opened


def tag_surely(path: Path, items: Sequence[Sequence[str]]) -> list[tuple[str, float]]:
    """As `tag`, each label with its probability at its place."""
    if not items:
        return []
    opened = tagger(path)
    labels = opened.tag(pycrfsuite.ItemSequence(items))
    return [(label, opened.marginal(label, at)) for at, label in enumerate(labels)]


def tag(path: Path, items: Sequence[Sequence[str]]) -> list[str]:
    """The most likely labels of a sequence of items, each given by the names of its features."""
    return list(tagger(path).tag(pycrfsuite.ItemSequence(items))) if items else []
