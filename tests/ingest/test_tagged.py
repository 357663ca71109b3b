"""Tagged exports: PubMed's .nbib, Web of Science, Ovid, EndNote, RefWorks; and those that litdex does not know."""

from __future__ import annotations

import pytest

from litdex.errors import UnreadableFile
from litdex.ingest.detect import format_of
from litdex.ingest.paper import Author, Paper, Reference
from litdex.ingest.parsers import FORMATS
from tests.ingest.papers import blob


def read(text: str) -> list[Paper]:
    form = format_of(text.encode(), cut=False)
    assert form is not None
    found = list(FORMATS[form].parser()(blob(text)))
    assert all(isinstance(one, Paper) for one in found), found
    return [one for one in found if isinstance(one, Paper)]


NBIB = """
PMID- 39000077
OWN - NLM
STAT- MEDLINE
IS  - 1432-0000 (Electronic)
VI  - 43
IP  - 1
DP  - 2020 Jan
TI  - Imaging of glands compared with
      CT- guided biopsy in 220 patients.
PG  - 98-104
LID - 10.5555/g.1 [doi]
LID - S0000-1 [pii]
AB  - PURPOSE: To compare.
      RESULTS: Both agreed in T2-weighted series.
FAU - Hill, Bea J
AU  - Hill BJ
AUID- ORCID: 0000000123456789
AD  - Department of Glands.
FAU - van den Berg, Cy
AU  - van den Berg C
CN  - The Gland Study Group
LA  - eng
SI  - Dryad/10.5061/dryad.77
PT  - Comparative Study
PT  - Journal Article
JT  - Journal of imaginary glands
MH  - Aged
MH  - *Glands/diagnostic imaging
OT  - gland
CON - J Glands. 2019;42:1-2. PMID: 38000001
RIN - J Glands. 2021. PMID: 40000001
PMC - PMC5000077
AID - 10.5555/g.1 [doi]
SO  - J Glands. 2020 Jan;43(1):98-104. doi: 10.5555/g.1.

PMID- 39000078
FAU - Doe, Jo
FED - Boss, Ed
TI  - A chapter.
BTI - A book of glands
PB  - Gland Press
DP  - 2019
"""


def test_pubmed() -> None:
    first, chapter = read(NBIB)
    assert first == Paper(
        identifiers={"pmid": "39000077", "pmcid": "PMC5000077", "doi": "10.5555/g.1"},
        kind="article",
        title="Imaging of glands compared with CT- guided biopsy in 220 patients",
        abstract="PURPOSE: To compare. RESULTS: Both agreed in T2-weighted series.",
        authors=(
            Author(family="Hill", given="Bea J", orcid="0000-0001-2345-6789"),
            Author(family="van den Berg", given="Cy"),
            Author(family="The Gland Study Group"),
        ),
        date="2020-01",
        keywords=("gland", "Aged", "Glands"),
        venue="Journal of imaginary glands",
        volume="43",
        issue="1",
        pages="98-104",
        language="eng",
        retracted=True,
    )
    assert (chapter.kind, chapter.venue, chapter.publisher) == ("incollection", "A book of glands", "Gland Press")
    assert chapter.editors == (Author(family="Boss", given="Ed"),)


WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Hill, BJ
   van den Berg, C
AF Hill, Bea J.
   van den Berg, Cy
CA Gland Study Group
TI Gadgets of the north and
   CT scans
SO JOURNAL OF GADGETS
LA English
DT Article; Proceedings Paper
DE gadgets; cold places
AB We look at gadgets.
CR Doe J, 2008, J OTTERS, V12, P34, DOI 10.5555/cited.1
   *UN ORG, 2001, REPORT
PU GADGET PRESS
PD JUL 15
PY 2009
VL 7
IS 2
BP 11
EP 19
DI 10.5555/gadget.1
UT WOS:000000000000001
PM 39000079
ER

PT B
AU Roe, K
BE Boss, B
TI A chapter
SO BIG BOOK
DT Article; Book Chapter
PY 2010
BN 978-3-16-148410-0
ER

EF
"""


def test_web_of_science() -> None:
    first, chapter = read(WOS)
    assert first == Paper(
        identifiers={"doi": "10.5555/gadget.1", "pmid": "39000079"},
        kind="article",
        title="Gadgets of the north and CT scans",
        abstract="We look at gadgets.",
        authors=(
            Author(family="Hill", given="Bea J."),
            Author(family="van den Berg", given="Cy"),
            Author(family="Gland Study Group"),
        ),
        date="2009-07-15",
        keywords=("gadgets", "cold places"),
        venue="JOURNAL OF GADGETS",
        volume="7",
        issue="2",
        pages="11-19",
        publisher="GADGET PRESS",
        language="English",
        references=(
            Reference(
                text="Doe J, 2008, J OTTERS, V12, P34, DOI 10.5555/cited.1",
                authors=("J. Doe",),
                year=2008,
                venue="J OTTERS",
                identifiers={"doi": "10.5555/cited.1"},
            ),
            Reference(text="*UN ORG, 2001, REPORT", authors=("UN ORG",), year=2001, venue="REPORT"),
        ),
    )
    assert (chapter.kind, chapter.venue, chapter.identifiers) == ("incollection", "BIG BOOK", {})
    assert chapter.editors == (Author(family="Boss", given="B"),)


OVID = """<1. >
VN  - Ovid Technologies
DB  - Ovid MEDLINE(R)
UI  - 39000080
AU  - Hill, Bea J. MD, MPH 1
AU  - van den Berg, Cy [Reprint Author]
TI  - "Work at sea".  [Article]
SO  - American Journal Of Sea Work June 2015;58(6):688-96
AB  - Background: little is known.
LG  - English.
DO  - 10.5555/sea.1
PT  - Journal Article

<2. >
VN  - Ovid Technologies
DB  - PsycINFO
AU  - Roe, K
TI  - A chapter
BT  - Boss, Ed [Ed]; Chief, Cy [Ed]. (2012). The big book. xi, 200 pp.
PT  - Book
YR  - 2012
"""
HEADED = """<7>
Accession Number
  00042637-900000000-99667.
Author
  Hill, Bea J. RN; PhD 1;  Mathes, Tim 2
Title
  Decision support.[Review]
Source
  Journal of Support.   28(2):103-106, April 2015.
Abstract
  We ask
  who decides.
DOI Number
  10.5555/support.1
Language
  English.
"""


def test_ovid() -> None:
    first, chapter = read(OVID)
    assert first.identifiers == {"doi": "10.5555/sea.1", "pmid": "39000080"}
    assert [author.name for author in first.authors] == ["Bea J. Hill", "Cy van den Berg"]
    assert (first.title, first.venue, first.date) == ("Work at sea", "American Journal Of Sea Work", "2015-06")
    assert (first.volume, first.issue, first.pages, first.language) == ("58", "6", "688-696", "English")
    assert (chapter.kind, chapter.venue, chapter.date) == ("incollection", "The big book", "2012")
    assert [author.name for author in chapter.editors] == ["Ed Boss", "Cy Chief"]


def test_ovid_with_names_of_fields_on_lines_of_their_own() -> None:
    (paper,) = read(HEADED)
    assert paper == Paper(
        identifiers={"doi": "10.5555/support.1"},
        kind="article",
        title="Decision support",
        abstract="We ask who decides.",
        authors=(Author(family="Hill", given="Bea J."), Author(family="Mathes", given="Tim")),
        date="2015-04",
        venue="Journal of Support",
        volume="28",
        issue="2",
        pages="103-106",
        language="English",
    )


ENDNOTE = """%0 Journal Article
%A Hill, B.J.
%A 余敏
%T On gadgets
%J Journal of Gadgets
%D 2019
%8 March 3, 2019
%V 7
%N 2
%P 11-19
%R 10.5555/gadget.2
%O Comment on doi:10.5555/gadget.1
%X One paragraph.

And a second one.
%K gadgets
cold places

%0 Thesis
%A Roe, Jane
%T A thesis
%9 Master's thesis
%I Univ. of X
"""


def test_endnote() -> None:
    first, thesis = read(ENDNOTE)
    assert (first.kind, first.date, first.pages) == ("article", "2019-03-03", "11-19")
    assert first.authors == (Author(family="Hill", given="B.J."), Author(family="余敏"))
    assert (first.identifiers, first.claims) == ({"doi": "10.5555/gadget.2"}, {"doi": "10.5555/gadget.1"})
    assert (first.abstract, first.keywords) == ("One paragraph. And a second one.", ("gadgets", "cold places"))
    assert (thesis.kind, thesis.publisher) == ("mastersthesis", "Univ. of X")


def test_refworks() -> None:
    (paper,) = read(
        "RT Book, Section\nSR Electronic(1)\nA1 Hill,Bea J.\nA2 Boss,Ed\nT1 A chapter\nT2 Big Book\nYR 2002\nSP 101\n"
        "OP 23\nK1 one\nK1 two\nAB CT and T2 series\nDO 10.5555/rw.1\nNO Comment on doi:10.5555/rw.0\n"
    )
    assert (paper.kind, paper.venue, paper.pages, paper.keywords) == (
        "incollection",
        "Big Book",
        "101-123",
        ("one", "two"),
    )
    assert (paper.identifiers, paper.claims) == ({"doi": "10.5555/rw.1"}, {"doi": "10.5555/rw.0"})
    assert (paper.authors[0].name, paper.editors[0].name) == ("Bea J. Hill", "Ed Boss")


UNKNOWN = {
    "Copac": "TI- Computing\nAU- Barber, Barry\nPU- London : Press\nPY- 1972\nPD- 102p\nIS- 0407517\nKW- PCs\n",
    "INSPEC": "TI ~ The project\nAU ~ Doe, J\nAB ~ Text\nPU ~ X\nPY ~ 1992\nSO ~ 1992; 19: 20\nRT ~ Journal-Paper\n",
    "Biblioscape": "--AU-- Sa, M.\n--TI-- Ring opening\n--ST-- J. Chem.\n--YP-- 1996\n--VL-- 61\n--NB-- 11\n",
    "does not know": "TI: Otters\nAU: Doe, J\nAB: We saw them\nPY: 1992\nJN: J. Otters\nVL: 3\n",
}


@pytest.mark.parametrize("program", UNKNOWN)
def test_a_tagged_export_of_another_program_is_refused_by_name(program: str) -> None:
    text = UNKNOWN[program]
    assert format_of(text.encode(), cut=False) == "tagged"
    with pytest.raises(UnreadableFile, match=rf"^file: is a tagged export of .*{program}.* RIS"):
        list(FORMATS["tagged"].parser()(blob(text)))


@pytest.mark.parametrize(
    "text",
    [
        "AB - a title\n\nThis paper is about otters, and how they live. TI is a tag elsewhere.\n" * 3,
        "% A comment of TeX\n% Title: x\nSome words of a text that goes on for a while, on otters and on tents.\n",
        "Q: What is this?\nA: It is prose, in which lines begin with letters and colons, and go on for long.\n" * 4,
        "PT is a state. RT is a tag.\nFN is a header of files. Otters live in rivers, and in the sea.\n",
    ],
)
def test_prose_is_no_tagged_export(text: str) -> None:
    assert format_of(text.encode(), cut=False) == "text"
