"""A tagger's figures on a corpus: scores with an interval, under noise, and mistakes by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from litdex.errors import UserError
from litdex.ner.corpora.read import read_corpus
from litdex.ner.corpora.sentence import Sentence
from litdex.ner.mistakes import KINDS, mistakes
from litdex.ner.noise import noisy
from litdex.ner.predictors import Predictor, head_for
from litdex.ner.scores import Scores, score

SAMPLES = 1000  # bootstrap resamples


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one head of a tagger makes of one split of one corpus."""

    head: str
    sentences: int
    scores: Scores
    mistakes: dict[str, int]  # by kind
    noise: dict[float, Scores]  # under the shares of letters edited that were asked for
    ignored: tuple[str, ...]  # types of the corpus that the head does not know, and that were left out


def evaluate(
    predictor: Predictor,
    corpus: Path,
    split: str,
    *,
    types: Mapping[str, str],
    head: str | None = None,
    noise: Sequence[float] = (),
    seed: int = 1,
) -> Evaluation:
    """Score `predictor` on a split. `types` renames the corpus's types; else they match whatever their case.

    Raises `UserError` where the corpus cannot be read or no head knows any of its types.
    """
    sentences = read_corpus(corpus, split, types)
    there = frozenset(span.type for sentence in sentences for span in sentence.spans)
    name = head or head_for(predictor, corpus, there)
    if name not in predictor.heads:
        raise UserError(f"the tagger has no head {name}. It has: {', '.join(predictor.heads)}.")
    known = {kind.lower(): kind for kind in predictor.heads[name]}
    ignored = tuple(sorted(kind for kind in there if kind.lower() not in known))
    if len(ignored) == len(there) and there:
        raise UserError(f"the head {name} knows none of {', '.join(ignored)}. Rename them: --type OLD=NEW.")
    sentences = read_corpus(corpus, split, _folded(types, there, known))
    spans = predictor.predict(name, sentences)
    found = Counter(mistake.kind for mistake in mistakes(sentences, spans))
    return Evaluation(
        head=name,
        sentences=len(sentences),
        scores=score(sentences, spans, samples=SAMPLES),
        mistakes={kind: found[kind] for kind in KINDS},
        noise={rate: _under(predictor, name, sentences, rate, seed) for rate in noise},
        ignored=ignored,
    )


def _folded(types: Mapping[str, str], there: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """`types`, and on top the corpus's names as the head spells them; what it does not know is dropped."""
    spelt = {kind: known.get(kind.lower(), "") for kind in there}
    renamed = {old: spelt.get(new, new) for old, new in types.items()}
    return spelt | renamed


def _under(predictor: Predictor, head: str, sentences: Sequence[Sentence], rate: float, seed: int) -> Scores:
    rng = np.random.default_rng(seed)
    edited = [noisy(sentence, rate, rng) for sentence in sentences]
    return score(edited, predictor.predict(head, edited))
