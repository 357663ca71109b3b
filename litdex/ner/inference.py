"""The tagger that litdex runs: ONNX Runtime and numpy, no torch.

Texts are cut into sentences, or groups of neighbouring ones where the model was trained so, and these into words.
Groups of like length are read side by side, each on one thread; every head decodes the same vectors. In a text of
another kind than a head's corpus, what it finds must be nearly certain: a head that learnt diseases from biomedical
abstracts sees some in every field of science.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path

import numpy as np

from litdex.ingest.sentences import sentences
from litdex.ner.corpora.schemes import parse, spans_of
from litdex.ner.exported import read_tagger_settings
from litdex.ner.layers import Floats, Head
from litdex.ner.mention import Mention
from litdex.ner.network import Network
from litdex.ner.overlaps import without_overlaps
from litdex.ner.words import words
from litdex.runtime.session import thread_count

AHEAD = 256  # readings sorted by length together; also bounds what is in memory
BATCH_WORDS = 512  # words of the readings that a thread takes at once
ABROAD = 0.5  # the confidence, times its trust, that a head needs in a text of another kind than its corpus
LONGEST = 1000  # words; a longer "sentence" is a table or a sequence, and is cut

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reading:
    """Words that are read together: a sentence or several, of the text with this number."""

    text: int
    places: list[Place]
    words: list[str]


@dataclass(frozen=True, slots=True)
class _Found:
    """What a head found in a reading: words `start` to `end` (end excluded)."""

    start: int
    end: int
    type: str
    confidence: float


class OnnxTagger:
    """An exported tagger (see `litdex.ner.exported`), loaded from its folder.

    Raises `UserError` where the settings are bad and `SystemFault` where a part cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        self._settings = read_tagger_settings(folder)
        self._threads = thread_count()
        self._network = Network(folder, self._settings)

    @property
    def name(self) -> str:
        """The name in the tagger's settings."""
        return self._settings.name

    @property
    def fingerprint(self) -> str:
        """The hash written at export."""
        return self._settings.fingerprint

    @property
    def types(self) -> tuple[str, ...]:
        """The types of all heads, each once."""
        tags = (tag for head in self._settings.heads for tag in head.tags)
        return tuple(dict.fromkeys(kind for _, kind in map(parse, tags) if kind))

    def tag(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> list[list[Mention]]:
        """The mentions of each text in order of place, none overlapping another. `progress` is told texts done."""
        found: list[list[Mention]] = [[] for _ in texts]
        waiting = readings(texts, self._settings.join)
        done = 0
        with ThreadPoolExecutor(self._threads) as pool:
            while ahead := list(islice(waiting, AHEAD)):
                batches = _batches(ahead)
                for batch, spans in zip(batches, pool.map(self._read, batches), strict=True):
                    for reading, candidates in zip(batch, spans, strict=True):
                        found[reading.text] += _mentions(texts[reading.text], reading.places, candidates)
                if progress and ahead[-1].text > done:
                    progress(ahead[-1].text - done)
                    done = ahead[-1].text
        if progress and done < len(texts):
            progress(len(texts) - done)
        return [without_overlaps(mentions) for mentions in found]

    def tags(self, texts: Sequence[Sequence[str]]) -> dict[str, list[list[str]]]:
        """The tags that each head, by its name, gives the words of each text, as they are: for evaluation."""
        found: dict[str, list[list[str]]] = {name: [[] for _ in texts] for name in self._network.heads}
        order = sorted((at for at, text in enumerate(texts) if text), key=lambda at: -len(texts[at]))
        for start in range(0, len(order), 16):
            batch = order[start : start + 16]
            lengths = [len(texts[at]) for at in batch]
            states = self._network.states([texts[at] for at in batch])
            for name, head in self._network.heads.items():
                decoded = head.crf.decode(_padded(head.emissions(states), lengths), lengths)
                for at, tags in zip(batch, decoded, strict=True):
                    found[name][at] = [head.tags[tag] for tag in tags]
        return found

    def _read(self, batch: Sequence[Reading]) -> list[list[_Found]]:
        """What all heads find in each of some readings, the longest first."""
        states = self._network.states([reading.words for reading in batch])
        lengths = [len(reading.words) for reading in batch]
        found: list[list[_Found]] = [[] for _ in batch]
        for head in self._network.heads.values():
            for spans, new in zip(found, _decode(head, states, lengths), strict=True):
                spans += new
        return found


def _decode(head: Head, states: Floats, lengths: Sequence[int]) -> list[list[_Found]]:
    """A head's spans in each text. Confidence is computed for the texts that have any, which are few."""
    emissions = _padded(head.emissions(states), lengths)
    decoded = head.crf.decode(emissions, lengths)
    outside = head.tags.index("O")
    having = [at for at, tags in enumerate(decoded) if (tags != outside).any()]
    found: list[list[_Found]] = [[] for _ in lengths]
    first = [0, *accumulate(lengths)]
    if having:
        lattice = head.crf.lattice(emissions[having], [lengths[at] for at in having])
    for row, at in enumerate(having):
        tags = decoded[at].tolist()
        trust = head.trust(states[first[at] : first[at] + lengths[at]])
        for start, end, kind in spans_of([head.tags[tag] for tag in tags]):
            span = _Found(start, end, kind, trust * lattice.probability(row, start, tags[start:end]))
            if trust == 1.0 or span.confidence >= ABROAD:
                found[at].append(span)
    return found


def _padded(flat: Floats, lengths: Sequence[int]) -> Floats:
    """Rows (words of all texts, n) as (texts, words of the longest, n)."""
    padded = np.zeros((len(lengths), max(lengths), flat.shape[1]), np.float32)
    at = 0
    for row, length in enumerate(lengths):
        padded[row, :length] = flat[at : at + length]
        at += length
    return padded


def readings(texts: Sequence[str], join: int) -> Iterator[Reading]:
    """Everything that is to be read, in order."""
    for number, text in enumerate(texts):
        for places in _joined(text, join):
            for start in range(0, len(places), LONGEST):
                part = places[start : start + LONGEST]
                yield Reading(number, part, [text[first:last] for first, last in part])


def _joined(text: str, most: int) -> Iterator[list[Place]]:
    """The words of each sentence, or of as many neighbouring sentences as have at most `most` words."""
    held: list[Place] = []
    for start, end in sentences(text):
        found = [(start + first, start + last) for first, last in words(text[start:end])]
        if held and len(held) + len(found) > most:
            yield held
            held = []
        held += found
    if held:
        yield held


def _batches(readings: Sequence[Reading]) -> list[list[Reading]]:
    """Readings of like length together, the longest first."""
    batches: list[list[Reading]] = []
    size = BATCH_WORDS
    for reading in sorted(readings, key=lambda reading: -len(reading.words)):
        if size + len(reading.words) > BATCH_WORDS:
            batches.append([])
            size = 0
        batches[-1].append(reading)
        size += len(reading.words)
    return batches


def _mentions(text: str, places: Sequence[Place], spans: Sequence[_Found]) -> Iterator[Mention]:
    for span in spans:
        start, end = places[span.start][0], places[span.end - 1][1]
        yield Mention(type=span.type, text=text[start:end], start=start, end=end, confidence=span.confidence)
