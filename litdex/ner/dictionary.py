"""A tagger that only looks up: the longest match in a list of names, made from a corpus or from a user's vocabulary.

On a corpus it is the floor that a model has to beat; for a user with nothing but a list it is a tagger.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from litdex.ner.corpora.sentence import Sentence, Span
from litdex.ner.mention import Mention
from litdex.ner.plurals import plural
from litdex.ner.trie import Trie
from litdex.ner.vocabulary import Concept
from litdex.ner.words import words

Key = tuple[str, ...]
_ACRONYM = 6  # letters; a listed name in capitals up to this long is looked for in capitals only


@dataclass(frozen=True, slots=True)
class Entry:
    """What a name stands for."""

    type: str
    confidence: float = 1.0
    name: str = ""
    identifier: str = ""
    exact: str = ""  # if given, the text must be written so, case and all


class DictionaryTagger:
    """Finds listed names, whatever their case: from left to right, at each word the longest."""

    def __init__(self, entries: Mapping[Key, Entry], name: str = "dictionary") -> None:
        self.name = name
        self._entries = dict(entries)
        self._trie = Trie(self._entries.items())

    @property
    def types(self) -> tuple[str, ...]:
        """The entity types of the list, in alphabetical order."""
        return tuple(sorted({entry.type for entry in self._entries.values()}))

    @property
    def fingerprint(self) -> str:
        """A short hash of the list."""
        return hashlib.sha256(repr(sorted(self._entries.items(), key=lambda pair: pair[0])).encode()).hexdigest()[:16]

    def tag(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> list[list[Mention]]:
        """The mentions of each text in order of place. `progress` is told texts done."""
        found: list[list[Mention]] = []
        for text in texts:
            found.append(list(self._mentions(text)))
            if progress:
                progress(len(found))
        return found

    def predict(self, sentences: Iterable[Sentence]) -> list[list[Span]]:
        """The spans of each sentence, for scoring."""
        return [
            [Span(start, end, entry.type) for start, end, entry in self._matches(sentence.words)]
            for sentence in sentences
        ]

    def _mentions(self, text: str) -> Iterator[Mention]:
        places = words(text)
        for start, end, entry in self._matches([text[a:b] for a, b in places]):
            first, last = places[start][0], places[end - 1][1]
            yield Mention(
                type=entry.type,
                text=text[first:last],
                start=first,
                end=last,
                confidence=entry.confidence,
                name=entry.name,
                identifier=entry.identifier,
            )

    def _matches(self, written: Sequence[str]) -> Iterator[tuple[int, int, Entry]]:
        lowered = [word.lower() for word in written]
        at = 0
        while at < len(lowered):
            length, entry = self._longest(written, lowered, at)
            if entry:
                yield at, at + length, entry
            at += length

    def _longest(self, written: Sequence[str], lowered: Sequence[str], at: int) -> tuple[int, Entry | None]:
        longest: tuple[int, Entry | None] = (1, None)
        for length, entry in self._trie.matches(lowered, at):
            if not entry.exact or entry.exact == " ".join(written[at : at + length]):
                longest = length, entry
        return longest


def from_corpus(sentences: Sequence[Sentence], share: float = 0.5, name: str = "dictionary") -> DictionaryTagger:
    """The mentions of a corpus, each with its most frequent type.

    A name is left out if less than `share` of its occurrences, in any case, are annotated: of "large" in "large cell
    carcinoma" that would be few. The share is the confidence of what is found.
    """
    kinds: dict[Key, Counter[str]] = {}
    for sentence in sentences:
        for start, end, kind in sentence.spans:
            key = tuple(word.lower() for word in sentence.words[start:end])
            kinds.setdefault(key, Counter())[kind] += 1
    seen = _occurrences(sentences, kinds)
    entries: dict[Key, Entry] = {}
    for key, of_type in kinds.items():
        annotated = of_type.total() / seen[key]
        if annotated >= share:
            entries[key] = Entry(of_type.most_common(1)[0][0], confidence=annotated)
    return DictionaryTagger(entries, name)


def from_concepts(concepts: Iterable[Concept], kind: str, name: str = "dictionary") -> DictionaryTagger:
    """The names and synonyms of a vocabulary; `kind` is the type of entries that have none of their own.

    Their plurals are found too. A short name in capitals matches in capitals only: the survey "WISE" is not the word
    "wise".
    """
    entries: dict[Key, Entry] = {}
    for concept in concepts:
        for written in (concept.name, *concept.synonyms):
            parts = [written[start:end] for start, end in words(written)]
            exact = " ".join(parts) if written.isupper() and len(written) <= _ACRONYM else ""
            entry = Entry(concept.type or kind, 1.0, concept.name, concept.identifier, exact)
            lowered = [part.lower() for part in parts]
            for last in (lowered[-1], plural(lowered[-1])) if parts else ():
                entries.setdefault((*lowered[:-1], last), entry)
    return DictionaryTagger(entries, name)


def _occurrences(sentences: Iterable[Sentence], keys: Iterable[Key]) -> Counter[Key]:
    """How often each name stands in the sentences, annotated or not, in any case."""
    trie = Trie((key, key) for key in keys)
    seen: Counter[Key] = Counter()
    for sentence in sentences:
        lowered = [word.lower() for word in sentence.words]
        for at in range(len(lowered)):
            seen.update(key for _, key in trie.matches(lowered, at))
    return seen
