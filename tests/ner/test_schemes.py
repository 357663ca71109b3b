"""Tagging schemes: tags to spans and back, what a scheme forbids."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litdex.ner.corpora.schemes import SCHEMES, Scheme, allowed, detect, labels_of, parse, spans_of, tags_of
from litdex.ner.corpora.sentence import Span

TYPES = ("Gene", "Disease")


@st.composite
def spans_and_length(draw: st.DrawFn) -> tuple[list[Span], int]:
    """Spans that do not overlap, in a sentence of up to 12 words."""
    spans: list[Span] = []
    at = 0
    for gap, length, kind in draw(
        st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3), st.sampled_from(TYPES)), max_size=3)
    ):
        spans.append(Span(at + gap, at + gap + length, kind))
        at += gap + length
    return spans, at + draw(st.integers(0, 2))


@pytest.mark.parametrize("scheme", SCHEMES)
@given(case=spans_and_length())
def test_spans_survive_every_scheme(scheme: Scheme, case: tuple[list[Span], int]) -> None:
    spans, length = case
    assert spans_of(tags_of(spans, length, scheme)) == spans


@pytest.mark.parametrize(
    ("scheme", "tags"),
    [
        ("IOB1", "I-Gene I-Gene B-Gene O"),
        ("IOB2", "B-Gene I-Gene B-Gene O"),
        ("IOBES", "B-Gene E-Gene S-Gene O"),
        ("IOBES", "B-Gene L-Gene U-Gene O"),
    ],
)
def test_schemes_are_read_alike_and_told_apart(scheme: Scheme, tags: str) -> None:
    assert spans_of(tags.split()) == [Span(0, 2, "Gene"), Span(2, 3, "Gene")]
    assert detect([tags.split()]) == scheme


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O I-Gene I-Disease", [Span(1, 2, "Gene"), Span(2, 3, "Disease")]),
        ("B-Gene E-Disease", [Span(0, 1, "Gene"), Span(1, 2, "Disease")]),
        ("E-Gene E-Gene", [Span(0, 1, "Gene"), Span(1, 2, "Gene")]),
        ("S-Gene I-Gene", [Span(0, 1, "Gene"), Span(1, 2, "Gene")]),
    ],
)
def test_tags_that_break_their_scheme_have_a_defined_answer(tags: str, spans: list[Span]) -> None:
    assert spans_of(tags.split()) == spans


@pytest.mark.parametrize("tag", ["", "B", "B-", "X-Gene", "gene", "o", "-Gene"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="is no tag"):
        parse(tag)


def test_a_type_may_have_hyphens() -> None:
    assert parse("B-Cell-Line") == ("B", "Cell-Line")


@pytest.mark.parametrize("scheme", ["IOB2", "IOBES"])
def test_allowed_is_exactly_what_spans_can_make(scheme: Scheme) -> None:
    """Against every sequence of three labels: allowed if and only if reading and writing it changes nothing."""
    labels = labels_of(TYPES, scheme)
    start, end, pair = allowed(labels)
    for sequence in itertools.product(range(len(labels)), repeat=3):
        tags = [labels[at] for at in sequence]
        permitted = bool(
            start[sequence[0]] and end[sequence[-1]] and all(pair[a, b] for a, b in itertools.pairwise(sequence))
        )
        assert permitted == (tags_of(spans_of(tags), 3, scheme) == tags), tags
