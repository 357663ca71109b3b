"""Scores: exact spans, the same figures as seqeval's; intervals; mistakes by kind."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest

from litdex.ner.corpora.schemes import labels_of, spans_of
from litdex.ner.corpora.sentence import Sentence, Span
from litdex.ner.mistakes import mistakes
from litdex.ner.scores import Score, score

TYPES = ("Chemical", "Disease", "Gene")


def sentence(spans: list[Span], length: int = 10) -> Sentence:
    return Sentence(tuple("w" * length), (True,) * length, tuple(spans))


def random_tags(rng: np.random.Generator, count: int) -> list[list[str]]:
    """Any tags in any order, broken sequences too, mostly O as in life."""
    labels = labels_of(TYPES, "IOB2")
    weights = np.array([0.6, *[0.4 / (len(labels) - 1)] * (len(labels) - 1)])
    return [[str(tag) for tag in rng.choice(labels, size=int(rng.integers(1, 20)), p=weights)] for _ in range(count)]


def corrupted(tags: list[list[str]], rng: np.random.Generator) -> list[list[str]]:
    other = random_tags(rng, 1)[0]
    return [[tag if rng.random() < 0.8 else other[at % len(other)] for at, tag in enumerate(line)] for line in tags]


@pytest.mark.parametrize("seed", range(5))
def test_figures_equal_those_of_seqeval(seed: int) -> None:
    seqeval = pytest.importorskip("seqeval.metrics", reason="needs the extra dev: seqeval")
    rng = np.random.default_rng(seed)
    gold = random_tags(rng, 60)
    guess = corrupted(gold, rng)
    ours = score([sentence(spans_of(tags), len(tags)) for tags in gold], [spans_of(tags) for tags in guess])
    theirs = seqeval.classification_report(gold, guess, output_dict=True, zero_division=0)
    for name, figures in [
        *((k, c.score) for k, c in ours.types.items()),
        ("micro avg", ours.micro),
        ("macro avg", ours.macro),
    ]:
        row = theirs[name]
        assert astuple(figures) == pytest.approx((row["precision"], row["recall"], row["f1-score"])), name
    assert {kind: counts.gold for kind, counts in ours.types.items()} == {
        kind: theirs[kind]["support"] for kind in ours.types
    }


def test_only_the_exact_span_with_its_type_counts() -> None:
    gold = [sentence([Span(0, 2, "Gene"), Span(4, 5, "Disease"), Span(7, 9, "Gene")])]
    found = [[Span(0, 2, "Gene"), Span(4, 5, "Gene"), Span(7, 8, "Gene")]]
    scores = score(gold, found)
    assert astuple(scores.micro) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert scores.types["Disease"].score == Score(0, 0, 0)
    assert scores.accuracy == pytest.approx(7 / 10)  # wrong: S-Disease, B-Gene, and E-Gene


def test_types_that_a_corpus_does_not_annotate_can_be_left_out() -> None:
    scores = score([sentence([Span(0, 1, "Gene")])], [[Span(0, 1, "Gene"), Span(3, 4, "Species")]], types={"Gene"})
    assert scores.micro.f1 == 1
    assert list(scores.types) == ["Gene"]


def test_nothing_to_find_and_nothing_found_is_no_division_by_zero() -> None:
    scores = score([sentence([])], [[]], samples=10)
    assert (scores.micro.f1, scores.macro.f1, scores.accuracy, scores.interval) == (0, 0, 1, (0, 0))
    assert score([], [], samples=10).micro.f1 == 0


def test_the_interval_holds_the_figure_narrows_with_more_sentences_and_repeats() -> None:
    def interval(count: int) -> tuple[float, float]:
        gold = [sentence([Span(0, 1, "Gene")])] * count
        found = [[Span(0, 1, "Gene")] if at % 5 else [Span(0, 2, "Gene")] for at in range(count)]
        return score(gold, found, samples=500).interval

    few, many = interval(50), interval(2000)
    assert few[0] < 0.8 < few[1]
    assert many[0] < 0.8 < many[1]
    assert many[1] - many[0] < (few[1] - few[0]) / 4
    assert interval(50) == few


def test_mistakes_are_told_apart_and_each_counts_once() -> None:
    gold = [Span(0, 2, "Gene"), Span(3, 4, "Gene"), Span(5, 6, "Disease"), Span(8, 9, "Gene")]
    found = [Span(0, 2, "Gene"), Span(3, 5, "Gene"), Span(5, 6, "Gene"), Span(6, 7, "Gene")]
    kinds = [(m.kind, m.gold, m.predicted) for m in mistakes([sentence(gold)], [found])]
    assert kinds == [
        ("boundary", gold[1], found[1]),
        ("type", gold[2], found[2]),
        ("missed", gold[3], None),
        ("spurious", None, found[3]),
    ]


def test_a_prediction_over_two_mentions_is_one_boundary_and_one_miss() -> None:
    gold = [Span(0, 3, "Gene"), Span(3, 4, "Gene")]
    kinds = [m.kind for m in mistakes([sentence(gold)], [[Span(0, 4, "Gene")]])]
    assert kinds == ["boundary", "missed"]


def test_figures_and_mistakes_agree() -> None:
    rng = np.random.default_rng(3)
    gold = random_tags(rng, 100)
    guess = corrupted(gold, rng)
    sentences, found = [sentence(spans_of(t), len(t)) for t in gold], [spans_of(t) for t in guess]
    counts = score(sentences, found).types.values()
    listed = list(mistakes(sentences, found))
    assert sum(m.gold is not None for m in listed) == sum(c.gold - c.right for c in counts)
    assert sum(m.predicted is not None for m in listed) == sum(c.predicted - c.right for c in counts)
