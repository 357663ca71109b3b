"""What is in a corpus, and what two of its splits share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from litdex.ner.corpora.sentence import Sentence

SHORTEST = 6
"""Words of a sentence that tells where it is from."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures of one split. Distinct mentions are told apart in lower case."""

    sentences: int
    words: int
    longest: int  # words of the longest sentence
    mentions: dict[str, int]  # by type, the most frequent first
    distinct: dict[str, int]  # by type, in the same order
    mean_length: dict[str, float]  # of a mention, in words
    unseen: dict[str, float] | None = None  # the share of mentions that the train split has not
    shared: int | None = None  # sentences of SHORTEST words or more that the train split has too


def statistics(sentences: Sequence[Sentence], train: Sequence[Sentence] | None = None) -> Statistics:
    """The figures of a split, `unseen` and `shared` where its train split is given."""
    names = [(span.type, name.lower()) for sentence in sentences for span, name in sentence.mentions()]
    mentions = Counter(kind for kind, _ in names)
    order = [kind for kind, _ in mentions.most_common()]
    distinct = Counter(kind for kind, _ in set(names))
    lengths: Counter[str] = Counter()
    for sentence in sentences:
        for span in sentence.spans:
            lengths[span.type] += span.end - span.start
    return Statistics(
        sentences=len(sentences),
        words=sum(len(sentence.words) for sentence in sentences),
        longest=max((len(sentence.words) for sentence in sentences), default=0),
        mentions={kind: mentions[kind] for kind in order},
        distinct={kind: distinct[kind] for kind in order},
        mean_length={kind: lengths[kind] / mentions[kind] for kind in order},
        unseen=None if train is None else _unseen(names, train, mentions),
        shared=None if train is None else len(shared(train, sentences)),
    )


def shared(one: Iterable[Sentence], other: Iterable[Sentence], shortest: int = SHORTEST) -> list[Sentence]:
    """The sentences of `other`, in order, that `one` has too: a score on them tells what was learnt by heart.

    Sentences of fewer than `shortest` words ("RESULTS :") recur by chance, and do not count.
    """
    known = {sentence.words for sentence in one}
    return [sentence for sentence in other if len(sentence.words) >= shortest and sentence.words in known]


def _unseen(names: Sequence[tuple[str, str]], train: Iterable[Sentence], mentions: Counter[str]) -> dict[str, float]:
    known = {(span.type, name.lower()) for sentence in train for span, name in sentence.mentions()}
    new = Counter(kind for kind, name in names if (kind, name) not in known)
    return {kind: new[kind] / count for kind, count in mentions.most_common()}
