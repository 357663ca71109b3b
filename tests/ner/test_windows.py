"""Long texts in windows: every word once, from where it stands farther from an edge."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litdex.ner.windows import Window, windows


@given(st.data(), st.integers(1, 20))
def test_every_word_belongs_to_the_window_in_which_it_stands_farther_from_an_edge(
    data: st.DataObject, size: int
) -> None:
    overlap = data.draw(st.integers(0, size - 1))
    sizes = data.draw(st.lists(st.integers(1, size), max_size=60))
    found = windows(sizes, size, overlap)
    assert [word for window in found for word in range(window.begin, window.end)] == list(range(len(sizes)))
    assert all(sum(sizes[window.first : window.last]) <= size for window in found)
    for left, right in pairwise(found):
        assert left.first < right.first
        assert sum(sizes[right.first : left.last]) <= overlap
        for word in range(right.first, left.last):
            from_left, from_right = sum(sizes[word + 1 : left.last]), sum(sizes[right.first : word])
            assert (word < left.end) == (from_left >= from_right)


def test_words_of_one_piece() -> None:
    assert windows([1] * 128) == [Window(0, 128, 0, 128)]
    assert windows([1] * 130) == [Window(0, 128, 0, 118), Window(108, 130, 118, 130)]


def test_a_word_that_fits_no_window_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="9 pieces"):
        windows([9], 8, 2)
