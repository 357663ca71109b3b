"""What real bibliographies do: identifiers of other works in notes, odd types, names in every form, arXiv anywhere."""

from __future__ import annotations

import json

import pytest

from litdex.ingest.detect import format_of
from litdex.ingest.kinds import KINDS, kind_of
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers import FORMATS
from tests.ingest.papers import blob


def read(form: str, data: str) -> list[Paper]:
    found = list(FORMATS[form].parser()(blob(data)))
    assert all(isinstance(one, Paper) for one in found), found
    return [one for one in found if isinstance(one, Paper)]


def named(authors: tuple[Author, ...]) -> list[tuple[str, str]]:
    return [(author.family, author.given) for author in authors]


def bib(fields: str) -> Paper:
    (paper,) = read("bibtex", f"@article{{k, title={{T}}, {fields}}}")
    return paper


@pytest.mark.parametrize(
    ("form", "record"),
    [
        ("bibtex", "@article{{k, title={{On otters}}, note={{{note}}}}}"),
        ("bibtex", "@article{{k, title={{On otters}}, annote={{{note}}}}}"),
        ("ris", "TY  - JOUR\nTI  - On otters\nN1  - {note}\nER  - \n"),
        ("csl", '[{{"type": "article-journal", "title": "On otters", "note": "{note}"}}]'),
    ],
)
@pytest.mark.parametrize("lead", ["Comment on", "Erratum to", "Data at https://doi.org/", "Reply to doi:", ""])
def test_an_identifier_in_a_note_is_a_claim(form: str, record: str, lead: str) -> None:
    (paper,) = read(form, record.format(note=f"{lead} 10.5061/dryad.77".replace("/ ", "/")))
    assert (paper.identifiers, paper.claims) == ({}, {"doi": "10.5061/dryad.77"})


def test_related_works_of_dublin_core_are_claims() -> None:
    def record(relation: str) -> Paper:
        (paper,) = read(
            "oai",
            f'<oai_dc:dc xmlns:oai_dc="x" xmlns:dc="y"><dc:title>On otters</dc:title>'
            f"<dc:relation>{relation}</dc:relation></oai_dc:dc>",
        )
        return paper

    assert record("doi:10.5061/dryad.77").claims == {"doi": "10.5061/dryad.77"}
    assert not record("doi:10.5061/dryad.77").identifiers
    assert record("info:eu-repo/semantics/altIdentifier/doi/10.5555/own").identifiers == {"doi": "10.5555/own"}


def test_a_further_work_that_tei_names_is_another() -> None:
    (paper,) = read(
        "tei",
        "<TEI><teiHeader><fileDesc><titleStmt><title>T</title></titleStmt><notesStmt><note>"
        "<idno type='DOI'>10.1/n</idno></note></notesStmt>"
        "<sourceDesc><biblStruct><idno type='DOI'>10.1/own</idno></biblStruct><biblStruct>"
        "<idno type='arXiv'>1805.00001</idno></biblStruct></sourceDesc></fileDesc></teiHeader><text/></TEI>",
    )
    assert paper.identifiers == {"doi": "10.1/own"}


def test_a_literal_name_with_initials_is_a_persons() -> None:
    people = [{"literal": "Ann B. Clearwater"}, {"literal": "Hill B.J."}, {"literal": "Barnes & Noble"}]
    (paper,) = read("csl", json.dumps([{"type": "article", "title": "T", "author": people}]))
    assert named(paper.authors) == [("Clearwater", "Ann B."), ("Hill", "B. J."), ("Barnes & Noble", "")]


def test_an_own_identifier_is_no_claim_too() -> None:
    paper = bib("doi={10.1/x}, url={https://arxiv.org/abs/1903.00007}, note={doi:10.1/x, Comment on arXiv:1805.00001}")
    assert paper.identifiers == {"doi": "10.1/x", "arxiv": "1903.00007"}
    assert paper.claims == {"arxiv": "1805.00001"}


@pytest.mark.parametrize(
    "fields",
    [
        "journal={arXiv preprint arXiv:1412.1408}",
        "journal={arXiv e-prints}, pages={arXiv:1412.1408}",
        "journal={ArXiv}, volume={abs/1412.1408}",
        "journal={CoRR}, volume={abs/1412.1408}",
        "journal={arXiv}, volume={1412.1408}",
        "journal={arXiv}, number={1412.1408v3}",
        "howpublished={arXiv:1412.1408 [cs.LG]}",
        "publisher={arXiv}, number={arXiv:1412.1408}",
        "eprint={1412.1408 v1}",
        "eprint={abs/1412.1408}",
        "doi={arXiv:1412.1408}",
    ],
)
def test_an_arxiv_number_is_found_wherever_people_put_it(fields: str) -> None:
    assert bib(fields).identifiers == {"arxiv": "1412.1408"}


def test_a_number_in_another_journal_is_no_arxiv_number() -> None:
    assert not bib("journal={J. Otters}, volume={1412.1408}, pages={1412.1408}").identifiers


def test_arxiv_as_a_journal_in_ris_and_csl() -> None:
    (ris,) = read("ris", "TY  - JOUR\nTI  - T\nJO  - ArXiv\nVL  - abs/1412.1408\nER  - \n")
    (csl,) = read(
        "csl", json.dumps([{"type": "article", "title": "T", "container-title": "CoRR", "volume": "abs/1412.1408"}])
    )
    assert ris.identifiers == csl.identifiers == {"arxiv": "1412.1408"}


ODD = """@article{a, title={First}}
@['Review', 'JournalArticle']{b, title={Second}, year={2018}}
@conference paper{c, title={Third}}
@{d, title={Fourth}}
@Zarf{e,
  title={Fifth}}
@book{f, title={Sixth}}
"""


def test_an_entry_of_an_odd_type_is_read_as_its_nearest_kind() -> None:
    found = [(paper.title, paper.kind) for paper in read("bibtex", ODD)]
    assert found == [
        ("First", "article"), ("Second", "article"), ("Third", "inproceedings"), ("Fourth", ""), ("Fifth", "misc"),
        ("Sixth", "book"),
    ]  # fmt: skip
    assert format_of(b"@['Review']{b,\n title={Second}, year={2018}}", cut=False) == "bibtex"
    assert format_of(b"@Component({\n selector: 'a', template: {}})\n export class A {}", cut=False) != "bibtex"


BROKEN = """@article{Conference paper2022775,
 title={First}, funding_text 1={A {grant}}, year=2020}
@article{b, title={Second}, keywords={a, ). add(1), @type:Person}, a more nuanced picture},
 year={2021},
 doi={10.5555/b}}
@article{c, % a comment
 title={Third}, % with = signs
 year=2022}
"""


def test_an_entry_that_is_no_bibtex_somewhere_inside_is_read_on() -> None:
    found = [(paper.title, paper.date, paper.identifiers.get("doi", "")) for paper in read("bibtex", BROKEN)]
    assert found == [("First", "2020", ""), ("Second", "2021", "10.5555/b"), ("Third", "2022", "")]


def test_braces_that_mendeley_doubles_are_none() -> None:
    (paper,) = read("bibtex", r"@article{a, title={{\{}DNA{\}} repair in {\{}E. coli{\}}}}")
    assert paper.title == "DNA repair in E. coli"


XDATA = """@book{child, title={Child}, xdata={press, place}}
@xdata{press, publisher={Otter Press}, xdata={deeper}}
@xdata{deeper, year={1999}}
@incollection{part, title={Part}, crossref={whole}}
@collection{whole, booktitle={Whole}, editor={Boss, Ed}, crossref={whole}}
"""


def test_biblatex_lends_fields_by_xdata_and_crossref() -> None:
    child, part, whole = read("bibtex", XDATA)
    assert (child.publisher, child.date) == ("Otter Press", "1999")
    assert (part.venue, named(part.editors)) == ("Whole", [("Boss", "Ed")])
    assert (whole.kind, whole.title) == ("book", "Whole")


@pytest.mark.parametrize(
    ("called", "kind"),
    [
        ("JOUR", "article"), ("CONF", "inproceedings"), ("CHAP", "incollection"), ("THES", "phdthesis"),
        ("Journal Article", "article"), ("journal-article", "article"), ("Book, Section", "incollection"),
        ("Conference Proceedings", "inproceedings"), ("Ph.D. Thesis", "phdthesis"),
        ("Master's thesis", "mastersthesis"),
        ("paper-conference", "inproceedings"), ("Electronic Article", "article"), ("nobody knows", "misc"), ("", ""),
    ],
)  # fmt: skip
def test_kinds_under_other_programs_names(called: str, kind: str) -> None:
    assert kind_of(called) == kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_its_own_name(kind: str) -> None:
    assert kind_of(kind) == kind
    assert kind_of(KINDS[kind].ris) in KINDS


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("Xiao Di Chen and Huong Le Tran", [("Chen", "Xiao Di"), ("Tran", "Huong Le")]),
        ("Ana de la Fuente and Jan Van Eyck", [("de la Fuente", "Ana"), ("Eyck", "Jan Van")]),
        ("Wei Du and Kyle Lo and Du, Wei", [("Du", "Wei"), ("Lo", "Kyle"), ("Du", "Wei")]),
        (
            "family=Fjord, given=Hanne and given=Per, family={Dahl and Sons} and Doe, Jo and family=Costa,given=Ana,"
            "given-i=A,prefix=da,useprefix=false and family=Hill, given=Bob, suffix=III",
            [("Fjord", "Hanne"), ("Dahl and Sons", "Per"), ("Doe", "Jo"), ("da Costa", "Ana"), ("Hill III", "Bob")],
        ),
        (r"Carlos {Barros Neto} and {Otter Trust}", [("Barros Neto", "Carlos"), ("Otter Trust", "")]),
        (r"{\'E}mile Zola and {\'{\o}}rn Lund", [("Zola", "Émile"), ("Lund", "ǿrn")]),
        (r"Nguy{\~{\^e}}n, V{\u{a}}n and Tr{\`{\^a}}n, B{\'{\i}}ch", [("Nguyễn", "Văn"), ("Trần", "Bích")]),
        ("Hill B.J. and Stone AB", [("Hill", "B. J."), ("Stone", "A. B.")]),
    ],
)  # fmt: skip
def test_names_of_bibtex(field: str, names: list[tuple[str, str]]) -> None:
    assert named(bib(f"author={{{field}}}").authors) == names


RIS = """TY  - Journal Article
T1  - Gland imaging in
CT - and T2-weighted series
A1  - Hill B.J.
AU  - Stone AB
AU  - van den Berg C.
AU  - SMITH JD
AU  - Hill B.J.
A2  - Boss, E.
N2  - We compared
T2 - weighted images.
KW  - one
two words
SP  - 187
EP  - 94
ER  -

TY  - CHAP
TI  - A chapter
AU  - Doe, J.; Roe, K.
T2  - Big Book
JF  - Series
ER  -
"""


def test_ris_as_databases_write_it() -> None:
    first, chapter = read("ris", RIS)
    assert (first.kind, first.title) == ("article", "Gland imaging in CT - and T2-weighted series")
    assert named(first.authors) == [("Hill", "B. J."), ("Stone", "A. B."), ("van den Berg", "C."), ("SMITH", "J. D.")]
    assert named(first.editors) == [("Boss", "E.")]
    assert first.abstract == "We compared T2 - weighted images."
    assert (first.keywords, first.pages) == (("one", "two words"), "187-194")
    assert (chapter.kind, chapter.venue, len(chapter.authors)) == ("incollection", "Big Book", 2)
    assert format_of(RIS.encode(), cut=False) == "ris"
