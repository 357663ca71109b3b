"""Exports that are tables, XML or JSON: CSV, EndNote XML, MARCXML, Elsevier's article XML, S2ORC and its kin."""

# ruff: noqa: E501 - lines as programs write them

from __future__ import annotations

import json

import pytest

from litdex.ingest.detect import format_of
from litdex.ingest.paper import Author, Caption, Paper, Reference, Section
from litdex.ingest.parsers import FORMATS
from litdex.ingest.table import to_csv
from tests.ingest.papers import blob


def read(text: str, form: str) -> list[Paper]:
    assert format_of(text.encode(), cut=False, name="a.csv") == form
    found = list(FORMATS[form].parser()(blob(text)))
    assert all(isinstance(one, Paper) for one in found), found
    return [one for one in found if isinstance(one, Paper)]


def names(paper: Paper) -> list[tuple[str, str]]:
    return [(author.family, author.given) for author in paper.authors]


def test_csv_of_pubmed() -> None:
    (paper,) = read(
        '"PMID","Title","Authors","Citation","First Author","Journal/Book","Publication Year","Create Date","PMCID",'
        '"NIHMS ID","DOI"\n"39000081","On otters.","Hill BJ, van den Berg C, Lau Y, Chow JCL.",'
        '"J Otters. 2022 Mar;53(2):334-47. doi: 10.5555/o.1.","Hill BJ","J Otters","2022","2022/03/01",,,"10.5555/o.1"\n',
        "csv",
    )
    assert (paper.title, paper.identifiers) == ("On otters", {"doi": "10.5555/o.1", "pmid": "39000081"})
    assert names(paper) == [("Hill", "B. J."), ("van den Berg", "C."), ("Lau", "Y."), ("Chow", "J. C. L.")]
    assert (paper.venue, paper.date, paper.volume, paper.issue) == ("J Otters", "2022-03", "53", "2")
    assert paper.pages == "334-347"


ZOTERO = """"Key","Item Type","Publication Year","Author","Title","Publication Title","ISBN","ISSN","DOI","Url","Abstract Note",\
"Date","Pages","Issue","Volume","Publisher","Language","Extra","Notes","Manual Tags","Editor"
"AB12","journalArticle","2020","Hill, Bea J.; van den Berg, Cy","On tents","J. Tents",,"1234-5678","10.5555/t.1",\
"https://x.org","We camp.
In tents.","2020-03-01","11–19","2","7",,"en","PMID: 39000082
Citation Key: hill","<p>Comment on 10.5555/t.0</p>","tents; camps",
"CD34","conferencePaper","2021","Roe, K","A talk","Proc. Talks",,,,,,"2021","3-4",,,"Press",,,,,"Boss, Ed"
"""


def test_csv_of_zotero() -> None:
    first, talk = read(ZOTERO, "csv")
    assert first.identifiers == {"doi": "10.5555/t.1", "pmid": "39000082"}
    assert first.claims == {"doi": "10.5555/t.0"}
    assert (first.abstract, first.date, first.pages) == ("We camp. In tents.", "2020-03-01", "11-19")
    assert (first.keywords, first.kind) == (("tents", "camps"), "article")
    assert names(first) == [("Hill", "Bea J."), ("van den Berg", "Cy")]
    assert (talk.kind, talk.venue, talk.editors) == (
        "inproceedings",
        "Proc. Talks",
        (Author(family="Boss", given="Ed"),),
    )


@pytest.mark.parametrize(
    ("table", "people"),
    [
        (
            '"Authors","Author full names","Title","Year","Source title","DOI"\n"Liu F.; Li C.",'
            '"Liu, Feng (60410297700); Li, Chun (58862216200)","T",2026,"J","10.5555/s"\n',
            [("Liu", "Feng"), ("Li", "Chun")],
        ),
        ("PT\tAU\tAF\tTI\tSO\tPY\tDI\nJ\tHill, BJ; Roe, K\tHill, Bea; Roe, Kay\tT\tJ\t2026\t10.5555/s\n",
         [("Hill", "Bea"), ("Roe", "Kay")]),
        ("title;authors;year;doi\nT;Hill, Bea;2026;10.5555/s\n", [("Hill", "Bea")]),
        ("Title,Author Names,Source,Date\nT,\"Liu R., Adler D.G.\",J (2026) 3:3 (152-160). Date of Publication: 2026,\n",
         [("Liu", "R."), ("Adler", "D. G.")]),
        ("Item Title,Publication Title,Item DOI,Authors,Publication Year,Content Type\nT,J,10.5555/s,Andy SmithTom Weber,2026,Article\n",
         [("Smith", "Andy"), ("Weber", "Tom")]),
        ("id,display_name,authorships.author.display_name,doi,publication_date\nx,T,Ann Lee|Bo Ek,https://doi.org/10.5555/s,2026-01-02\n",
         [("Lee", "Ann"), ("Ek", "Bo")]),
    ],
)  # fmt: skip
def test_tables_of_other_programs(table: str, people: list[tuple[str, str]]) -> None:
    (paper,) = read(table, "csv")
    assert (paper.title, paper.date[:4], names(paper)) == ("T", "2026", people)
    assert paper.venue in ("J", "")


def test_our_own_table() -> None:
    paper = Paper(
        identifiers={"arxiv": "1903.00007", "doi": "10.1/x"},
        title="On otters",
        abstract="They swim.",
        authors=(Author(family="Hill", given="Bea J."),),
        date="2020-01-02",
        categories=("quant-ph", "hep-th"),
        keywords=("a", "b"),
        venue="J",
        volume="1",
        retracted=True,
    )
    assert read("".join(to_csv([paper])), "csv") == [paper]


@pytest.mark.parametrize(
    "text", ["name,size\na,1\n", "id,label\n1,2\n", "title,rating\nT,5\n", "x\n", '"A title, with a comma"\n']
)
def test_another_table_is_no_table_of_papers(text: str) -> None:
    assert format_of(text.encode(), cut=False, name="a.csv") != "csv"


ENDNOTE = """<?xml version="1.0" encoding="UTF-8"?><xml><records><record><database name="x.enl">x.enl</database>
<ref-type name="Journal Article">17</ref-type><contributors><authors><author><style face="normal">Hill, Bea J.</style></author>
<author>van den Berg, C.</author></authors></contributors><titles><title><style>On </style><style face="italic">otters</style></title>
<secondary-title>J. Otters</secondary-title></titles><pages>187-94</pages><volume>7</volume><number>2</number>
<keywords><keyword>otters</keyword></keywords><dates><year>2020</year><pub-dates><date>Mar 3</date></pub-dates></dates>
<notes>Comment on doi:10.5555/o.0</notes><electronic-resource-num>10.5555/o.2</electronic-resource-num><abstract>They swim.</abstract>
<remote-database-provider>NLM</remote-database-provider><accession-num>39000083</accession-num><custom2>PMC5000083</custom2></record>
<record><ref-type name="Thesis">32</ref-type><contributors><authors><author>Roe, K</author></authors></contributors>
<titles><title>A thesis</title></titles><work-type>Ph.D. thesis</work-type><publisher>Univ. of X</publisher></record></records></xml>"""


def test_endnote_xml() -> None:
    first, thesis = read(ENDNOTE, "endnotexml")
    assert first == Paper(
        identifiers={"doi": "10.5555/o.2", "pmcid": "PMC5000083", "pmid": "39000083"},
        claims={"doi": "10.5555/o.0"},
        kind="article",
        title="On otters",
        abstract="They swim.",
        authors=(Author(family="Hill", given="Bea J."), Author(family="van den Berg", given="C.")),
        date="2020-03-03",
        keywords=("otters",),
        venue="J. Otters",
        volume="7",
        issue="2",
        pages="187-194",
    )
    assert (thesis.kind, thesis.publisher) == ("phdthesis", "Univ. of X")


def marc(*fields: tuple[str, str], leader: str = "00000nam a2200000 a 4500") -> str:
    inside = "".join(
        f'<datafield tag="{tag}" ind1=" " ind2=" ">'
        + "".join(f'<subfield code="{part[0]}">{part[1:]}</subfield>' for part in parts.split("|"))
        + "</datafield>"
        for tag, parts in fields
    )
    return (
        '<?xml version="1.0"?><collection xmlns="http://www.loc.gov/MARC21/slim"><record>'
        f"<leader>{leader}</leader>{inside}</record></collection>"
    )


def test_marcxml() -> None:
    (book,) = read(
        marc(
            ("245", "aOtters and tents :|ba history /|cBea Hill."), ("100", "aHill, Bea J.,|d1950-|eauthor."),
            ("700", "aBoss, Ed,|eeditor."), ("700", "aTrans, Lator|4trl"), ("020", "a9783161484100 (pbk.)"),
            ("264", "aRome :|bOtter Press,|c[2019]"), ("520", "aAll on otters."), ("650", "aOtters."), ("041", "aeng"),
        ),
        "marcxml",
    )  # fmt: skip
    assert book == Paper(
        identifiers={"isbn": "9783161484100"},
        kind="book",
        title="Otters and tents: a history",
        abstract="All on otters.",
        authors=(Author(family="Hill", given="Bea J."),),
        editors=(Author(family="Boss", given="Ed"),),
        date="2019",
        keywords=("Otters",),
        publisher="Otter Press",
        language="eng",
    )
    (article,) = read(
        marc(
            ("245", "aOn otters"), ("100", "aHill, Bea"), ("024", "a10.5555/o.3|2doi"), ("787", "a10.5555/o.0|2doi"),
            ("773", "tJournal of Otters|gVol. 7, no. 2 (2018), p. 11-19"), leader="00000naa a2200000 a 4500",
        ),
        "marcxml",
    )  # fmt: skip
    assert (article.kind, article.venue, article.date) == ("article", "Journal of Otters", "2018")
    assert (article.volume, article.issue, article.pages) == ("7", "2", "11-19")
    assert article.identifiers == {"doi": "10.5555/o.3"}
    (thesis,) = read(marc(("245", "aA thesis"), ("100", "aRoe, K."), ("502", "bPh. D.|cUniv. of X|d2017")), "marcxml")
    assert (thesis.kind, thesis.publisher) == ("phdthesis", "Univ. of X")


ELSEVIER = """<?xml version="1.0"?><full-text-retrieval-response xmlns="http://www.elsevier.com/xml/svapi/article/dtd"
 xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:ce="http://www.elsevier.com/xml/common/dtd" xmlns:sb="http://www.elsevier.com/xml/common/struct-bib/dtd"
 xmlns:ja="http://www.elsevier.com/xml/ja/dtd"><coredata><prism:publicationName>J. Otters</prism:publicationName>
<prism:volume>7</prism:volume><prism:startingPage>11</prism:startingPage><prism:endingPage>19</prism:endingPage>
<prism:coverDate>2020-03-01</prism:coverDate><prism:doi>10.5555/o.4</prism:doi></coredata><originalText><ja:article xml:lang="en">
<ja:item-info><ce:doi>10.5555/o.4</ce:doi></ja:item-info><ce:floats><ce:figure><ce:label>Fig. 1</ce:label><ce:caption>
<ce:simple-para>An otter.</ce:simple-para></ce:caption></ce:figure></ce:floats><ja:head><ce:title>On H<ce:inf>2</ce:inf>O</ce:title>
<ce:author-group><ce:author orcid="0000-0001-2345-6789"><ce:given-name>Bea J.</ce:given-name><ce:surname>Hill</ce:surname></ce:author>
<ce:collaboration><ce:text>The Otter Group</ce:text></ce:collaboration></ce:author-group><ce:abstract class="graphical"><ce:abstract-sec>
<ce:simple-para>A picture.</ce:simple-para></ce:abstract-sec></ce:abstract><ce:abstract class="author"><ce:abstract-sec>
<ce:section-title>Aims</ce:section-title><ce:simple-para>To swim.</ce:simple-para></ce:abstract-sec></ce:abstract><ce:keywords>
<ce:keyword><ce:text>water</ce:text></ce:keyword></ce:keywords></ja:head><ja:body><ce:sections><ce:section><ce:label>1</ce:label>
<ce:section-title>Introduction</ce:section-title><ce:para>They swim <ce:cross-ref>[1]</ce:cross-ref>.</ce:para><ce:section>
<ce:section-title>Inner</ce:section-title><ce:para>Deep.</ce:para></ce:section></ce:section></ce:sections></ja:body><ja:tail>
<ce:bibliography><ce:bib-reference><ce:label>[1]</ce:label><sb:reference><sb:contribution><sb:authors><sb:author>
<ce:given-name>J.</ce:given-name><ce:surname>Doe</ce:surname></sb:author></sb:authors><sb:title><sb:maintitle>Cited</sb:maintitle>
</sb:title></sb:contribution><sb:host><sb:issue><sb:series><sb:title><sb:maintitle>J. Fish</sb:maintitle></sb:title></sb:series>
<sb:date>2001</sb:date></sb:issue><ce:doi>10.5555/f.1</ce:doi></sb:host></sb:reference></ce:bib-reference></ce:bibliography></ja:tail>
</ja:article></originalText></full-text-retrieval-response>"""


def test_elsevier() -> None:
    (paper,) = read(ELSEVIER, "elsevier")
    assert paper == Paper(
        identifiers={"doi": "10.5555/o.4"},
        kind="article",
        title="On H2O",
        abstract="Aims: To swim.",
        authors=(
            Author(family="Hill", given="Bea J.", orcid="0000-0001-2345-6789"),
            Author(family="The Otter Group"),
        ),
        date="2020-03-01",
        keywords=("water",),
        venue="J. Otters",
        volume="7",
        pages="11-19",
        language="en",
        sections=(
            Section(title="Introduction", text="They swim [1]."),
            Section(title="Inner", text="Deep.", level=2),
        ),
        captions=(Caption(label="Fig. 1", text="An otter."),),
        references=(
            Reference(
                title="Cited", authors=("J. Doe",), year=2001, venue="J. Fish", identifiers={"doi": "10.5555/f.1"}
            ),
        ),
    )


UNARXIVE = {
    "paper_id": "1903.00007",
    "_pdf_hash": None,
    "metadata": {
        "id": "1903.00007", "submitter": "B. Hill", "authors": "Bea Hill", "title": "On $H_2O$", "journal-ref": "J. Otters 7",
        "categories": "physics.ao-ph", "abstract": "  They swim.\n", "versions": [{"version": "v1", "created": "Fri, 1 Mar 2019"}],
        "authors_parsed": [["Hill", "Bea", ""]],
    },
    "discipline": "Physics",
    "abstract": {"section": "Abstract", "text": "They swim."},
    "body_text": [
        {"section": "Introduction", "sec_number": "1", "content_type": "paragraph", "text": "With {{formula:f1}} we see {{cite:b1}}."},
        {"section": "Introduction", "sec_number": "1", "content_type": "paragraph", "text": "See {{figure:g1}}."},
        {"section": "Methods", "sec_number": "2", "content_type": "paragraph", "text": "Nets."},
    ],
    "ref_entries": {"f1": {"latex": "E=mc^2", "type": "formula"}, "g1": {"caption": "An otter.", "type": "figure"}},
    "bib_entries": {"b1": {"bib_entry_raw": "J. Doe, J. Fish (2001).", "ids": {"doi": "https://doi.org/10.5555/f.1", "arxiv_id": ""}}},
}  # fmt: skip
CORD19 = {
    "paper_id": "00a0",
    "metadata": {"title": "On otters", "authors": [{"first": "Bea", "middle": ["J."], "last": "Hill", "suffix": ""}]},
    "abstract": [{"text": "They swim.", "section": "Abstract"}],
    "body_text": [{"text": "Nets.", "section": "Methods", "cite_spans": []}],
    "bib_entries": {"BIBREF0": {"title": "Cited", "authors": [{"first": "J", "last": "Doe"}], "year": 2001, "other_ids": {"DOI": ["10.5555/f.1"]}}},
    "ref_entries": {"FIGREF0": {"text": "An otter.", "type": "figure"}},
}  # fmt: skip


def test_unarxive_and_its_kin() -> None:
    (first,) = read(json.dumps(UNARXIVE) + "\n", "s2orc")
    assert (first.identifiers, first.date, first.categories) == (
        {"arxiv": "1903.00007"},
        "2019-03-01",
        ("physics.ao-ph",),
    )
    assert first.sections == (
        Section(title="Introduction", text="With $E=mc^2$ we see [1].\n\nSee Figure."),
        Section(title="Methods", text="Nets."),
    )
    assert first.captions == (Caption(label="Figure", text="An otter."),)
    assert first.references == (Reference(text="J. Doe, J. Fish (2001).", identifiers={"doi": "10.5555/f.1"}),)
    (second,) = read(json.dumps(CORD19), "s2orc")
    assert (second.title, second.abstract, names(second)) == ("On otters", "They swim.", [("Hill", "Bea J.")])
    assert second.references == (
        Reference(title="Cited", authors=("J Doe",), year=2001, identifiers={"doi": "10.5555/f.1"}),
    )
