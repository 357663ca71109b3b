"""Reading what a model wrote: keys in every dress, and sentences from a stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litdex.rag.citations import MAX_KEYS, read_sentence, sentences_of


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("It is flat [1].", (1,)),
        ("It is flat [1][2].", (1, 2)),
        ("It is flat [1,2].", (1, 2)),
        ("It is flat [1, 2; 4].", (1, 2, 4)),
        ("It is flat [1-3].", (1, 2, 3)),
        ("It is flat [1–3, 5].", (1, 2, 3, 5)),
        ("It is flat [01].", (1,)),
        ("It is flat [０２].", (2,)),
        ("It is flat ［３］.", (3,)),
        ("It is flat 【4】.", (4,)),
        ("It is flat [^2].", (2,)),
        ("It is flat [0].", (0,)),
        ("It is flat [3-1].", (3, 1)),
        ("It is flat [1-1000000].", (1, 1000000)),
        ("It is flat [99999999999999999999].", (999999999,)),
        ("It is flat [2][2].", (2,)),
        ("It is flat [passage 3].", (3,)),
        ("It is flat [Passages 1 and 4].", (1, 4)),
        ("It is flat [Source: 2].", (2,)),
        ("It is flat [1, p. 17].", (1,)),
        ("It is flat [①].", (1,)),
        ("It is flat [²].", (2,)),
        ("It is flat [[1]].", (1,)),
        ("It is flat [[1]2].", (1, 2)),
        ("It is flat. [3", (3,)),
        ("It is flat [2](https://example.org).", (2,)),
        ("It is flat.", ()),
        ("The [3H]ryanodine assay [see text] of [Ca2+] has x[i] = 2.", ()),
    ],
)
def test_keys_are_read_in_every_dress_and_leave_the_text(text: str, keys: tuple[int, ...]) -> None:
    written = read_sentence(text)
    assert written.keys == keys
    if keys:
        assert written.text == "It is flat."


@given(st.lists(st.sampled_from([*"[]［］【】12２①² ,-–.^#p", "and", "passage ", "x", "]("])).map("".join))
def test_no_key_is_left_in_the_text_and_white_space_does_not_matter(text: str) -> None:
    written = read_sentence(text)
    assert read_sentence(written.text).keys == ()


def test_a_long_range_is_bounded() -> None:
    assert len(read_sentence(f"So [1-{MAX_KEYS}].").keys) == MAX_KEYS
    assert len(read_sentence(f"So [1-{MAX_KEYS + 1}].").keys) == 2


def test_quotations_are_found_names_are_not() -> None:
    written = read_sentence('They say “the curves are flat” and "in the “halo”" of a "dwarf" [1].')
    assert written.quotations == ("the curves are flat",)


TEXT = (
    "Rotation curves are flat [1]. Halos explain it. [2][3] Fig. 3 shows e.g. the fit [1].\n"
    "- First point [2]\n- Second point. [1]\n\n1. Numbered, at 3.5 km [4].\nThe end"
)
SENTENCES = [
    ("Rotation curves are flat.", (1,)),
    ("Halos explain it.", (2, 3)),
    ("Fig. 3 shows e.g. the fit.", (1,)),
    ("First point", (2,)),
    ("Second point.", (1,)),
    ("Numbered, at 3.5 km.", (4,)),
    ("The end", ()),
]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_a_stream_gives_the_same_sentences_however_it_is_cut(size: int) -> None:
    pieces = [TEXT[at : at + size] for at in range(0, len(TEXT), size)]
    written = [read_sentence(sentence) for sentence in sentences_of(pieces)]
    assert [(one.text, one.keys) for one in written] == SENTENCES


def test_a_sentence_is_given_as_soon_as_the_next_one_begins() -> None:
    def pieces() -> list[str]:
        return ["One is so [1]. ", "Two is", " so"]

    stream = sentences_of(pieces())
    assert next(stream).strip() == "One is so [1]."


def test_a_stream_without_an_end_of_sentence_is_not_quadratic() -> None:
    assert len(list(sentences_of(["word "] * 3000))) == 1
