"""Noise and substitution: the rate is met, spans stay right, a seed repeats."""

from __future__ import annotations

import numpy as np
import pytest

from litdex.ner.corpora.sentence import Sentence, Span
from litdex.ner.noise import noisy
from litdex.ner.substitution import pool_of, substituted
from litdex.ner.words import words

TEXT = "Identification of APC2 , a homologue of the adenomatous polyposis coli tumour suppressor in β - catenin ."


def sentence(text: str, *spans: Span) -> Sentence:
    parts = tuple(text.split())
    return Sentence(parts, (True,) * len(parts), spans)


@pytest.mark.parametrize("rate", [0.05, 0.1])
def test_noise_edits_about_that_share_of_characters(rate: float) -> None:
    rng = np.random.default_rng(0)
    clean = sentence("abcdefghij " * 2000)
    edited = sum(before != after for before, after in zip(clean.words, noisy(clean, rate, rng).words, strict=True))
    expected = 1 - (1 - rate) ** 10  # the share of ten-letter words that at least one edit meets
    assert edited / 2000 == pytest.approx(expected, abs=0.04)


def test_noise_keeps_words_words_and_punctuation_clean() -> None:
    rng = np.random.default_rng(1)
    clean = sentence(TEXT, Span(2, 3, "Gene"))
    for _ in range(200):
        dirty = noisy(clean, 0.5, rng)
        assert all(words(word) == [(0, len(word))] for word in dirty.words)
        assert (dirty.spans, len(dirty.words), dirty.words[3]) == (clean.spans, len(clean.words), ",")


def test_no_noise_changes_nothing_and_a_seed_repeats() -> None:
    clean = sentence(TEXT)
    assert noisy(clean, 0, np.random.default_rng(2)) == clean
    first, second = (noisy(clean, 0.3, np.random.default_rng(2)) for _ in range(2))
    assert first == second != clean


def test_a_mention_gives_way_to_another_of_its_type() -> None:
    train = [
        sentence("a cystic fibrosis case", Span(1, 3, "Disease")),
        sentence("AIDS and p53", Span(0, 1, "Disease"), Span(2, 3, "Gene")),
    ]
    pool = pool_of(train)
    assert {kind: len(mentions) for kind, mentions in pool.items()} == {"Disease": 2, "Gene": 1}
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(20):
        changed = substituted(train[1], pool, 1.0, rng)
        seen.add(tuple((span.type, text) for span, text in changed.mentions()))
        assert len(changed.words) == len(changed.spaces)
        assert changed.text.endswith(" and p53")
    assert seen == {(("Disease", "AIDS"), ("Gene", "p53")), (("Disease", "cystic fibrosis"), ("Gene", "p53"))}
    assert substituted(train[1], pool, 0.0, rng) == train[1]
    assert substituted(train[1], {}, 1.0, rng) == train[1]
