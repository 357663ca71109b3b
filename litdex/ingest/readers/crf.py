"""Decoding with a conditional random field that crfsuite trained; models are loaded when first needed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pycrfsuite


def model_file(name: str) -> Path:
    """Where a model that ships lies: LITDEX_MODELS, else beside the package, else in its checkout."""
    package = Path(__file__).resolve().parents[2]
    folders = (
        [Path(named)]
        if (named := os.environ.get("LITDEX_MODELS"))
        else [package / "_models", package.parent / "models"]
    )
    return next((folder / "litdex-readers" / name for folder in folders if folder.is_dir()), Path(name))


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
