"""CSV as a spreadsheet reads it."""

from __future__ import annotations

import csv
import io

from litdex.ingest.paper import Author, Paper
from litdex.ingest.table import to_csv


def test_csv_has_a_line_a_paper() -> None:
    paper = Paper(
        identifiers={"arxiv": "0901.0001", "doi": "10.1/x"},
        title='Spins, "squeezed"\nin a trap',
        authors=(Author(family="Doe", given="J"), Author(family="ATLAS Collaboration")),
        date="2009-01",
    )
    (line,) = csv.DictReader(io.StringIO("".join(to_csv([paper]))))
    assert line["title"] == paper.title
    assert line["authors"] == "J Doe; ATLAS Collaboration"
    assert (line["id"], line["doi"], line["date"]) == ("arXiv:0901.0001", "10.1/x", "2009-01")


def test_a_title_that_is_a_formula_stays_text() -> None:
    (line,) = csv.DictReader(io.StringIO("".join(to_csv([Paper(title='=HYPERLINK("evil")')]))))
    assert line["title"] == '\'=HYPERLINK("evil")'
