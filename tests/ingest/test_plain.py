"""Plain text to papers."""

from __future__ import annotations

import pytest

from litdex.errors import UnreadableFile
from litdex.ingest.paper import Paper
from litdex.ingest.parsers import plain
from tests.ingest.latex_project import memory_blob

ARTICLE = """arXiv:0901.1234v2 [hep-th]

On the Nature of
Dark Widgets

J. Smith, A. B. Jones and C. van der Berg

ABSTRACT

We examine dark widgets and find that they inter-
act strongly with light well-known
widgets in all cases that we have examined so far.

1. INTRODUCTION

Widgets have been known for years. The well-known theory of well-
known inter-
action says that widgets interact; they interact.

Figure 1: A widget under
the lamp.

2. Methods and data

We did these things:

1. Bought a widget

2. Looked at it

2.1 More

Then we wrote it down.

Acknowledgements
We thank the widget makers.

REFERENCES

[1] A. Person, "Widgets and more," J. Widg. 3, 14 (1999).
[2] B. Person, J. Widg. 4, 15
    (2001), arXiv:hep-th/0101001.
"""


def read(text: str | bytes) -> Paper:
    (paper,) = plain.parse(memory_blob(text, "a.txt"))
    assert isinstance(paper, Paper)
    return paper


def test_front() -> None:
    paper = read(ARTICLE)
    assert paper.title == "On the Nature of Dark Widgets"
    assert [author.name for author in paper.authors] == ["J. Smith", "A. B. Jones", "C. van der Berg"]
    assert paper.claims == {"arxiv": "0901.1234"}
    assert paper.identifiers == {}
    assert paper.abstract.startswith(
        "We examine dark widgets and find that they interact strongly with light well-known"
    )


def test_sections() -> None:
    found = [(section.title, section.level, section.kind) for section in read(ARTICLE).sections]
    assert found == [
        ("INTRODUCTION", 1, "body"),
        ("Methods and data", 1, "body"),
        ("More", 2, "body"),
        ("Acknowledgements", 1, "back"),
    ]


def test_words_cut_at_the_end_of_a_line_are_rejoined() -> None:
    text = read(ARTICLE).sections[0].text
    assert text == (
        "Widgets have been known for years. The well-known theory of well-known interaction says that widgets "
        "interact; they interact."
    )


def test_numbered_items_are_no_headings() -> None:
    assert read(ARTICLE).sections[1].text == "We did these things:\n\n1. Bought a widget\n\n2. Looked at it"


def test_captions_and_references() -> None:
    paper = read(ARTICLE)
    assert [(caption.label, caption.text) for caption in paper.captions] == [("Figure 1", "A widget under the lamp.")]
    assert [reference.year for reference in paper.references] == [1999, 2001]
    assert paper.references[0].title == "Widgets and more"
    assert paper.references[1].identifiers == {"arxiv": "hep-th/0101001"}


def test_prose_without_structure_is_one_section() -> None:
    prose = (
        "This is a long piece of prose that goes on and on without any structure at all, so that it has no title.\n" * 4
    )
    paper = read(prose)
    assert (paper.title, paper.abstract, len(paper.sections)) == ("", "", 1)
    assert paper.sections[0].text == " ".join(prose.split())


def test_abstract_without_heading() -> None:
    abstract = "We report a search for widgets " + "in the data of the collider and find none " * 3
    paper = read(f"A Search for Widgets\n\n{abstract}\n\nIntroduction\n\nWidgets are rare.")
    assert (paper.title, paper.abstract) == ("A Search for Widgets", abstract.strip())


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "no words"), ("1 2 3\n4 5 6", "no words"), ("Only a few words here.", "fewer than 20 words")],
)
def test_too_little_is_one_clear_line(text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason) as caught:
        read(text)
    assert str(caught.value).startswith("paper.zip!a.txt: ")
    assert "\n" not in str(caught.value)


def test_latin_1() -> None:
    assert "Müller" in read(("Prose about Müller and others. " * 10).encode("latin-1")).text
