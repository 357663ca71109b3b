"""Corpora to training texts and batches.

All that is random comes from a generator that the caller seeds for each epoch, so a resume repeats it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from litdex.errors import UserError
from litdex.ingest.sentences import sentences
from litdex.ner.corpora.joining import groups_of, joined
from litdex.ner.corpora.read import read_corpus
from litdex.ner.corpora.sentence import Sentence
from litdex.ner.noise import noisy
from litdex.ner.pieces import Pieces
from litdex.ner.substitution import pool_of, substituted
from litdex.ner.training.config import Config, Corpus
from litdex.ner.words import words

PLAIN = ""  # stands for a corpus's name: text that nobody annotated
CHUNK = 50  # batches' worth of texts that are sorted by length together


@dataclass(frozen=True, slots=True)
class Example:
    """One text of one corpus with the pieces of each word, for each encoder."""

    corpus: str
    sentence: Sentence
    pieces: tuple[list[list[int]], ...]

    @property
    def size(self) -> int:
        """Its length in the pieces of the encoder that makes most of them, with the two special ones."""
        return 2 + max(sum(map(len, cut)) for cut in self.pieces)


class Corpora:
    """The train and devel splits of a config's corpora. Raises `UserError` where one cannot be read."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.train = {
            name: read_corpus(corpus.path, "train", corpus.types, corpus.longest)
            for name, corpus in config.corpora.items()
        }
        most = config.training.devel or None
        self.devel = {
            name: read_corpus(corpus.path, "devel", corpus.types)[:most] for name, corpus in config.corpora.items()
        }
        self._pools = {name: pool_of(sentences) for name, sentences in self.train.items()}
        self._plain = plain_texts(config.teacher.texts) if config.teacher.texts and config.teacher.taggers else []

    def types(self) -> dict[str, list[str]]:
        """The types that occur in each corpus's training split, in alphabetical order."""
        return {
            name: sorted({span.type for sentence in sentences for span in sentence.spans})
            for name, sentences in self.train.items()
        }

    def batches(self, epoch: int, cutters: Sequence[Pieces]) -> list[list[Example]]:
        """All batches of an epoch, in order: each of one corpus, the corpora mixed."""
        seed = self._config.training.seed
        order, changes = random.Random(f"{seed}:{epoch}"), np.random.default_rng([seed, epoch])
        found = {
            name: texts_of_epoch([self._augmented(name, one, changes) for one in self.train[name]], corpus, order)
            for name, corpus in self._config.corpora.items()
        }
        if self._plain:
            found[PLAIN] = self._unannotated(sum(map(len, found.values())), order)
        batches: list[list[Example]] = []
        for name, texts in found.items():
            cut = [cutter.cut([text.words for text in texts]) for cutter in cutters]
            examples = [Example(name, text, tuple(pieces[at] for pieces in cut)) for at, text in enumerate(texts)]
            batches += batches_of(examples, self._config.training.batch, order)
        order.shuffle(batches)
        return batches

    def _unannotated(self, annotated: int, rng: random.Random) -> list[Sentence]:
        """An epoch's share of the teachers' text."""
        wanted = round(self._config.teacher.share * annotated)
        found: list[Sentence] = []
        while len(found) < wanted:
            found += read_together(rng.choice(self._plain), self._config.teacher.join)
        return found[:wanted]

    def _augmented(self, name: str, sentence: Sentence, rng: np.random.Generator) -> Sentence:
        settings = self._config.augmentation
        if settings.substitution:
            sentence = substituted(sentence, self._pools[name], settings.substitution, rng)
        if settings.noise and rng.random() < settings.noisy:
            sentence = noisy(sentence, settings.noise, rng)
        return sentence


def plain_texts(path: Path) -> list[str]:
    """Title and abstract of each paper in a file of JSON lines. Raises `UserError` where it is none."""
    try:
        with path.open(encoding="utf-8") as lines:
            papers = [json.loads(line) for line in lines]
        return [f"{paper['title'].rstrip('.')}. {paper['abstract']}" for paper in papers]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"teacher.texts: {path} is no file of JSON lines with title and abstract ({error!r})."
        ) from None


def read_together(text: str, most: int) -> Iterator[Sentence]:
    """A text's sentences, as they are read together when a tagger reads it: up to `most` words."""
    cut = [
        [text[start + first : start + last] for first, last in words(text[start:end])] for start, end in sentences(text)
    ]
    parts = [Sentence(tuple(some), (True,) * len(some), document="-") for some in cut if some]
    return map(joined, groups_of(parts, most))


def texts_of_epoch(sentences: Sequence[Sentence], corpus: Corpus, rng: random.Random) -> list[Sentence]:
    """The texts that one epoch takes from a corpus, in random order: joined anew, thinned, and as many as its share."""
    texts = [joined(group) for group in groups_of(sentences, corpus.join, rng.randint(1, corpus.join or 1))]
    rng.shuffle(texts)
    if corpus.without is not None:
        having = [text for text in texts if text.spans]
        texts = having + [text for text in texts if not text.spans][: round(corpus.without * len(having))]
        rng.shuffle(texts)
    times, rest = divmod(round(corpus.share * len(texts)), max(1, len(texts)))
    return texts * times + texts[:rest]


def batches_of(examples: Sequence[Example], most: int, rng: random.Random) -> list[list[Example]]:
    """Batches of one corpus, at most `most` pieces each, padding too; a text longer than that is a batch by itself."""
    size = max(1, sum(example.size for example in examples) // most)
    width = max(1, CHUNK * len(examples) // size)
    batches: list[list[Example]] = []
    for start in range(0, len(examples), width):
        chunk = sorted(examples[start : start + width], key=lambda example: example.size)
        batches += _filled(chunk, most)
    rng.shuffle(batches)
    return batches


def _filled(ordered: Sequence[Example], most: int) -> Iterator[list[Example]]:
    """Batches of neighbours; `ordered` grows in size, so a text's own size is the width of the batch it joins."""
    batch: list[Example] = []
    for example in ordered:
        if batch and example.size * (len(batch) + 1) > most:
            yield batch
            batch = []
        batch.append(example)
    if batch:
        yield batch
