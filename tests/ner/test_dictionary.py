"""The dictionary tagger: from a corpus, the floor that is known; from a user's list, a tagger."""

from __future__ import annotations

from pathlib import Path

import pytest

from litdex.ner.base import Tagger
from litdex.ner.corpora.read import read_corpus
from litdex.ner.corpora.sentence import Sentence, Span
from litdex.ner.dictionary import DictionaryTagger, from_concepts, from_corpus
from litdex.ner.scores import score
from litdex.ner.vocabulary import Concept


def sentence(text: str, *spans: Span) -> Sentence:
    parts = tuple(text.split())
    return Sentence(parts, (True,) * len(parts), spans)


@pytest.fixture
def listed() -> DictionaryTagger:
    return from_concepts(
        [
            Concept("D1", "cystic fibrosis", ("CF", "mucoviscidosis")),
            Concept("D2", "fibrosis"),
            Concept("T1", "Wide-field Infrared Survey Explorer", ("WISE",), type="Telescope"),
        ],
        kind="Disease",
    )


def test_the_longest_name_is_found_whatever_its_case(listed: DictionaryTagger) -> None:
    text = "CYSTIC\nFibrosis, fibrosis and cystic-fibrosis"
    (mentions,) = listed.tag([text])
    assert [(m.text, m.identifier) for m in mentions] == [
        ("CYSTIC\nFibrosis", "D1"),
        ("fibrosis", "D2"),
        ("fibrosis", "D2"),
    ]
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert mentions[0].name == "cystic fibrosis"


def test_an_acronym_is_not_the_word_that_it_spells(listed: DictionaryTagger) -> None:
    (mentions,) = listed.tag(["A wise choice: WISE and the wide-field infrared survey explorer"])
    assert [(m.type, m.start) for m in mentions] == [("Telescope", 15), ("Telescope", 28)]


def test_plurals_of_what_is_listed_are_found() -> None:
    tagger = from_concepts(
        [Concept("1", "dwarf galaxy"), Concept("2", "metastasis"), Concept("3", "---")], kind="Thing"
    )
    (mentions,) = tagger.tag(["Dwarf galaxies, a dwarf galaxy and metastases"])
    assert [(m.text, m.identifier) for m in mentions] == [
        ("Dwarf galaxies", "1"),
        ("dwarf galaxy", "1"),
        ("metastases", "2"),
    ]


def test_it_is_a_tagger(listed: DictionaryTagger) -> None:
    tagger: Tagger = listed
    done: list[int] = []
    assert tagger.tag(["", "none", "CF"], done.append)[:2] == [[], []]
    assert done == [1, 2, 3]
    assert tagger.types == ("Disease", "Telescope")
    again = from_concepts([Concept("D2", "fibrosis")], kind="Disease")
    assert listed.fingerprint != again.fingerprint == from_concepts([Concept("D2", "fibrosis")], "Disease").fingerprint


def test_a_name_that_is_seldom_annotated_is_left_out() -> None:
    train = [
        sentence("the APC gene", Span(1, 2, "Gene")),
        sentence("apc and apc and large", Span(0, 1, "Gene")),
        sentence("large cell carcinoma", Span(0, 3, "Disease")),
        sentence("large mice", Span(0, 1, "Disease")),
    ]
    tagger = from_corpus(train, share=0.5)
    assert [[span.type for span in spans] for spans in tagger.predict(train)] == [
        ["Gene"],
        ["Gene", "Gene"],
        ["Disease"],
        [],
    ]
    (mention,) = tagger.tag(["apc"])[0]
    assert mention.confidence == pytest.approx(2 / 3)


def test_a_name_that_would_go_beyond_the_end_does_not_match() -> None:
    tagger = from_corpus([sentence("cystic fibrosis", Span(0, 2, "Disease"))])
    assert tagger.predict([sentence("a cystic"), sentence("")]) == [[], []]


@pytest.mark.parametrize(
    ("corpus", "expected"),
    [("NCBI-disease-IOB", {"Disease": 65.9}), ("BC5CDR-IOB", {"Disease": 67.8, "Chemical": 73.0})],
)
def test_the_floor_is_the_one_that_is_known(shared_data: Path, corpus: str, expected: dict[str, float]) -> None:
    train, test = (read_corpus(shared_data / "ner" / corpus, split) for split in ("train", "test"))
    figures = score(test, from_corpus(train).predict(test)).types
    assert {kind: 100 * counts.score.f1 for kind, counts in figures.items()} == pytest.approx(expected, abs=0.11)
