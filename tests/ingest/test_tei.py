"""TEI as GROBID writes it, and plain TEI."""

from __future__ import annotations

import pytest

from litdex.errors import UnreadableFile
from litdex.ingest.paper import Author, Caption
from litdex.ingest.parsers.tei import parse
from tests.ingest.xml_blob import Bytes, paper, papers

GROBID = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xml:space="preserve" xmlns="http://www.tei-c.org/ns/1.0"><teiHeader xml:lang="en"><fileDesc><titleStmt>
<title level="a" type="main">Deep Cats</title><funder>F</funder></titleStmt>
<publicationStmt><publisher>ACM</publisher><availability status="unknown"><licence target="http://l.org/by"/>
</availability>
<date type="published" when="2019-06-03">3 June 2019</date></publicationStmt><sourceDesc><biblStruct><analytic>
<author role="corresp"><persName><forename type="first">Ann</forename><forename type="middle">B</forename>
<surname>Doe</surname></persName><email>a@b.c</email><idno type="ORCID">0000-0001-2345-6789</idno>
<affiliation><orgName>University</orgName></affiliation></author>
<author><affiliation><orgName>Only a place</orgName></affiliation></author>
<title level="a" type="main">Deep Cats</title></analytic><monogr><title level="j">J. Cats</title><imprint>
<publisher>ACM</publisher><biblScope unit="volume">3</biblScope><biblScope unit="issue">1</biblScope>
<biblScope unit="page" from="5" to="9"/><date type="published" when="2019-06-03"/></imprint></monogr>
<idno type="DOI">10.1/Cats</idno><idno type="arXiv">arXiv:1901.00001v3[cs.CL]</idno></biblStruct></sourceDesc>
</fileDesc>
<profileDesc><textClass><keywords><term>cats</term><term>nets</term></keywords></textClass><abstract><div><p>We look
<ref type="bibr" target="#b0">[1]</ref>.</p></div></abstract></profileDesc></teiHeader>
<text xml:lang="en"><body><div><head n="1">Introduction</head><p>Cats<ref type="bibr">(Roe, 1999)</ref> purr.</p><p>H<hi
rend="subscript">2</hi>O.</p></div><div><head n="1.1">Detail</head><p>Deep.</p>
<formula xml:id="f0">a = b<label>(1)</label>
</formula><p>After.</p></div><figure xml:id="fig_0"><head>Figure 1 .</head><label>1</label><figDesc>A cat.</figDesc>
</figure>
<figure type="table" xml:id="tab_0"><head/><label>2</label><figDesc>Counts</figDesc><table><row><cell>7</cell></row>
</table>
</figure><note place="foot" n="1">A footnote.</note></body><back>
<div type="acknowledgement"><div><head>Acknowledgments</head><p>Thanks.</p></div></div>
<div type="references"><listBibl><biblStruct xml:id="b0"><analytic><title level="a" type="main">Purring</title><author>
<persName><forename type="first">J</forename><surname>Roe</surname></persName></author><idno type="DOI">10.1/P</idno>
</analytic><monogr><title level="j">Nature</title><imprint><biblScope unit="volume">4</biblScope><date type="published"
when="1999"/></imprint></monogr><note type="raw_reference">Roe, J.: Purring. Nature 4 (1999)</note></biblStruct>
<biblStruct><monogr><title level="m">Cat Book</title><author><persName><surname>Poe</surname></persName></author>
<imprint>
<date when="2001-02"/></imprint></monogr></biblStruct></listBibl></div></back></text></TEI>"""


def test_header() -> None:
    found = paper(parse, GROBID)
    assert found.identifiers == {"doi": "10.1/cats", "arxiv": "1901.00001"}
    assert found.version == 3
    assert found.title == "Deep Cats"
    assert found.authors == (Author(family="Doe", given="Ann B", orcid="0000-0001-2345-6789"),)
    assert found.abstract == "We look [1]."
    assert (found.date, found.venue, found.volume, found.issue, found.pages) == (
        "2019-06-03",
        "J. Cats",
        "3",
        "1",
        "5-9",
    )
    assert (found.publisher, found.license, found.language) == ("ACM", "http://l.org/by", "en")
    assert found.keywords == ("cats", "nets")


def test_body() -> None:
    found = paper(parse, GROBID)
    assert [(each.title, each.text, each.level, each.kind) for each in found.sections] == [
        ("Introduction", "Cats(Roe, 1999) purr.\n\nH2O.", 1, "body"),
        ("Detail", "Deep.\n\na = b (1)\n\nAfter.", 2, "body"),
        ("Acknowledgments", "Thanks.", 1, "back"),
    ]
    assert found.captions == (
        Caption(label="Figure 1", text="A cat."),
        Caption(label="Table 2", text="Counts"),
        Caption(label="Table 2", text="7", kind="table"),
        Caption(label="", text="A footnote.", kind="footnote"),
    )


def test_references() -> None:
    article, book = paper(parse, GROBID).references
    assert article.text == "Roe, J.: Purring. Nature 4 (1999)"
    assert (article.title, article.authors, article.year, article.venue) == ("Purring", ("J Roe",), 1999, "Nature")
    assert article.identifiers == {"doi": "10.1/p"}
    assert (book.title, book.authors, book.year, book.venue) == ("Cat Book", ("Poe",), 2001, "")
    assert book.text == "Poe. Cat Book. 2001-02."


def test_plain_tei_in_a_corpus() -> None:
    one = """<TEI><teiHeader><fileDesc><titleStmt><title>Letter {}</title><author>Jane Roe</author></titleStmt>
    <publicationStmt><date>May 1901</date></publicationStmt></fileDesc></teiHeader><text><body><p>Dear,</p><div>
<head>One</head>
    <p>Text <formula notation="TeX" rend="inline">x^2</formula>.</p><div><head>Two</head><list><item>a</item>
<item>b</item></list>
    </div></div></body><back><div><listBibl><bibl>Poe (1850), <title>Raven</title>.</bibl></listBibl></div></back>
</text></TEI>"""
    first, second = papers(parse, f"<teiCorpus><teiHeader/>{one.format(1)}{one.format(2)}</teiCorpus>")
    assert (first.title, second.title) == ("Letter 1", "Letter 2")
    assert (first.authors[0].name, first.date) == ("Jane Roe", "1901-05")
    assert [(each.title, each.text, each.level) for each in first.sections] == [
        ("", "Dear,", 1),
        ("One", "Text $x^2$ .", 1),
        ("Two", "- a\n- b", 2),
    ]
    assert [(each.text, each.title) for each in first.references] == [("Poe (1850), Raven.", "Raven")]


def test_a_document_without_header_is_unreadable() -> None:
    with pytest.raises(UnreadableFile, match="no <teiHeader>"):
        list(parse(Bytes(b"<TEI><text/></TEI>")))
