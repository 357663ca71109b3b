"""OAI-PMH answers in each form of metadata, and bare records."""

from __future__ import annotations

import pytest

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Fault
from litdex.ingest.paper import Author, Paper
from litdex.ingest.parsers.oai import parse
from tests.ingest.xml_blob import Bytes, paper, papers

ROOT = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
ARXIV = """<arXiv xmlns="http://arxiv.org/OAI/arXiv/" xsi:schemaLocation="http://arxiv.org/OAI/arXiv/ a.xsd">
 <id>math.GT/0309136</id><created>2003-09-08</created><updated>2004-01-02</updated><authors><author>
 <keyname>van der Waals</keyname><forenames>Johannes D.</forenames><suffix>Jr</suffix></author></authors>
 <title>On a &amp;
  gas</title><categories>math.GT hep-th</categories><journal-ref>Phys.Rev.D76:013009,2007</journal-ref>
 <doi>10.1103/PhysRevD.76.013009</doi><license>http://arxiv.org/licenses/nonexclusive-distrib/1.0/</license>
 <abstract>  A fully
differential $x^2$ calculation.
  Second paragraph.
</abstract></arXiv>"""
RAW = """<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>0704.0001</id><submitter>Pavel</submitter>
 <version version="v1"><date>Mon, 2 Apr 2007 19:18:42 GMT</date></version>
 <version version="v2"><date>Tue, 24 Jul 2007 20:10:27 GMT</date></version><title>Diphotons</title>
 <authors>C. Bal\\'azs, E. L. Berger and C.-P. Yuan</authors><categories>hep-ph</categories><abstract>A.</abstract>
</arXivRaw>"""
DC = """<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
 <dc:title>Sparsity</dc:title><dc:creator>Streinu, Ileana</dc:creator><dc:creator>Theran, Louis</dc:creator>
 <dc:subject>Combinatorics</dc:subject><dc:description>  We describe.</dc:description>
 <dc:description>Comment: 15 pages</dc:description><dc:date>2008-12-13</dc:date><dc:date>2007-03-30</dc:date>
 <dc:identifier>http://arxiv.org/abs/0704.0002v2</dc:identifier><dc:identifier>doi:10.1007/S0037</dc:identifier>
</oai_dc:dc>"""


def record(metadata: str, identifier: str = "oai:arXiv.org:x", status: str = "") -> str:
    header = f"<header{status}><identifier>{identifier}</identifier></header>"
    return f"<record>{header}{f'<metadata>{metadata}</metadata>' if metadata else ''}</record>"


def answer(*records: str) -> str:
    return f"{ROOT}<ListRecords>{''.join(records)}<resumptionToken>a|1</resumptionToken></ListRecords></OAI-PMH>"


def test_arxiv() -> None:
    found = paper(parse, answer(record(ARXIV)))
    assert found.identifiers == {"arxiv": "math/0309136", "doi": "10.1103/physrevd.76.013009"}
    assert found.title == "On a & gas"
    assert found.authors == (Author(family="van der Waals Jr", given="Johannes D."),)
    assert found.abstract == "A fully differential $x^2$ calculation.\n\nSecond paragraph."
    assert (found.date, found.categories) == ("2003-09-08", ("math.GT", "hep-th"))
    assert found.venue == "Phys.Rev.D76:013009,2007"
    assert found.license.startswith("http://arxiv.org/licenses/")


def test_arxiv_raw() -> None:
    found = paper(parse, answer(record(RAW)))
    assert (found.identifiers, found.version, found.date) == ({"arxiv": "0704.0001"}, 2, "2007-04-02")
    assert [author.family for author in found.authors][1:] == ["Berger", "Yuan"]


def test_dublin_core() -> None:
    found = paper(parse, answer(record(DC, "oai:arXiv.org:0704.0002")))
    assert found.identifiers == {"arxiv": "0704.0002", "doi": "10.1007/s0037"}
    assert (found.title, found.abstract, found.date) == ("Sparsity", "We describe.", "2007-03-30")
    assert [author.name for author in found.authors] == ["Ileana Streinu", "Louis Theran"]
    assert (found.keywords, found.version) == (("Combinatorics",), 2)


def test_the_identifier_of_the_record_serves_where_metadata_has_none() -> None:
    plain = '<oai_dc:dc xmlns:oai_dc="urn:a" xmlns:dc="urn:b"><dc:title>T</dc:title></oai_dc:dc>'
    assert paper(parse, answer(record(plain, "oai:arXiv.org:0704.0009"))).identifiers == {"arxiv": "0704.0009"}


def test_jats_in_a_record() -> None:
    article = "<article><front><article-meta><title-group><article-title>J</article-title></title-group></article-meta>"
    assert paper(parse, answer(record(f"{article}</front></article>"))).title == "J"


@pytest.mark.parametrize("bare", [ARXIV.replace("xsi:schemaLocation", "about"), RAW, DC, record(RAW)])
def test_bare_records(bare: str) -> None:
    assert paper(parse, bare).title


def test_deleted_records_are_passed_over() -> None:
    deleted = record("", status=' status="deleted"')
    assert [each.title for each in papers(parse, answer(deleted, record(RAW), deleted))] == ["Diphotons"]
    assert papers(parse, answer(deleted)) == []


def test_a_bad_record_is_a_fault() -> None:
    found = list(parse(Bytes(answer(record(RAW), record("<marc/>"), record(DC)).encode())))
    assert [type(each) for each in found] == [Paper, Fault, Paper]
    assert isinstance(found[1], Fault)
    assert "<marc>" in found[1].reason


def test_an_error_of_the_archive_is_told() -> None:
    data = f'{ROOT}<error code="noRecordsMatch">Nothing there</error></OAI-PMH>'
    with pytest.raises(UnreadableFile, match=r"a\.xml: the archive answered noRecordsMatch: Nothing there"):
        list(parse(Bytes(data.encode())))
