"""Exported papers: what our own readers make of them, and that TeX and citation keys are safe."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace

import pybtex.database
import pytest
import rispy
from hypothesis import given, settings
from hypothesis import strategies as st

from litdex.ingest.export import EXPORTERS, citation_keys, to_bibtex, to_csl_json, to_ris
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers import FORMATS
from tests.ingest.papers import PAPERS, blob

PAPER = Paper(
    identifiers={"arxiv": "hep-th/9901001", "doi": "10.1038/248030a0", "pmid": "123", "pmcid": "PMC5"},
    kind="article",
    title="Black hole explosions in $SU(2)_{L}$: 50% & more_or less ~ the case {of} H2O and ΛCDM",
    abstract="We find `` odd '' things -- at $5 and #7, a ^ b \\ c. “Curly” too.",
    authors=(
        *map(parse_name, ("Stephen W. Hawking", "van Beethoven, L.", "King, Jr., Martin Luther", "Erdős, P.")),
        Author(family="ATLAS Collaboration"),
        Author(family="Rock and Roll & Co"),
    ),
    date="1974-03-01",
    keywords=("black holes", "Neoplasms, drug therapy"),
    venue="Nature & Science",
    volume="248",
    issue="5443",
    pages="30-31",
    publisher="Springer",
    language="en",
)
BARE = Paper(title="A bare title", kind="misc")
READERS = {"jsonl": "litdex", "bibtex": "bibtex", "ris": "ris", "csl": "csl"}


def reread(form: str, papers: list[Paper]) -> list[object]:
    return list(FORMATS[READERS[form]].parser()(blob("".join(EXPORTERS[form](papers)))))


@pytest.mark.parametrize("form", list(EXPORTERS))
def test_the_metadata_survive(form: str) -> None:
    # RIS cannot tell an institution by anything but its name
    paper = replace(PAPER, authors=PAPER.authors[:-1]) if form == "ris" else PAPER
    assert reread(form, [paper, BARE]) == [paper, BARE]


@pytest.mark.parametrize("form", list(EXPORTERS))
@pytest.mark.parametrize("date", ["", "2008", "2008-09", "2008-09-19"])
def test_every_precision_of_a_date_survives(form: str, date: str) -> None:
    assert reread(form, [replace(BARE, date=date)]) == [replace(BARE, date=date)]


@settings(max_examples=40, deadline=None)
@given(st.lists(PAPERS, max_size=2), st.sampled_from(["bibtex", "ris", "csl"]))
def test_any_text_gives_a_file_that_can_be_read(papers: list[Paper], form: str) -> None:
    papers = [replace(paper, title=f"Title {paper.title}", identifiers={}) for paper in papers]
    if papers:
        titles = [getattr(paper, "title", paper) for paper in reread(form, papers)]
        assert len(titles) == len(papers)
        assert all(str(title).startswith("Title") for title in titles)


TEX = st.text(st.sampled_from("ab C{}$\\%&#_^~-`'\"éαß@,=\n"), max_size=25)


@settings(max_examples=150, deadline=None)
@given(TEX)
def test_text_that_looks_like_tex_comes_back_from_bibtex(text: str) -> None:
    paper = Paper(kind="misc", title=f"x {text} x", abstract=f"y {text} y")
    expected = replace(paper, title=" ".join(paper.title.split()), abstract=" ".join(paper.abstract.split()))
    assert reread("bibtex", [paper]) == [expected]


WORKS = [
    Paper(
        identifiers={"doi": "10.5555/q_1--a"},
        kind="inproceedings",
        title="DNA repair",
        authors=(Author(family="van der Tervo", given="Paavo"), Author(family="KITTEN Collaboration")),
        editors=(Author(family="Boss", given="B."),),
        venue="Proc. of Tests",
        date="2021",
    ),
    Paper(kind="phdthesis", title="A thesis", authors=(Author(family="Doe", given="Jane"),), publisher="Univ. of X"),
    Paper(kind="mastersthesis", title="A smaller one", publisher="Univ. of Y"),
    Paper(
        kind="incollection",
        title="A chapter",
        authors=(Author(family="Roe", given="Jane"),),
        editors=(Author(family="Boss", given="B."),),
        venue="Big Book",
        pages="3-4",
        publisher="Press",
    ),
    Paper(kind="techreport", title="A report", publisher="Lab"),
    Paper(kind="book", title="A book", authors=(ED := Author(family="Boss", given="B."),), editors=(ED,)),
]


@pytest.mark.parametrize("form", list(EXPORTERS))
def test_the_kind_of_work_and_its_editors_survive(form: str) -> None:
    assert reread(form, WORKS) == WORKS


def test_another_programs_reader_of_bibtex_finds_the_same() -> None:
    entries = list(pybtex.database.parse_string("".join(to_bibtex(WORKS)), "bibtex").entries.values())
    assert [entry.type for entry in entries] == [work.kind for work in WORKS]
    assert entries[0].fields["doi"] == "10.5555/q_1--a"  # as it stands: biblatex takes it verbatim
    assert [entries[0].fields["booktitle"], entries[3].fields["booktitle"]] == ["Proc. of Tests", "Big Book"]
    assert [entries[1].fields["school"], entries[4].fields["institution"]] == ["Univ. of X", "Lab"]
    first, group = entries[0].persons["author"]
    assert (first.first_names, first.prelast_names, first.last_names) == (["Paavo"], ["van", "der"], ["Tervo"])
    assert str(group) == "{KITTEN Collaboration}"
    assert [str(entry.persons["editor"][0]) for entry in (entries[0], entries[3], entries[5])] == ["Boss, B."] * 3


def test_another_programs_reader_of_ris_finds_the_same() -> None:
    found = rispy.loads("".join(to_ris(WORKS)))
    assert [one["type_of_reference"] for one in found] == ["CONF", "THES", "THES", "CHAP", "RPRT", "BOOK"]
    assert (found[0]["secondary_authors"], found[0]["doi"]) == (["Boss, B."], "10.5555/q_1--a")
    assert (found[1]["publisher"], found[1]["type_of_work"]) == ("Univ. of X", "PhD thesis")
    assert (found[3]["start_page"], found[3]["end_page"]) == ("3", "4")


def test_tex_is_escaped_outside_of_formulas() -> None:
    text = "".join(to_bibtex([PAPER]))
    assert r"in $SU(2)_{L}$: 50\% \& more\_or less" in text
    assert "{H2O}" in text
    assert "{ATLAS Collaboration}" in text
    assert "pages = {30--31}" in text
    assert text.count("{") == text.count("}")


def test_citation_keys_tell_the_paper_and_do_not_depend_on_the_order() -> None:
    papers = [replace(PAPER, identifiers={"doi": f"10.1/{i}"}) for i in range(30)]
    keys = dict(zip((p.identifiers["doi"] for p in papers), citation_keys(papers), strict=True))
    assert len(set(keys.values())) == 30
    assert keys["10.1/0"] == "hawking1974blacka"
    assert "hawking1974blackad" in keys.values()
    random.Random(1).shuffle(papers)
    assert citation_keys(papers) == [keys[p.identifiers["doi"]] for p in papers]
    assert citation_keys([PAPER, BARE, Paper()]) == ["hawking1974black", "anonbare", "anon"]
    assert citation_keys([replace(PAPER, authors=(parse_name("王小明"),))]) == ["anon1974black"]


def test_papers_may_come_from_an_iterator() -> None:
    def stream() -> Iterator[Paper]:
        yield from [PAPER, BARE]

    for export in EXPORTERS.values():
        assert "".join(export(stream())) == "".join(export([PAPER, BARE]))


def test_nothing_gives_an_empty_file_of_the_kind() -> None:
    assert json.loads("".join(to_csl_json([]))) == []
    assert "".join(to_bibtex([])) == "".join(to_ris([])) == ""
