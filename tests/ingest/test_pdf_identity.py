"""Which paper a PDF is by what its heads, feet and front matter print."""

# ruff: noqa: E501  (printed lines as they are)
from __future__ import annotations

import pytest

from litdex.ingest.paper import Reference
from litdex.ingest.parsers.pdf_identity import Imprint, agreed_date, imprint, own_doi, plausible_year, printed_date

LINES = [
    ("JOURNAL OF APPLIED PHYSICS 101, 023106 (2007)", Imprint("JOURNAL OF APPLIED PHYSICS", "101", "", "023106", "2007")),
    ("Phys. Rev. Lett. 116, 061102 (2016)", Imprint("Phys. Rev. Lett.", "116", "", "061102", "2016")),
    ("A&A 593, A17 (2016)", Imprint("A&A", "593", "", "A17", "2016")),
    ("J. Chem. Phys. 153, 024112 (2020); doi: 10.1063/5.0009", Imprint("J. Chem. Phys.", "153", "", "024112", "2020")),
    ("Nuclear Physics B 560 (1999) 3\u201330", Imprint("Nuclear Physics B", "560", "", "3-30", "1999")),
    ("JHEP03(2013)045", Imprint("JHEP", "03", "", "045", "2013")),
    ("Psychopharmacology (2017) 234:403\u2013420", Imprint("Psychopharmacology", "234", "", "403-420", "2017")),
    ("Barnett et al. BMC Evolutionary Biology 2014, 14:70", Imprint("BMC Evolutionary Biology", "14", "", "70", "2014")),
    (
        "The Astrophysical Journal, 725:331\u2013337 (7pp), 2010 December 10",
        Imprint("The Astrophysical Journal", "725", "", "331-337", "2010"),
    ),
    (
        "Journal of Experimental Botany, Vol. 62, No. 10, pp. 3387\u20133401, 2011",
        Imprint("Journal of Experimental Botany", "62", "10", "3387-3401", "2011"),
    ),
    ("4364\u20134374 Nucleic Acids Research, 2006, Vol. 34, No. 16", Imprint("Nucleic Acids Research", "34", "16", "", "2006")),
    ("P. C. Chaumet and C. Billaudeau J. Appl. Phys. 101, 023106 (2007)", Imprint("J. Appl. Phys.", "101", "", "023106", "2007")),
]  # fmt: skip


@pytest.mark.parametrize(("line", "told"), LINES)
def test_a_journal_line_tells_journal_volume_pages_and_year(line: str, told: Imprint) -> None:
    assert imprint([line]) == told


@pytest.mark.parametrize(
    "line",
    [
        "MNRAS 000, 1\u201315 (2015)",
        "Received 3 March 2004; accepted 5 May 2004",
        "Comment on Phys. Rev. B 12, 34 (1975)",
        "",
    ],
)
def test_what_names_no_journal_tells_nothing(line: str) -> None:
    assert imprint([line]) == Imprint()


def test_the_journal_may_stand_above_its_volume() -> None:
    told = imprint(
        ["Hindawi Publishing Corporation", "Advances in Meteorology", "Volume 2016, Article ID 5692431, 12 pages"]
    )
    assert (told.venue, told.pages, told.year) == ("Advances in Meteorology", "5692431", "2016")


def test_how_a_paper_is_to_be_cited_tells_where_it_appeared() -> None:
    lines = ["Citation: Rake B (2019) Did relaxing trials", "help science? PLoS ONE 14(1): e0210163."]
    told = imprint(lines, "Did relaxing trials help science?")
    assert (told.venue, told.volume, told.pages) == ("PLoS ONE", "14", "e0210163")


@pytest.mark.parametrize(
    ("lines", "information", "doi"),
    [
        (["doi:10.1093/nar/gkl514"], [], "10.1093/nar/gkl514"),
        (["DOI 10.1007/s00213-016-4471-y", "https://doi.org/10.1007/s00213-016-4471-y"], [], "10.1007/s00213-016-4471-y"),
        (["Comment on doi:10.1103/physrevb.1.1"], [], ""),
        (["The data set is at doi:10.5061/dryad.123"], [], ""),
        (["doi:10.1103/physrevb.1.1", "doi:10.1103/physrevb.2.2"], [], ""),
        (["doi:10.1103/physrevb.1.1", "doi:10.1103/physrevb.2.2"], ["doi:10.1103/physrevb.2.2"], "10.1103/physrevb.2.2"),
        (["https://doi.org/10.1016/j.nuclphysb."], [], ""),
        ([], ["Journal of Things, 2010. doi:10.1000/182"], "10.1000/182"),
    ],
)  # fmt: skip
def test_a_doi_is_believed_where_it_can_only_be_the_papers_own(
    lines: list[str], information: list[str], doi: str
) -> None:
    assert own_doi(lines, information) == doi


def test_published_goes_before_accepted_before_received() -> None:
    dates = ["Received 9 December 2015; Accepted 22 February 2016; Published 1 March 2016"]
    assert printed_date(dates, []) == "2016-03-01"
    assert printed_date(["(Received 23 January 2006; accepted 1 November 2006)"], []) == "2006-11-01"
    assert printed_date([], ["\u00a9 2015 The Authors"]) == "2015"


def test_the_journals_year_goes_before_a_printed_date_of_another() -> None:
    assert agreed_date("2017", "2016-12-05") == "2017"
    assert agreed_date("2016", "2016-03-01") == "2016-03-01"


def test_the_files_own_year_is_believed_only_beside_the_newest_reference() -> None:
    references = [Reference(year=2004), Reference(year=1999)]
    assert plausible_year("2005", references) == "2005"
    assert plausible_year("2014", references) == ""
    assert plausible_year("2003", references) == ""
