"""The kinds of training pairs, each a source of batches whose false negatives are known.

Kinds and their source: same field, citation and query/source are PhysBERT's (Hellert et al., 2024). A batch says for
each left text which right texts belong to it, so that nothing related is ever pushed away as a negative.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from litdex.encoder.corpus import FIELDS, Article
from litdex.encoder.sentences import crop, sentence_and_rest
from litdex.errors import UserError

Related = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Batch:
    """n left texts and m >= n right ones: right[i] belongs to left[i], those beyond n are hard negatives."""

    left: Sequence[str]
    right: Sequence[str]
    related: Related  # (n, m): True where right[j] is no negative of left[i]
    papers: frozenset[str]  # the ids that the texts come from
    teacher: NDArray[np.float32] | None = field(default=None, compare=False)  # (n, m): a teacher's cosines


class Pairs(Protocol):
    """A source of batches. What `draw` gives depends on `rng` and `size` alone."""

    def draw(self, rng: random.Random, size: int) -> Batch:
        """A batch of about `size` pairs."""


class SameField:
    """Two crops of abstracts of one field, each of the fields equally often; all papers of a field belong together."""

    def __init__(self, articles: Sequence[Article], *, fields: Sequence[str] = FIELDS, words: int = 90) -> None:
        self._words = words
        self._of = _grouped(articles, [a.field for a in articles], set(fields))
        if len(self._of) < 2:
            raise UserError(
                "pairs of kind 'field' need papers of at least two fields: name more files under data.papers."
            )

    def draw(self, rng: random.Random, size: int) -> Batch:
        each = max(1, size // len(self._of))
        picked = [(name, rng.sample(group, 2 * each)) for name, group in self._of.items() if len(group) >= 2 * each]
        left = [(name, a) for name, group in picked for a in group[:each]]
        right = [(name, a) for name, group in picked for a in group[each:]]
        names = [np.array([name for name, _ in side]) for side in (left, right)]
        related = names[0][:, None] == names[1][None, :]
        texts = [[crop(a.abstract, rng, self._words) for _, a in side] for side in (left, right)]
        return Batch(texts[0], texts[1], related, frozenset(a.id for _, a in left + right))


class Citations:
    """Titles of a citing and a cited paper. Related are the same paper and every pair joined by an edge."""

    def __init__(self, edges: Sequence[tuple[str, str]], titles: Mapping[str, str]) -> None:
        self._edges = [edge for edge in edges if edge[0] in titles and edge[1] in titles]
        self._joined: defaultdict[str, set[str]] = defaultdict(set)
        for a, b in self._edges:
            self._joined[a].add(b)
            self._joined[b].add(a)
        self._titles = titles
        if not self._edges:
            raise UserError(
                "pairs of kind 'citation' need edges whose papers have titles: check data.edges, data.titles."
            )

    def draw(self, rng: random.Random, size: int) -> Batch:
        edges = rng.sample(self._edges, min(size, len(self._edges)))
        columns: defaultdict[str, list[int]] = defaultdict(list)
        for column, (_, cited) in enumerate(edges):
            columns[cited].append(column)
        related = np.eye(len(edges), dtype=bool)
        for row, (citing, _) in enumerate(edges):
            for paper in (citing, *self._joined[citing]):
                related[row, columns.get(paper, [])] = True
        texts = [[self._titles[edge[side]] for edge in edges] for side in (0, 1)]
        return Batch(texts[0], texts[1], related, frozenset(paper for edge in edges for paper in edge))


class OwnAbstract:
    """Query/source pairs without a language model: a title, or a sentence, and the abstract that it comes from.

    A batch stays within one category, and with `neighbours` (see `mining`) half of it are papers that resemble the
    other half, so that in-batch negatives are hard ones. `sentence` is the share of sentence queries.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        *,
        sentence: float = 0.0,
        neighbours: Mapping[str, Sequence[str]] | None = None,
        words: int = 120,
    ) -> None:
        self._articles = {article.id: article for article in articles}
        self._groups = list(_grouped(articles, [a.category for a in articles], None).values())
        self._sizes = [len(group) for group in self._groups]
        self._sentence, self._words = sentence, words
        self._neighbours = neighbours or {}
        if not self._groups:
            raise UserError("query/source pairs need papers with abstracts: name files under data.papers.")

    def draw(self, rng: random.Random, size: int) -> Batch:
        group = rng.choices(self._groups, self._sizes)[0]
        wanted = size // 2 if self._neighbours else size
        chosen = {article.id: article for article in rng.sample(group, min(wanted, len(group)))}
        for paper in list(chosen):
            near = [n for n in self._neighbours.get(paper, ()) if n in self._articles and n not in chosen]
            if near:
                pick = rng.choice(near)
                chosen[pick] = self._articles[pick]
        pairs = [self._pair(article, rng) for article in chosen.values()]
        return Batch([q for q, _ in pairs], [s for _, s in pairs], np.eye(len(pairs), dtype=bool), frozenset(chosen))

    def _pair(self, article: Article, rng: random.Random) -> tuple[str, str]:
        if rng.random() < self._sentence:
            parted = sentence_and_rest(article.abstract, rng)
            if parted:
                return parted[0], " ".join(parted[1].split()[: self._words])
        return article.title, " ".join(article.abstract.split()[: self._words])


@dataclass(frozen=True, slots=True)
class Question:
    """A question that its source passage answers."""

    paper: str
    question: str
    source: str


class Questions:
    """Questions made by a language model (see `questions`) and the passages that answer them."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = list(questions)
        if not self._questions:
            raise UserError("pairs of kind 'question' need a file of questions: set data.questions or its share to 0.")

    def draw(self, rng: random.Random, size: int) -> Batch:
        picked = rng.sample(self._questions, min(size, len(self._questions)))
        related = np.array([[a.paper == b.paper and a.source == b.source for b in picked] for a in picked])
        return Batch(
            [q.question for q in picked], [q.source for q in picked], related, frozenset(q.paper for q in picked)
        )


def _grouped(articles: Sequence[Article], names: Sequence[str], wanted: set[str] | None) -> dict[str, list[Article]]:
    groups: defaultdict[str, list[Article]] = defaultdict(list)
    for article, name in zip(articles, names, strict=True):
        if wanted is None or name in wanted:
            groups[name].append(article)
    return dict(sorted(groups.items()))
