"""Which of several heads' mentions a text keeps."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from litdex.ner.mention import Mention
from litdex.ner.overlaps import without_overlaps


def mention(start: int, end: int, confidence: float = 0.9, kind: str = "Disease") -> Mention:
    """A mention of x's."""
    return Mention(type=kind, text="x" * (end - start), start=start, end=end, confidence=confidence)


def test_the_more_confident_stays() -> None:
    gene, disease = mention(0, 5, 0.95, "Gene"), mention(0, 20, 0.7)
    assert without_overlaps([disease, gene]) == [gene]


def test_of_equally_confident_ones_the_longest_then_the_earliest_then_the_first_type() -> None:
    assert without_overlaps([mention(3, 5), mention(0, 5)]) == [mention(0, 5)]
    assert without_overlaps([mention(2, 6), mention(0, 4)]) == [mention(0, 4)]
    assert without_overlaps([mention(0, 4, kind="Gene"), mention(0, 4)]) == [mention(0, 4)]


def test_neighbours_do_not_overlap() -> None:
    assert without_overlaps([mention(4, 8), mention(0, 4)]) == [mention(0, 4), mention(4, 8)]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8), st.sampled_from([0.2, 0.5, 0.9])), max_size=25))
def test_nothing_overlaps_and_whatever_went_met_a_better_one(drawn: list[tuple[int, int, float]]) -> None:
    given_ = [mention(start, start + length, confidence) for start, length, confidence in drawn]
    kept = without_overlaps(given_)
    assert all(a.end <= b.start for a, b in pairwise(kept))
    for one in set(given_) - set(kept):
        assert any(k.start < one.end and one.start < k.end and k.confidence >= one.confidence for k in kept)
