"""Every format from its bytes to the library, told apart by content alone: the files' names say nothing."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from litdex.index.library import Library
from litdex.ingest.parsers import FORMATS
from litdex.pipeline.ingest import ingest
from tests.index.conftest import HashingEncoder

PROSE = "We measure how cold atoms move through a lattice of light and find that they slow down when it is deep. " * 4
ARXIV = {
    "id": "0901.1234",
    "submitter": "J. Doe",
    "authors": "Jane Doe",
    "authors_parsed": [["Doe", "Jane", ""]],
    "title": "Cold atoms in a lattice",
    "categories": "quant-ph",
    "abstract": PROSE,
    "versions": [{"version": "v1", "created": "Fri, 9 Jan 2009 12:00:00 GMT"}],
    "update_date": "2009-01-09",
}
OAI = f"""<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header/>
<metadata><arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>0901.1234</id><created>2009-01-09</created><authors><author>
<keyname>Doe</keyname><forenames>Jane</forenames></author></authors><title>Cold atoms in a lattice</title>
<categories>quant-ph</categories><abstract>{PROSE}</abstract></arXiv></metadata></record></ListRecords></OAI-PMH>"""
JATS = f"""<article><front><article-meta>
<title-group><article-title>Cold atoms in a lattice</article-title></title-group>
<abstract><p>{PROSE}</p></abstract></article-meta></front>
<body><sec><title>Results</title><p>{PROSE}</p></sec></body></article>"""
PUBMED = f"""<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>17</PMID><Article>
<ArticleTitle>Cold atoms in a lattice.</ArticleTitle><Abstract><AbstractText>{PROSE}</AbstractText></Abstract></Article>
</MedlineCitation></PubmedArticle>
</PubmedArticleSet>"""
TEI = f"""<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc>
<titleStmt><title>Cold atoms in a lattice</title></titleStmt></fileDesc>
<profileDesc><abstract><p>{PROSE}</p></abstract></profileDesc></teiHeader><text><body><div><head>Results</head>
<p>{PROSE}</p></div></body></text></TEI>"""
LATEX = rf"""\documentclass{{article}}\title{{Cold atoms in a lattice}}\author{{Jane Doe}}\begin{{document}}\maketitle
\begin{{abstract}}{PROSE}\end{{abstract}}\section{{Results}}{PROSE}\end{{document}}"""
MARKDOWN = f"# Cold atoms in a lattice\n\n## Abstract\n\n{PROSE}\n\n## Results\n\n{PROSE}\n"
TEXT = f"Cold atoms in a lattice\n\nAbstract\n\n{PROSE}\n\n1 Results\n\n{PROSE}\n"
BIBTEX = (
    f"@article{{doe, title={{Cold atoms in a lattice}}, author={{Doe, Jane}}, year={{2009}}, abstract={{{PROSE}}}}}"
)
RIS = f"TY  - JOUR\nTI  - Cold atoms in a lattice\nAU  - Doe, Jane\nPY  - 2009\nAB  - {PROSE}\nER  - \n"
CSL = [{"type": "article-journal", "title": "Cold atoms in a lattice", "author": [{"family": "Doe", "given": "Jane"}],
        "issued": {"date-parts": [[2009]]}, "abstract": PROSE}]  # fmt: skip
NBIB = f"PMID- 17\nOWN - NLM\nTI  - Cold atoms in a lattice\nAU  - Doe J\nDP  - 2009 Jan\nAB  - {PROSE}\n"
WOS = f"FN Clarivate\nVR 1.0\nPT J\nAU Doe, J\nTI Cold atoms in a lattice\nSO J\nAB {PROSE}\nPY 2009\nER\n\nEF\n"
OVID = f"<1. >\nVN  - Ovid Technologies\nAU  - Doe, Jane\nTI  - Cold atoms in a lattice.\nAB  - {PROSE}\n"
ENDNOTE = f"%0 Journal Article\n%A Doe, Jane\n%T Cold atoms in a lattice\n%D 2009\n%X {PROSE}\n"
REFWORKS = f"RT Journal Article\nA1 Doe,Jane\nT1 Cold atoms in a lattice\nYR 2009\nAB {PROSE}\n"
CSV = f'Title,Authors,Year,Abstract,DOI\nCold atoms in a lattice,"Doe, Jane",2009,"{PROSE}",10.5555/x\n'
ENDNOTE_XML = f"""<?xml version="1.0"?><xml><records><record><ref-type name="Journal Article">17</ref-type>
<titles><title><style>Cold atoms in a lattice</style></title></titles><abstract><style>{PROSE}</style></abstract>
</record></records></xml>"""
MARCXML = f"""<?xml version="1.0"?><collection xmlns="http://www.loc.gov/MARC21/slim"><record>
<leader>00000nam a</leader><datafield tag="245"><subfield code="a">Cold atoms in a lattice /</subfield></datafield>
<datafield tag="520"><subfield code="a">{PROSE}</subfield></datafield></record></collection>"""
ELSEVIER = f"""<?xml version="1.0"?><article xmlns="http://www.elsevier.com/xml/ja/dtd"><item-info/><head>
<title>Cold atoms in a lattice</title>
<abstract><abstract-sec><simple-para>{PROSE}</simple-para></abstract-sec></abstract>
</head></article>"""
S2ORC = {"paper_id": "a", "metadata": {"title": "Cold atoms in a lattice"}, "abstract": [{"text": PROSE}],
         "body_text": [{"text": PROSE, "section": "Results"}]}  # fmt: skip
OWN = {"litdex": 1, "title": "Cold atoms in a lattice", "abstract": PROSE, "date": "2009"}


def pdf() -> bytes:
    """A page with a text layer."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    styles, target = getSampleStyleSheet(), io.BytesIO()
    story = [Paragraph("Cold atoms in a lattice", styles["Title"]), Paragraph("Abstract", styles["Heading2"])]
    story += [Paragraph(PROSE, styles["Normal"]), Paragraph("1 Results", styles["Heading2"])]
    SimpleDocTemplate(target).build([*story, Paragraph(PROSE, styles["Normal"])])
    return target.getvalue()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "arxiv": lambda: json.dumps(ARXIV).encode(),
    "bibtex": BIBTEX.encode,
    "csv": CSV.encode,
    "elsevier": ELSEVIER.encode,
    "endnote": ENDNOTE.encode,
    "endnotexml": ENDNOTE_XML.encode,
    "marcxml": MARCXML.encode,
    "nbib": NBIB.encode,
    "ovid": OVID.encode,
    "refworks": REFWORKS.encode,
    "s2orc": lambda: json.dumps(S2ORC).encode(),
    "wos": WOS.encode,
    "csl": lambda: json.dumps(CSL).encode(),
    "jats": JATS.encode,
    "latex": LATEX.encode,
    "litdex": lambda: json.dumps(OWN).encode(),
    "markdown": MARKDOWN.encode,
    "oai": OAI.encode,
    "pdf": pdf,
    "pubmed": PUBMED.encode,
    "ris": RIS.encode,
    "tei": TEI.encode,
    "text": TEXT.encode,
}


def zipped(data: bytes) -> bytes:
    """A zip with one member."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("folder/inside", data)
    return target.getvalue()


PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "zip": zipped,
}


def test_there_is_a_sample_of_every_format() -> None:
    assert set(SAMPLES) == set(FORMATS) - {"tagged"}  # which is refused, by name


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("form", SAMPLES)
def test_a_format_is_read_and_found_however_packed(library: Library, tmp_path: Path, form: str, packing: str) -> None:
    (tmp_path / "paper.dat").write_bytes(PACKINGS[packing](SAMPLES[form]()))
    summary = ingest(library, [tmp_path / "paper.dat"], HashingEncoder)
    assert library.catalogue.faults() == []
    assert summary.papers == 1
    (number,) = library.store.numbers()
    paper = library.store.paper(number)
    assert paper.title.rstrip(".") == "Cold atoms in a lattice"
    assert [origin.format for origin in library.store.origins(number)] == [form]
    assert any("cold atoms move through a lattice" in passage.text for _, passage in library.store.passages(number))


def test_an_arxiv_source_archive_is_one_paper_with_its_inputs(library: Library, tmp_path: Path) -> None:
    parts = {"main.tex": LATEX.replace(rf"\section{{Results}}{PROSE}", r"\input{parts/results}"),
             "parts/results.tex": rf"\section{{Results}}{PROSE}"}  # fmt: skip
    with tarfile.open(tmp_path / "0901.1234v1.tar.gz", "w:gz") as archive:
        for name, text in parts.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    assert ingest(library, [tmp_path / "0901.1234v1.tar.gz"], HashingEncoder).papers == 1
    (number,) = library.store.numbers()
    assert [section.title for section in library.store.paper(number).sections] == ["Results"]


def test_a_changed_input_of_a_latex_folder_replaces_its_paper(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "main.tex").write_text(LATEX.replace(rf"\section{{Results}}{PROSE}", r"\input{results}"))
    (folder / "results.tex").write_text(rf"\section{{Results}}{PROSE}")
    ingest(library, [folder], HashingEncoder)
    (folder / "results.tex").write_text(rf"\section{{Outlook}}{PROSE}")
    assert ingest(library, [folder], HashingEncoder).papers == 1
    (number,) = library.store.numbers()
    assert [section.title for section in library.store.paper(number).sections] == ["Outlook"]


def test_one_paper_from_three_formats_is_one_paper(library: Library, tmp_path: Path) -> None:
    for form in ("arxiv", "bibtex", "ris", "oai"):
        (tmp_path / form).write_bytes(SAMPLES[form]())
    assert ingest(library, [tmp_path], HashingEncoder).papers == 1
    (number,) = library.store.numbers()
    assert {origin.format for origin in library.store.origins(number)} == {"arxiv", "bibtex", "ris", "oai"}
