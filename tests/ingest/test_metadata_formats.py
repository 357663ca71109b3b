"""The formats that hold metadata only: JSON records, arXiv's snapshot, BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Fault
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers import FORMATS
from litdex.ingest.parsers.bibtex import read_entries
from litdex.ingest.parsers.tex_text import plain_tex
from litdex.ingest.serialise import to_json
from tests.ingest.papers import blob


def read(form: str, data: str | bytes) -> list[Paper | Fault]:
    return list(FORMATS[form].parser()(blob(data)))


def one(form: str, data: str | bytes) -> Paper:
    (paper,) = read(form, data)
    if isinstance(paper, Fault):
        raise AssertionError(paper.reason)
    return paper


SIMPLE = {
    "id": "0712.1056",
    "title": r"Tides of S{\o}ren's  moon",
    "abstract": r"We \emph{see} $Q^{\alpha}$.",
    "categories": ["astro-ph", "physics.geo-ph"],
    "date": "2007-12-06",
    "authors": [r"St\'ephane Bee", "*"],
    "field": "astro-ph",
}


def test_a_simple_record() -> None:
    assert one("litdex", json.dumps(SIMPLE)) == Paper(
        identifiers={"arxiv": "0712.1056"},
        title="Tides of Søren's moon",
        abstract=r"We see $Q^{\alpha}$.",
        categories=("astro-ph", "physics.geo-ph"),
        date="2007-12-06",
        authors=(Author(family="Bee", given="Stéphane"),),
    )
    assert one("litdex", json.dumps({**SIMPLE, "id": "title:b74e"})).identifiers == {"local": "title:b74e"}
    assert one("litdex", json.dumps({**SIMPLE, "id": 17})).identifiers == {"local": "17"}


def test_a_line_of_beir() -> None:
    line = {"_id": "0712.1056", "title": "T", "text": "A.", "metadata": {}}
    assert one("litdex", json.dumps(line)) == Paper(identifiers={"local": "0712.1056"}, title="T", abstract="A.")


def test_our_own_form_with_identifiers_normalised() -> None:
    paper = Paper(title="T", identifiers={"doi": "10.1/x"}, date="2008")
    assert one("litdex", to_json(paper)) == paper
    sloppy = {"litdex": 1, "title": "T", "identifiers": {"DOI": "https://doi.org/10.1/X"}, "date": "2008"}
    assert one("litdex", json.dumps(sloppy)) == paper


@pytest.mark.parametrize("layout", ["lines", "array", "pretty array", "concatenated", "utf-16", "mark"])
def test_every_layout_of_a_json_file(layout: str) -> None:
    papers = [Paper(title="Ä one"), Paper(title="Ö two")]
    lines = [to_json(paper).decode() for paper in papers]
    array = f"[{','.join(lines)}]"
    data: dict[str, str | bytes] = {
        "lines": "\n" + "\n\n".join(lines),
        "array": array,
        "pretty array": json.dumps(json.loads(array), indent=2),
        "concatenated": "\n".join(json.dumps(json.loads(line), indent=2) for line in lines),
        "utf-16": "\n".join(lines).encode("utf-16"),
        "mark": b"\xef\xbb\xbf" + "\n".join(lines).encode(),
    }
    assert read("litdex", data[layout]) == papers


def test_one_bad_line_is_a_fault_and_the_rest_go_on() -> None:
    good = json.dumps(SIMPLE)
    found = read("litdex", "\n".join([good, '{"title": ', '{"title": [3]}', "[]", '{"id": "x"}', good]))
    assert [type(paper) for paper in found] == [Paper, Fault, Fault, Fault, Fault, Paper]
    faults = [paper for paper in found if isinstance(paper, Fault)]
    assert [fault.ordinal for fault in faults] == [1, 2, 3, 4]
    assert "title: must be a string" in faults[1].reason


def test_a_bad_first_line_does_not_hide_the_others() -> None:
    found = read("litdex", '{"title": "cut off in the mid\n' + json.dumps(SIMPLE))
    assert [type(paper) for paper in found] == [Fault, Paper]


def test_half_characters_and_nuls_do_not_reach_the_library() -> None:
    assert one("litdex", r'{"title": "a\ud800b\u0000c \ud83d\ude00"}').title == "a\ufffdbc 😀"


@pytest.mark.parametrize("form", ["litdex", "arxiv", "csl", "bibtex", "ris"])
@pytest.mark.parametrize("data", ["", "\n \n", "{", "[" * 100_000, '{"a":1}', "@", "no such format", "@a{b, c = {"])
def test_what_holds_no_paper_is_refused_in_one_line(form: str, data: str) -> None:
    with pytest.raises(UnreadableFile, match=r"^file: ") as caught:
        read(form, data)
    assert "\n" not in str(caught.value)


SNAPSHOT: dict[str, Any] = {
    "id": "math/0309136",
    "submitter": "A. Bee",
    "authors": r"Andr\'e Bee and C. Dee",
    "title": "A  title\n  over two lines",
    "comments": "12 pages",
    "journal-ref": "Phys. Rev. D 76, 013009",
    "doi": "10.1103/PhysRevD.76.013009",
    "report-no": None,
    "categories": "math.GT hep-th",
    "license": None,
    "abstract": "  We show\nthat.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Bee", r"Andr\'e", ""], ["Dee", "C.", "Jr."], ["ATLAS Collaboration", "", ""]],
}


def test_a_record_of_arxivs_snapshot() -> None:
    assert one("arxiv", json.dumps(SNAPSHOT)) == Paper(
        identifiers={"arxiv": "math/0309136", "doi": "10.1103/physrevd.76.013009"},
        version=2,
        title="A title over two lines",
        abstract="We show that.",
        authors=(
            Author(family="Bee", given="André"),
            Author(family="Dee Jr.", given="C."),
            Author(family="ATLAS Collaboration"),
        ),
        date="2007-04-02",
        categories=("math.GT", "hep-th"),
        venue="Phys. Rev. D 76, 013009",
    )
    bare = one("arxiv", json.dumps({"id": "0704.0001", "title": "T", "authors": SNAPSHOT["authors"]}))
    assert [author.name for author in bare.authors] == ["André Bee", "C. Dee"]


def test_a_withdrawn_paper_counts_as_retracted() -> None:
    withdrawn = {**SNAPSHOT, "comments": "This paper has been withdrawn by the author"}
    assert one("arxiv", json.dumps(withdrawn)).retracted
    assert not one("arxiv", json.dumps(SNAPSHOT)).retracted


BIBTEX = r"""
A comment outside of entries, with an address: someone@example.org
@string{prl = "Phys. Rev. Lett."}
@preamble{ "\newcommand{\x}{y}" }
@article{hawking1974,
  author = {S. W. {Hawking} and G{\"o}del, Kurt and {ATLAS Collaboration} and others},
  title = "{Black} hole explosions? {\it The} case $\alpha_{s}$ --- a \& b"
  journal = prl # " B",
  year = 1974, month = mar # "~3", volume={248}, number = 5443, pages = {30--31},
  doi = {https://doi.org/10.1038/248030a0}, keywords={black holes, thermodynamics},
  eprint={0901.1234v2}, archivePrefix={arXiv}, primaryClass={gr-qc}
}
@article{broken, title={A {b} , year=1999
}
@ARTICLE(paren, title = "In parentheses", author="Doe, Jane", year=2001, journal=\prd,
  url={https://arxiv.org/abs/hep-th/9901001})
@inproceedings{child, crossref={parent}, title={Child}, author={A. Bee}}
@proceedings{parent, title={Proc. of X}, year=2000}
@misc{untitled, year=2000}
"""


def test_bibtex() -> None:
    found = read("bibtex", BIBTEX)
    assert found[0] == Paper(
        identifiers={"doi": "10.1038/248030a0", "arxiv": "0901.1234"},
        kind="article",
        title=r"Black hole explosions? The case $\alpha_{s}$ — a & b",
        authors=(
            Author(family="Hawking", given="S. W."),
            Author(family="Gödel", given="Kurt"),
            Author(family="ATLAS Collaboration"),
        ),
        date="1974-03-03",
        categories=("gr-qc",),
        keywords=("black holes", "thermodynamics"),
        venue="Phys. Rev. Lett. B",
        volume="248",
        issue="5443",
        pages="30-31",
    )
    assert found[1] == Fault(1, "@article{broken} has no closing brace")
    assert found[2] == Paper(
        identifiers={"arxiv": "hep-th/9901001"},
        kind="article",
        title="In parentheses",
        authors=(Author(family="Doe", given="Jane"),),
        date="2001",
        venue="Physical Review D",
    )
    assert isinstance(found[3], Paper)
    assert (found[3].venue, found[3].date) == ("Proc. of X", "2000")
    assert found[5] == Fault(5, "@misc{untitled} has no title")


def test_entries_keep_their_tex_for_the_latex_parser() -> None:
    (entry,) = read_entries(r"@Article{Key, Title = {A {\'e}}, title = {second}, year = 1999}")
    assert (entry.kind, entry.key, entry.fields) == ("article", "Key", {"title": r"A {\'e}", "year": "1999"})


RIS = """TY  - JOUR
AU  - Hawking, S. W.
AU  - ATLAS Collaboration
TI  - Black hole <i>explosions</i> &amp; more
T2  - Nature
PY  - 1974/03/01/
DA  - 1974
VL  - 248
IS  - 5443
SP  - 30
EP  - 31
DO  - https://doi.org/10.1038/248030a0
AB  - Line one
goes on here
KW  - black holes
KW  - thermodynamics
UR  - http://arxiv.org/abs/hep-th/9901001
ER  - \r

TY  - JOUR
AU  - X, Y
ER  -
TY  - CHAP
T1  - Without an end
A1  - Bee, A.
"""


def test_ris() -> None:
    assert read("ris", RIS) == [
        Paper(
            identifiers={"doi": "10.1038/248030a0", "arxiv": "hep-th/9901001"},
            kind="article",
            title="Black hole explosions & more",
            abstract="Line one goes on here",
            authors=(Author(family="Hawking", given="S. W."), Author(family="ATLAS Collaboration")),
            date="1974-03-01",
            keywords=("black holes", "thermodynamics"),
            venue="Nature",
            volume="248",
            issue="5443",
            pages="30-31",
        ),
        Fault(1, "has no title (TI or T1)"),
        Paper(kind="incollection", title="Without an end", authors=(Author(family="Bee", given="A."),)),
    ]


CSL = [
    {
        "id": "a",
        "type": "article-journal",
        "title": ["Black <i>holes</i>"],
        "author": [
            {"family": "Hawking", "given": "S. W.", "ORCID": "http://orcid.org/0000-0001-2345-678X"},
            {"literal": "ATLAS"},
            {"family": "Beethoven", "non-dropping-particle": "van", "given": "L."},
        ],
        "issued": {"date-parts": [[1974, 3, 1]]},
        "container-title": ["Nature"],
        "page": "30–31",
        "volume": 248,
        "DOI": "10.1038/248030A0",
        "keyword": "black holes, thermodynamics",
    },
    {"id": "b"},
    {"id": "c", "title": "In arXiv", "number": "arXiv:0901.1234", "issued": {"raw": "2009-01"}},
]


def test_csl_json() -> None:
    assert read("csl", json.dumps(CSL)) == [
        Paper(
            identifiers={"doi": "10.1038/248030a0"},
            kind="article",
            title="Black holes",
            authors=(
                Author(family="Hawking", given="S. W.", orcid="0000-0001-2345-678X"),
                Author(family="ATLAS"),
                Author(family="van Beethoven", given="L."),
            ),
            date="1974-03-01",
            keywords=("black holes", "thermodynamics"),
            venue="Nature",
            volume="248",
            pages="30-31",
        ),
        Fault(1, "has no title"),
        Paper(identifiers={"arxiv": "0901.1234"}, title="In arXiv", date="2009-01"),
    ]


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"St\'ephane S{\o}rensen", "Stéphane Sørensen"),
        (r"\v{C}ech, Erd\H{o}s, Fran\c{c}ois, \'{\i}", "Čech, Erdős, François, í"),
        (r"{\it{except}} \textbf{bold} {\em soft}", "except bold soft"),
        (r"``quoted'' 1--2 \& 50\%", "“quoted” 1–2 & 50%"),
        (r"the $\alpha_{s}$ of {\(\beta\)}", r"the $\alpha_{s}$ of \(\beta\)"),
        (r"\alpha decay and \unknown{this}", "α decay and this"),
        (r"x_{i} = \frac{a}{b}", r"x_{i} = \frac{a}{b}"),
        ("~100 GeV in Fig.~1", "~100 GeV in Fig. 1"),
        ("plain", "plain"),
    ],
)
def test_tex_in_metadata(tex: str, text: str) -> None:
    assert plain_tex(tex) == text


@pytest.mark.parametrize("piece", ["\\(", "$", "{", "\\cite[", "\\'", "@a{", "@a{b,c={", '@a{b,c="', "'", "\\v{"])
def test_hostile_repetition_takes_no_time(piece: str) -> None:
    plain_tex(piece * 10_000)
    assert len(list(read_entries(piece * 10_000))) <= 10_000


def test_the_real_corpus_is_read_whole(shared_data: Path) -> None:
    data = lzma.decompress((shared_data / "physics" / "devel.jsonl.xz").read_bytes())
    papers = read("litdex", data)
    assert len(papers) == 4237
    assert all(isinstance(paper, Paper) and paper.title and paper.abstract and paper.date for paper in papers)


def test_files_are_read_as_a_stream() -> None:
    """The first paper is there before the second line is looked at."""
    lines: Iterator[Paper | Fault] = FORMATS["litdex"].parser()(blob(json.dumps(SIMPLE) + "\n" + "x" * 10**6))
    assert isinstance(next(lines), Paper)
