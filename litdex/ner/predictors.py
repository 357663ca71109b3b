"""Every kind of tagger behind one face for evaluation: heads, and the spans that each finds in a corpus's sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from litdex.errors import UserError
from litdex.ner.corpora.joining import groups_of, joined, parted
from litdex.ner.corpora.read import read_corpus
from litdex.ner.corpora.schemes import parse, spans_of
from litdex.ner.corpora.sentence import Sentence, Span
from litdex.runtime.weights import models_folder

DICTIONARY = "dictionary"
"""The name of the floor: the longest match in a list of the training split's mentions."""


class Predictor(Protocol):
    """A tagger under evaluation."""

    @property
    def heads(self) -> Mapping[str, frozenset[str]]:
        """The entity types of each head."""

    def predict(self, head: str, sentences: Sequence[Sentence]) -> list[list[Span]]:
        """The spans that `head` finds in each sentence."""


def open_predictor(model: str, corpus: Path, types: Mapping[str, str], join: int | None = None) -> Predictor:
    """The tagger in the folder `model`, exported or as training left it, or the dictionary of `corpus`'s train split.

    Neighbouring sentences are read together up to `join` words, or as in training where it is None. Raises `UserError`
    where there is no tagger.
    """
    from litdex.ner.exported import is_exported_tagger

    if model == DICTIONARY:
        return _Dictionary(read_corpus(corpus, "train", types))
    folder = Path(model) if Path(model).exists() else models_folder() / model
    if is_exported_tagger(folder):
        return _Exported(folder, join)
    if (folder / "tagger.json").is_file():
        return _Trained(folder, join)
    raise UserError(
        f"{model} holds no tagger: name a folder that `litdex ner train` or `litdex ner export` wrote, or {DICTIONARY}."
    )


def head_for(predictor: Predictor, corpus: Path, types: frozenset[str]) -> str:
    """The head that `corpus` belongs to: one whose name is in the corpus's, else the one that shares most types."""
    heads = predictor.heads
    named = [name for name in heads if name.lower() in corpus.name.lower().replace("-", "")]
    if named:
        return max(named, key=len)
    return max(heads, key=lambda name: (len(heads[name] & types), -len(heads[name])))


class _Dictionary:
    def __init__(self, sentences: Sequence[Sentence]) -> None:
        from litdex.ner.dictionary import from_corpus

        self._tagger = from_corpus(sentences)
        self.heads = {DICTIONARY: frozenset(self._tagger.types)}

    def predict(self, head: str, sentences: Sequence[Sentence]) -> list[list[Span]]:
        return self._tagger.predict(sentences)


class _Exported:
    def __init__(self, folder: Path, join: int | None) -> None:
        from litdex.ner.exported import read_tagger_settings
        from litdex.ner.inference import OnnxTagger

        settings = read_tagger_settings(folder)
        self._tagger, self._join = OnnxTagger(folder), settings.join if join is None else join
        self.heads = {head.name: _types(head.tags) for head in settings.heads}

    def predict(self, head: str, sentences: Sequence[Sentence]) -> list[list[Span]]:
        groups = list(groups_of(sentences, self._join))
        tags = self._tagger.tags([joined(group).words for group in groups])[head]
        return [spans_of(row) for row in parted(groups, tags)]


class _Trained:
    def __init__(self, folder: Path, join: int | None) -> None:
        from litdex.ner.training.reading import Reader
        from litdex.ner.training.saved import cutters, load

        found = load(folder)
        self._reader = Reader(found.model, cutters(found.tokenizers))
        self._join = {name: found.join.get(name, 0) if join is None else join for name in found.model.heads}
        self.heads = {name: _types(found.model.head(name).tags) for name in found.model.heads}

    def predict(self, head: str, sentences: Sequence[Sentence]) -> list[list[Span]]:
        return self._reader.read(head, sentences, join=self._join[head]).spans


def _types(tags: Sequence[str]) -> frozenset[str]:
    return frozenset(kind for _, kind in map(parse, tags) if kind)
