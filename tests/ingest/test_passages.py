"""Passages: exact offsets, sentence ends, nothing lost, sizes near the target."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from litdex.ingest.identity import paper_id
from litdex.ingest.paper import Caption, Paper, Section
from litdex.ingest.passages import TARGET_WORDS, embedding_text, passages
from litdex.ingest.sentences import sentences

PROSE = st.text(alphabet=st.sampled_from("ab C.D. é λ\n,$\\x!?3 "), max_size=3000)


def words(text: str) -> list[str]:
    """The text's words."""
    return text.split()


def split(text: str) -> list[str]:
    """The text's sentences as strings."""
    return [text[start:end] for start, end in sentences(text)]


def test_sentences_end_at_full_stops_but_not_inside_abbreviations() -> None:
    text = (
        "We follow Smith et al. 2004, see Fig. 3 and J. R. Doe. "
        "The mass is 3.5 GeV. Is it? Yes! Eq. (2) holds, e.g. There."
    )
    assert split(text) == [
        "We follow Smith et al. 2004, see Fig. 3 and J. R. Doe.",
        "The mass is 3.5 GeV.",
        "Is it?",
        "Yes!",
        "Eq. (2) holds, e.g. There.",
    ]


def test_a_blank_line_ends_a_sentence() -> None:
    assert split("no stop here\n\nnext one") == ["no stop here", "next one"]


@settings(max_examples=200, deadline=None)
@given(PROSE, st.lists(st.tuples(PROSE, PROSE), max_size=3))
def test_offsets_hold_exactly_and_no_word_is_lost(abstract: str, sections: list[tuple[str, str]]) -> None:
    paper = Paper(
        title="A title", abstract=abstract, sections=tuple(Section(title=title, text=text) for title, text in sections)
    )
    found = passages(paper)
    for ordinal, passage in enumerate(found):
        assert passage.ordinal == ordinal
        assert paper.text[passage.start : passage.end] == passage.text
        assert passage.text == passage.text.strip() != ""
    covered = bytearray(len(paper.text))
    for passage in found:
        covered[passage.start : passage.end] = b"\1" * (passage.end - passage.start)
    at = 0
    for piece, role, _ in paper.pieces():
        if role == "prose":
            assert all(covered[at + i] for i, char in enumerate(piece) if not char.isspace())
        at += len(piece)


def test_an_abstract_of_usual_length_stays_whole() -> None:
    abstract = " ".join(f"This is sentence number {n} of it." for n in range(40))
    assert [p.text for p in passages(Paper(abstract=abstract))] == [abstract]


def test_long_text_is_cut_at_sentence_ends_near_the_target_with_a_small_overlap() -> None:
    text = " ".join(f"Here stands the sentence with number {n} and some more words." for n in range(300))
    found = passages(Paper(title="T", sections=(Section(title="Results", text=text),)))
    assert all(passage.text.endswith(".") and passage.text.startswith("Here") for passage in found)
    assert all(TARGET_WORDS * 0.7 < len(words(passage.text)) < TARGET_WORDS * 1.4 for passage in found)
    for before, after in itertools.pairwise(found):
        assert before.start < after.start < before.end < after.end
        assert len(words(before.text[after.start - before.start :])) <= 40


def test_text_without_sentence_ends_is_still_bounded() -> None:
    found = passages(Paper(abstract="word " * 5000 + "x" * 100_000))
    assert max(len(passage.text) for passage in found) < 6000


def test_captions_are_passages_of_their_own_kind_after_the_running_text() -> None:
    captions = (Caption(label="Figure 1", text="A top."), Caption(label="", text="A lamp."))
    paper = Paper(title="T", abstract="The abstract.", captions=captions)
    found = passages(paper)
    assert [(p.section, p.text, p.kind) for p in found] == [
        ("Abstract", "The abstract.", "text"),
        ("Figure 1", "A top.", "caption"),
        ("Caption", "A lamp.", "caption"),
    ]
    assert all(paper.text[p.start : p.end] == p.text for p in found)
    assert [p.section for p in passages(Paper(title="T", captions=captions[:1]))] == ["Title", "Figure 1"]
    assert paper_id(paper) == paper_id(Paper(title="T", abstract="The abstract."))


def test_back_matter_and_headings_are_not_embedded() -> None:
    paper = Paper(
        title="T",
        abstract="The abstract.",
        sections=(Section(title="Intro", text="Body text."), Section(title="Thanks", text="To all.", kind="back")),
    )
    assert [(p.section, p.text) for p in passages(paper)] == [("Abstract", "The abstract."), ("Intro", "Body text.")]


def test_a_paper_without_prose_has_its_title_as_its_passage() -> None:
    (passage,) = passages(Paper(title="Only a title"))
    assert (passage.text, passage.start, passage.end) == ("Only a title", 0, 12)
    assert embedding_text("Only a title", passage.text) == "Only a title"
    assert embedding_text("T", "text") == "T\ntext"
    assert passages(Paper()) == []


def test_sentences_of_scripts_without_blanks_end_at_their_own_stops() -> None:
    text = "我们研究「冰。」它很冷！冷吗？For example."
    found = [text[start:end] for start, end in sentences(text)]
    assert found == [
        "我们研究「冰。」",
        "它很冷！",
        "冷吗？",
        "For example.",
    ]
