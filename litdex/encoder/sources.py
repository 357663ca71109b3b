"""From a config to the mixture of batches that fine-tuning draws, with everything held out kept out."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from litdex.encoder.batches import Mixture, Source
from litdex.encoder.config import Config, Data, Finetune, Kind
from litdex.encoder.corpus import Article, opened, read_articles, read_edges, read_ids, read_titles
from litdex.encoder.mining import by_bm25
from litdex.encoder.models import embedder, open_model, prefixes_of
from litdex.encoder.pairs import Citations, OwnAbstract, Pairs, Question, Questions, SameField
from litdex.encoder.teacher import Distilled, load_pool, pool, save_pool, taught
from litdex.errors import UserError

Edges = list[tuple[str, str]]


@dataclass
class Corpora:
    """The texts that a config names, read when first needed."""

    data: Data
    seed: int = 1
    note: Callable[[str], None] = field(default=lambda _: None)

    @cached_property
    def held_out(self) -> frozenset[str]:
        """Ids of papers that may be in no batch: test and devel papers, and citing papers of the test edges."""
        papers = read_ids([*self.data.held_out, *self.data.devel])
        edges = read_edges(self.data.held_out_edges) if self.data.held_out_edges else []
        return papers | {citing for citing, _ in edges}

    @cached_property
    def articles(self) -> list[Article]:
        """Training papers; with a limit, a sample drawn with the seed."""
        self.note("reading papers")
        found = read_articles(self.data.papers, without=self.held_out)
        return random.Random(self.seed).sample(found, self.data.limit) if 0 < self.data.limit < len(found) else found

    @cached_property
    def titles(self) -> dict[str, str]:
        """Titles of the papers that edges name."""
        return read_titles(self.data.titles) if self.data.titles else {}

    @cached_property
    def _edges(self) -> tuple[Edges, Edges]:
        """(training, devel) edges, parted by citing paper: each citing paper in ten is devel, and trains nothing."""
        if self.data.edges is None:
            return [], []
        edges = read_edges(self.data.edges, without=self.held_out)
        citing = sorted({a for a, _ in edges})
        devel = set(random.Random("devel").sample(citing, len(citing) // 10))
        training = [edge for edge in edges if edge[0] not in devel and edge[1] not in devel]
        return training, [edge for edge in edges if edge[0] in devel]

    @property
    def edges(self) -> Edges:
        """Citation edges to train on."""
        return self._edges[0]

    @property
    def devel_edges(self) -> Edges:
        """Citation edges to choose on."""
        return self._edges[1]

    def questions(self) -> list[Question]:
        """Questions of a language model (see `questions`), without those of held-out papers."""
        if self.data.questions is None:
            return []
        with opened(self.data.questions) as lines:
            found = [Question(**json.loads(line)) for line in lines]
        return [question for question in found if question.paper not in self.held_out]

    def general(self) -> list[Article]:
        """Texts of other fields."""
        return read_articles(self.data.general)


def mixture(config: Config, tuning: Finetune, corpora: Corpora) -> Mixture:
    """The batches that `config` asks for; kinds with a share of 0 are not even read."""
    makers: dict[str, Callable[[Kind], Pairs]] = {
        "field": lambda kind: SameField(corpora.articles, words=_words(kind)),
        "citation": lambda kind: Citations(corpora.edges, corpora.titles),
        "source": lambda kind: _own_abstract(kind, tuning, corpora),
        "question": lambda kind: Questions(corpora.questions()),
        "general": lambda kind: _distilled(tuning, corpora),
    }
    wanted = {name: kind for name, kind in config.kinds.items() if kind.share > 0}
    if not wanted:
        raise UserError("the config trains on nothing: give at least one [kinds.*] a share above 0.")
    sources = {name: Source(makers[name](kind), kind.share, kind.size) for name, kind in wanted.items()}
    return Mixture(sources, seed=tuning.seed, held_out=corpora.held_out)


def _words(kind: Kind) -> int:
    """Words that fill `tokens` word pieces of physics prose, about 1.45 a word."""
    return max(8, int(kind.tokens / 1.4))


def _own_abstract(kind: Kind, tuning: Finetune, corpora: Corpora) -> OwnAbstract:
    articles: Sequence[Article] = corpora.articles
    neighbours = None
    if tuning.hard_negatives:
        articles = random.Random(tuning.seed).sample(articles, min(tuning.hard_from, len(articles)))
        corpora.note("mining hard negatives")
        neighbours = by_bm25(articles, tuning.hard_negatives)
    return OwnAbstract(articles, sentence=kind.sentence, neighbours=neighbours, words=_words(kind))


def _distilled(tuning: Finetune, corpora: Corpora) -> Distilled:
    folder: Path = tuning.output / "teacher"
    kept = load_pool(folder)
    if kept is None:
        if not tuning.teacher:
            raise UserError("pairs of kind 'general' need finetune.teacher: name a sentence-transformers model.")
        rows = pool(corpora.general(), tuning.teacher_texts, tuning.seed)
        corpora.note(f"embedding {len(rows)} texts with the teacher")
        model = embedder(open_model(tuning.teacher, max_tokens=128), prefixes_of(tuning.teacher))
        kept = rows, taught(rows, model)
        save_pool(folder, *kept)
    return Distilled(*kept)
