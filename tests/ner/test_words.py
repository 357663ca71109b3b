"""The split into words: the same in training and in tagging."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litdex.ner.words import words


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in words(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HMB-45 (90%)", ["HMB", "-", "45", "(", "90", "%", ")"]),
        ("Parkinson's disease", ["Parkinson", "'", "s", "disease"]),
        ("z = 0.5, Hα", ["z", "=", "0", ".", "5", ",", "Hα"]),
        ("VLBA_3mm", ["VLBA", "_", "3mm"]),
        ("Alfve\u0301n", ["Alfve\u0301n"]),
        (" \n\t\u00a0", []),
        ("", []),
    ],
)
def test_letters_and_digits_stay_together_and_all_else_is_alone(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@given(st.text())
def test_words_cover_all_that_is_not_white_space(text: str) -> None:
    assert "".join(split(text)) == "".join(text.split())


@given(st.text())
def test_a_word_is_one_word(text: str) -> None:
    assert all(words(word) == [(0, len(word))] for word in split(text))
