"""The JSON form of a paper: what went in comes out, and what cannot be read is named."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from litdex.ingest.paper import Author, Paper, Section
from litdex.ingest.serialise import from_dict, from_json, to_dict, to_json
from tests.ingest.papers import PAPERS


@settings(max_examples=60, deadline=None)
@given(PAPERS)
def test_a_paper_survives_the_round_trip(paper: Paper) -> None:
    assert from_json(to_json(paper)) == paper
    assert from_dict(to_dict(paper)) == paper
    assert b"\n" not in to_json(paper)


def test_field_names_are_stable_and_empty_fields_are_left_out() -> None:
    paper = Paper(
        identifiers={"doi": "10.1/x", "arxiv": "0901.1234"},
        title="T",
        authors=(Author(family="Bee", given="A."), Author(family="ATLAS")),
        sections=(Section(title="I", text="t"), Section(title="II", text="u", level=2, kind="back")),
    )
    assert to_dict(paper) == {
        "litdex": 1,
        "id": "arXiv:0901.1234",
        "identifiers": {"arxiv": "0901.1234", "doi": "10.1/x"},
        "title": "T",
        "authors": [{"family": "Bee", "given": "A."}, {"family": "ATLAS"}],
        "sections": [{"title": "I", "text": "t"}, {"title": "II", "text": "u", "level": 2, "kind": "back"}],
    }
    assert list(to_dict(Paper())) == ["litdex", "id"]


def test_equal_papers_give_equal_bytes() -> None:
    one, other = Paper(identifiers={"a": "1", "b": "2"}), Paper(identifiers={"b": "2", "a": "1"})
    assert to_json(one) == to_json(other)


def test_fields_of_a_later_version_are_passed_over() -> None:
    assert from_dict({"litdex": 1, "title": "T", "mood": "blue"}) == Paper(title="T")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"title": 3}, "title: must be a string, not a whole number"),
        ({"authors": "A. Bee"}, "authors: must be a list, not a string"),
        ({"authors": [{"given": "A."}]}, "authors[0].family: is missing"),
        ({"authors": [{"family": None}]}, "authors[0].family: must be a string, not null"),
        ({"sections": [{"title": "I", "text": "t", "kind": "x"}]}, "sections[0].kind"),
        ({"sections": ["I"]}, "sections[0]: must be an object"),
        ({"references": [{"year": "1999"}]}, "references[0].year: must be a whole number"),
        ({"identifiers": ["10.1/x"]}, "identifiers: must be an object, not a list"),
        ({"identifiers": {"doi": 5}}, "identifiers.doi: must be a string"),
        ({"version": True}, "version: must be a whole number, not true or false"),
        ({"litdex": 2}, "litdex: form 2 was written by a newer litdex"),
    ],
)
def test_a_wrong_value_is_named(data: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match="^" + message.replace("[", r"\[").replace("]", r"\]")):
        from_json(json.dumps(data))


@pytest.mark.parametrize("data", ["", "{", "[]", "3", "null"])
def test_what_is_no_paper_is_refused(data: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_json(data)
