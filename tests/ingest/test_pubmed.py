"""PubMed and MEDLINE sets: each field, faults beside good records, hostile XML."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Fault
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers.pubmed import parse
from tests.ingest.xml_blob import Bytes, paper, papers

HEAD = '<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "http://example.org/pubmed.dtd">\n'


def record(
    article: str = "<ArticleTitle>T.</ArticleTitle>", citation: str = "", data: str = "", pmid: str = "7"
) -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID>7</PMID><Article>{article}</Article>{citation}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle>"
    )


def made(*parts: str) -> Paper:
    return paper(parse, f"{HEAD}<PubmedArticleSet>{record(*parts)}</PubmedArticleSet>")


def test_fields() -> None:
    found = made(
        """<Journal><JournalIssue><Volume>10</Volume><Issue>4</Issue><PubDate><Year>2000</Year><Month>Feb</Month>
        <Day>24</Day></PubDate></JournalIssue><Title>Current biology : CB</Title></Journal>
        <ArticleTitle>Uptake of Ca<sup>2+</sup> by <i>E. coli</i>.</ArticleTitle>
        <Pagination><MedlinePgn>187-94</MedlinePgn></Pagination><ELocationID EIdType="doi">10.1/A</ELocationID>
        <Abstract><AbstractText Label="BACKGROUND">Why &lt; 5.</AbstractText>
<AbstractText Label="METHODS">How.</AbstractText>
        <CopyrightInformation>(c)</CopyrightInformation></Abstract>
        <AuthorList><Author><LastName>Doe</LastName><ForeName>Ann B</ForeName><Suffix>Jr</Suffix>
        <Identifier Source="ORCID">http://orcid.org/0000000123456789</Identifier></Author>
        <Author ValidYN="N"><LastName>Wrong</LastName></Author>
        <Author><CollectiveName>X Group</CollectiveName></Author></AuthorList><Language>eng</Language>
        <PublicationTypeList><PublicationType>Retracted Publication</PublicationType></PublicationTypeList>""",
        """<OtherAbstract><AbstractText>Autre.</AbstractText></OtherAbstract><KeywordList><Keyword>transport</Keyword>
        </KeywordList><MeshHeadingList><MeshHeading><DescriptorName>Calcium</DescriptorName><QualifierName>blood
        </QualifierName></MeshHeading><MeshHeading><DescriptorName>Transport</DescriptorName></MeshHeading>
        </MeshHeadingList>""",
        """<ArticleIdList><ArticleId IdType="pmc">PMC9</ArticleId></ArticleIdList><ReferenceList><Reference>
        <Citation>Roe J. Nature. 1999;3:4-5</Citation><ArticleIdList><ArticleId IdType="pubmed">55</ArticleId>
        </ArticleIdList></Reference></ReferenceList>""",
    )
    assert found.identifiers == {"pmid": "7", "doi": "10.1/a", "pmcid": "PMC9"}
    assert found.title == "Uptake of Ca2+ by E. coli"
    assert found.abstract == "BACKGROUND: Why < 5.\n\nMETHODS: How."
    assert found.authors == (
        Author(family="Doe Jr", given="Ann B", orcid="0000-0001-2345-6789"),
        Author(family="X Group"),
    )
    assert (found.venue, found.volume, found.issue, found.pages) == ("Current biology : CB", "10", "4", "187-194")
    assert (found.date, found.language, found.retracted) == ("2000-02-24", "eng", True)
    assert found.keywords == ("transport", "Calcium")
    (cited,) = found.references
    assert (cited.text, cited.year, dict(cited.identifiers)) == ("Roe J. Nature. 1999;3:4-5", 1999, {"pmid": "55"})


@pytest.mark.parametrize(
    ("article", "title"),
    [
        ("<ArticleTitle>[On the heart].</ArticleTitle><VernacularTitle>Vom Herzen.</VernacularTitle>", "On the heart"),
        ("<ArticleTitle>[Not Available].</ArticleTitle><VernacularTitle>Vom Herzen.</VernacularTitle>", "Vom Herzen"),
        ("<ArticleTitle/><VernacularTitle>Vom Herzen.</VernacularTitle>", "Vom Herzen"),
        ("<ArticleTitle>Uptake of [3H]x in benzo[e]pyrene.</ArticleTitle>", "Uptake of [3H]x in benzo[e]pyrene"),
        ("<ArticleTitle>And then...</ArticleTitle>", "And then..."),
    ],
)
def test_titles(article: str, title: str) -> None:
    assert made(article).title == title


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", "1998-12"),
        ("<MedlineDate>2000 Spring</MedlineDate>", "2000"),
        ("<MedlineDate>1979-1980</MedlineDate>", "1979"),
        ("<MedlineDate>2018 Jul 4-10</MedlineDate>", "2018-07-04"),
        ("<Year>2001</Year><Season>Summer</Season>", "2001"),
        ("<Year>2001</Year><Month>Feb</Month><Day>31</Day>", "2001-02"),
        ("<Year>2001</Year><Month>11</Month>", "2001-11"),
    ],
)
def test_dates(date: str, expected: str) -> None:
    assert made(f"<Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue></Journal>").date == expected


def test_bare_citations_and_deletions() -> None:
    citation = "<MedlineCitation><PMID>{}</PMID><Article><ArticleTitle>T</ArticleTitle></Article></MedlineCitation>"
    body = citation.format(1) + citation.format(2) + "<DeleteCitation><PMID>3</PMID></DeleteCitation>"
    found = papers(parse, f"<MedlineCitationSet>{body}</MedlineCitationSet>")
    assert [each.identifiers["pmid"] for each in found] == ["1", "2"]


def test_book_chapter() -> None:
    found = paper(
        parse,
        """<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>5</PMID><ArticleIdList><ArticleId
        IdType="doi">10.1/b
        </ArticleId></ArticleIdList><Book><Publisher><PublisherName>NIH</PublisherName></Publisher>
<BookTitle>GeneReviews
        </BookTitle><PubDate><Year>1993</Year></PubDate></Book><ArticleTitle>A Gene</ArticleTitle>
<Language>eng</Language>
        <AuthorList><Author><LastName>Roe</LastName><Initials>J</Initials></Author></AuthorList>
        <Abstract><AbstractText Label="CLINICAL">Rare.</AbstractText></Abstract></BookDocument></PubmedBookArticle>
        </PubmedArticleSet>""",
    )
    assert (found.title, found.venue, found.publisher, found.date) == ("A Gene", "GeneReviews", "NIH", "1993")
    assert found.identifiers == {"pmid": "5", "doi": "10.1/b"}
    assert found.abstract == "CLINICAL: Rare."
    assert found.authors[0].name == "J Roe"


BAD = {
    "malformed": "<PubmedArticle><b></PubmedArticle>",
    "without an article": "<PubmedArticle><MedlineCitation><PMID>1</PMID></MedlineCitation></PubmedArticle>",
    "nested too deeply": f"<PubmedArticle>{'<a>' * 5000}{'</a>' * 5000}</PubmedArticle>",
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_bad_record_is_a_fault_and_the_rest_go_on(bad: str) -> None:
    found = list(parse(Bytes(f"<PubmedArticleSet>{record()}{bad}{record()}</PubmedArticleSet>".encode())))
    assert [type(each) for each in found] == [Paper, Fault, Paper]
    assert isinstance(found[1], Fault)
    assert found[1].ordinal == 1
    assert "\n" not in found[1].reason


@pytest.mark.parametrize("cut", [5, 40, 150])
def test_a_truncated_set_gives_what_is_whole_and_says_so(cut: int) -> None:
    *whole, last = parse(Bytes(f"<PubmedArticleSet>{record() * 3}</PubmedArticleSet>".encode()[:-cut]))
    assert all(isinstance(each, Paper) for each in whole)
    assert isinstance(last, Fault)
    assert "ends before" in last.reason


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
SET = "<PubmedArticleSet>{}</PubmedArticleSet>"
HOSTILE = {
    "entity expansion": f'<!DOCTYPE x [<!ENTITY l0 "lol">{LAUGHS}]>{SET.format(record("&l9;"))}',
    "quadratic expansion": f'<!DOCTYPE x [<!ENTITY l "{"l" * 100}">]>{SET.format(record("&l;"))}',
    "external entity": '<!DOCTYPE x [<!ENTITY l SYSTEM "file:///etc/passwd">]>' + SET.format(record("&l;")),
    "deep nesting": f"<PubmedArticleSet>{record('<a>' * 100_000 + '</a>' * 100_000)}</PubmedArticleSet>",
    "truncated": f"<PubmedArticleSet>{record()}"[:-30],
    "no records": "<PubmedArticleSet/>",
    "other XML": "<html><body/></html>",
    "no XML": "%PDF-1.4",
    "empty": "",
    "endless DOCTYPE": "<!DOCTYPE x [" + "<!ENTITY a 'b'>" * 200_000,
    "unknown encoding": '<?xml version="1.0" encoding="klingon"?><PubmedArticleSet/>',
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_documents_give_one_clear_line(data: str) -> None:
    start = time.monotonic()
    with pytest.raises(UnreadableFile) as caught:
        list(parse(Bytes(data.encode())))
    assert str(caught.value).startswith("a.xml: ")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    ("declared", "actual"),
    [("utf-8", "utf-8"), ("utf-8", "cp1252"), ("utf-16", "utf-8"), ("iso-8859-1", "utf-8"), ("iso-8859-1", "latin-1"),
     ("utf-16", "utf-16"), ("utf-8", "utf-8-sig"), ("utf-8", "utf-16-le")],
)  # fmt: skip
def test_encodings_right_and_wrong(declared: str, actual: str) -> None:
    title = "<ArticleTitle>Müller &eacute; &#228;</ArticleTitle>"
    text = f'<?xml version="1.0" encoding="{declared}"?><PubmedArticleSet>{record(title)}</PubmedArticleSet>'
    assert paper(parse, text.encode(actual)).title == "Müller é ä"


def test_own_entities_and_forbidden_characters() -> None:
    data = (
        '<!DOCTYPE x [<!-- ]> --><!ENTITY me "I &#38; you"><!ENTITY fig SYSTEM "f.gif" NDATA gif>]><PubmedArticleSet>'
    )
    data += record("<ArticleTitle>&me;\x0b&#11; too</ArticleTitle>") + "</PubmedArticleSet>"
    assert paper(parse, data).title == "I & you too"


def test_memory_is_bounded_by_the_record_and_not_by_the_set() -> None:
    article = f"<Abstract><AbstractText>{'w' * 200_000}</AbstractText></Abstract>"
    data = Bytes(f"<PubmedArticleSet>{record(article) * 150}</PubmedArticleSet>".encode())
    tracemalloc.start()
    count = sum(1 for _ in parse(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 150
    assert peak < len(data.data) / 4
