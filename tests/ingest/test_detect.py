"""Formats are told from content: each kind of input that litdex reads, look-alikes, cut heads, and hostile bytes."""

from __future__ import annotations

import json
import lzma
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litdex.ingest.blob import HEAD_BYTES
from litdex.ingest.containers import open_unit
from litdex.ingest.detect import detect, format_of
from litdex.ingest.parsers import FORMATS
from litdex.ingest.walk import Unit

PROSE = "The decay of muons in matter was measured with a new detector. Its efficiency is described below.\n"

SAMPLES: dict[str, tuple[str, str]] = {
    # JSON
    "own record": ("litdex", '{"litdex": 1, "title": "T", "sections": []}'),
    "physics corpus": (
        "litdex",
        '{"id": "0704.1", "title": "T", "abstract": "A", "categories": ["hep-th"]}',
    ),
    "plain records in an array": ("litdex", '[{"id": "a", "title": "T", "abstract": "A"}, {"id": "b"}]'),
    "BEIR corpus": ("litdex", '{"_id": "1", "title": "", "text": "A"}\n{"_id": "2", "title": "", "text": "B"}'),
    "arXiv snapshot": (
        "arxiv",
        '{"id":"0704.0001","submitter":"X","authors":"A. B","title":"T","categories":"hep-ph hep-ex","abstract":"A",'
        '"versions":[{"version":"v1"}],"update_date":"2008-11-26"}\n{"id":"0704.0002"}',
    ),
    "CSL": ("csl", '[{"id": "x", "type": "article-journal", "title": "T", "author": [{"family": "F", "given": "G"}]}]'),
    "one CSL item": ("csl", '{"type": "webpage", "title": "T", "issued": {"date-parts": [[2001]]}}'),
    "JSON lines with a broken first line": ("litdex", '{"id": "a", "tit\n{"id": "b", "title": "T", "abstract": "A"}\n'),
    # XML
    "JATS": (
        "jats",
        '<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD" "a.dtd"><article><front/></article>',
    ),
    "JATS set": ("jats", "<pmc-articleset><article/></pmc-articleset>"),
    "wrapped JATS": ("jats", "<articles>\n<!-- two --><article/><article/></articles>"),
    "JATS by a namespace of other things": ("jats", '<article xmlns:xlink="http://www.w3.org/1999/xlink"></article>'),
    "PubMed": (
        "pubmed",
        "<?xml version='1.0'?>\n<!DOCTYPE PubmedArticleSet [<!ENTITY a \"]>\"><!-- ]> ' -->]>\n<PubmedArticleSet/>",
    ),
    "MEDLINE": ("pubmed", "<MedlineCitationSet><MedlineCitation/></MedlineCitationSet>"),
    "TEI": ("tei", '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/></TEI>'),
    "OAI-PMH": ("oai", '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords/></OAI-PMH>'),
    "bare arXiv record": ("oai", '<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>1</id></arXiv>'),
    "bare Dublin Core": ("oai", '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"></oai_dc:dc>'),
    "OAI record": (
        "oai",
        "<record><header><identifier/></header><metadata><arXiv/></metadata></record>",
    ),
    # text
    "LaTeX": ("latex", "% a comment\n\\documentclass[a4paper]{article}\n\\begin{document}x\\end{document}"),
    "LaTeX 2.09": ("latex", "\\documentstyle[12pt]{article}\n\\begin{document}"),
    "plain TeX": ("latex", "\\input harvmac\n\\Title{A}{B}\n" + PROSE + "\\bye"),
    "a chapter": ("latex", "\\section{Introduction}\\label{a}\n" + PROSE + "See \\cite{b} and \\ref{a}."),
    "BibTeX": ("bibtex", "@article{key, title = {T}}"),
    "BibTeX after comments": (
        "bibtex",
        "% Encoding: UTF-8\nExported.\n\n@InProceedings{ a:b/c_1,\n title={T}}",
    ),
    "BibTeX with macros first": ("bibtex", '@string{prl = "Phys. Rev. Lett."}\n@misc(x, title={T})'),
    "RIS": ("ris", "TY  - JOUR\nAU  - Doe, J.\nER  - \n"),
    "RIS after a header": ("ris", "Provider: X\nContent: text\n\nTY  - CHAP\nA1  - Doe, J.\nER  -\n"),
    "Markdown": ("markdown", "# Title\n\n" + PROSE + "\n## Methods\n\n" + PROSE),
    "Nougat": ("markdown", "# A title\n\n" + PROSE + "\n\\[E=mc^{2}\\]\n\n" + PROSE),
    "Markdown on LaTeX": ("markdown", "# How to\n\n" + PROSE + "## Start\n\n```\n\\documentclass{article}\n```\n"),
    "plain text": ("text", PROSE),
    "plain text in Russian": ("text", "Измерен распад мюонов в веществе новым детектором.\n"),
    "plain text in Chinese": (
        "text",
        "我们用新的探测器测量了物质中缪子的衰变并描述了它的效率。" * 3,
    ),
    "plain text with a bracket first": ("text", "[1] " + PROSE),
    "plain text with a number sign": ("text", PROSE + "\n#1 was best.\n"),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_each_format_is_told_from_its_content(name: str) -> None:
    form, text = SAMPLES[name]
    assert form in FORMATS
    assert format_of(text.encode(), cut=False) == form


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_changes_nothing(name: str, encoding: str) -> None:
    form, text = SAMPLES[name]
    assert format_of(text.replace("\n", "\r\n").encode(encoding), cut=False) == form


NOTHING = {
    "empty": b"",
    "blank": b" \n\t\n",
    "PNG": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)),
    "random": bytes(range(256)) * 10,
    "HTML": b"<!DOCTYPE html><html><head><title>T</title></head><body><article>x</article></body></html>",
    "HTML without a doctype": b"<html><body><p>" + PROSE.encode() + b"</p></body></html>",
    "XHTML": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>',
    "DocBook": b'<article xmlns="http://docbook.org/ns/docbook"><title>T</title></article>',
    "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "Atom": b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>',
    "unknown XML": b"<?xml version='1.0'?><data><row/></data>",
    "unknown JSON": b'{"name": "package", "version": "1.0"}',
    "JSON array of numbers": b"[[1, 2], [3, 4]]",
    "a style": b"\\NeedsTeXFormat{LaTeX2e}\n\\ProvidesPackage{x}\n\\def\\a{b}",
    "a bare bibliography": b"\\begin{thebibliography}{9}\n\\bibitem{a} A. Author, \\emph{Title of the paper}, 2001.\n",
    "numbers": b"1.0 2.0 3.0\n4.0 5.0 6.0\n" * 20,
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_litdex_does_not_read_is_told_as_nothing(name: str) -> None:
    assert format_of(NOTHING[name], cut=False) is None


def test_pdf_is_told_by_its_magic_also_after_junk() -> None:
    body = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\n"
    assert format_of(body, cut=False, name="paper.txt") == "pdf"
    assert format_of(b"HTTP/1.1 200 OK\r\n\0\0junk" + body, cut=False) == "pdf"
    assert format_of(PROSE.encode() + b"Such a file begins with %PDF-1.4, as the standard says.", cut=False) == "text"


def test_the_name_settles_only_markdown_against_plain_text() -> None:
    assert format_of(PROSE.encode(), cut=False, name="notes.md") == "markdown"
    assert format_of(PROSE.encode(), cut=False, name="out/paper.mmd.gz") == "markdown"
    assert format_of(PROSE.encode(), cut=False, name="notes.txt") == "text"
    assert format_of(b"%PDF-1.5 1 0 obj", cut=False, name="x.md") == "pdf"
    assert format_of(SAMPLES["JATS"][1].encode(), cut=False, name="x.pdf") == "jats"


def test_source_code_is_not_taken_for_a_paper() -> None:
    assert format_of(b"# comment here\n# and another one\n" + PROSE.encode(), cut=False, name="run.py") is None


def test_legacy_encodings_are_text() -> None:
    assert format_of((PROSE + "Schrödinger, Poincaré").encode("latin-1"), cut=False) == "text"
    assert format_of("<?xml version='1.0' encoding='latin1'?><article>é</article>".encode("latin-1"), False) == "jats"
    assert format_of('<?xml version="1.0" encoding="UTF-16"?><TEI/>'.encode("utf-16-le"), cut=False) == "tei"


@pytest.mark.parametrize("at", [HEAD_BYTES, HEAD_BYTES - 1, HEAD_BYTES - 2])
def test_a_character_may_be_cut_at_the_end_of_the_head(at: int) -> None:
    text = (PROSE + "Schrödinger 量子 € ") * 1000
    assert format_of(text.encode()[:at], cut=True) == "text"
    assert format_of(text.encode("utf-16")[:at], cut=True) == "text"


def test_a_record_longer_than_the_head_is_told_by_the_keys_that_are_there() -> None:
    record = {"id": "1", "title": "T", "abstract": "A", "categories": ["x"], "sections": [{"text": "x, {" * 30_000}]}
    assert format_of(json.dumps(record).encode()[:HEAD_BYTES], cut=True) == "litdex"
    record = {"id": "1", "title": "T", "categories": "a b", "abstract": 'q" \\' * 30_000}
    assert format_of(json.dumps(record).encode()[:HEAD_BYTES], cut=True) == "arxiv"


HOSTILE = {
    "open comments": b"<!DOCTYPE x [" + b"<!--" * 16_000,
    "open comment": b"<!--" * 16_000,
    "brackets": b"[" * 65_000,
    "braces": b'{"a":' * 13_000,
    "escapes": b'{"a' + b'\\"' * 32_000,
    "blank lines": b'{"a' + b"\n" * 65_000,
    "spaces after a class": b"\\documentclass" + b" " * 65_000,
    "open classes": b"\\documentclass[" * 4_300,
    "open formulas": b"# a\n" + b"\\(" * 32_000,
    "stars": b"# a\n" + b"**a" * 21_000,
    "entries": b"@article{" * 7_000,
    "numbered objects": b"x%PDF-1.4" + b"1 " * 32_000,
    "digits": b"x%PDF-1.4" + b"1" * 65_000,
    "blanks between objects": b"x%PDF-1.4" + b"1" + b" " * 65_000,
    "tags": b"<articles>" * 6_500,
    "commands": b"\\newcommand" * 6_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_heads_are_told_quickly(name: str) -> None:
    begun = time.process_time()
    format_of(HOSTILE[name][:HEAD_BYTES], cut=True)
    assert time.process_time() - begun < 1


FRAGMENTS = st.sampled_from([text.encode() for _, text in SAMPLES.values()] + list(NOTHING.values()))
CUT_AND_SOILED = st.builds(
    lambda data, at, dirt: data[:at] + dirt, FRAGMENTS, st.integers(0, 200), st.binary(max_size=9)
)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300) | CUT_AND_SOILED)
def test_no_bytes_make_it_fail(data: bytes) -> None:
    for cut in (False, True):
        assert format_of(data, cut) in {None, *FORMATS}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(SAMPLES)), st.text(alphabet=" \n\t", max_size=20))
def test_white_space_in_front_changes_nothing(name: str, blanks: str) -> None:
    form, text = SAMPLES[name]
    if text.startswith("<?xml"):  # where XML allows none
        return
    assert format_of((blanks + "\n" + text).encode(), cut=False) == form


def test_the_real_corpora_are_told(shared_data: Path) -> None:
    told = {
        path.relative_to(shared_data).parts[0]: {detect(blob) for blob in open_unit(Unit(path, (path,)))}  # type: ignore[arg-type]
        for path in [*shared_data.glob("physics/*.xz"), *shared_data.glob("retrieval/*/corpus.jsonl.xz")]
    }
    assert told == {"physics": {"litdex"}, "retrieval": {"litdex"}}
    for path in shared_data.glob("papers/jats/*.xml"):
        assert [detect(blob) for blob in open_unit(Unit(path, (path,)))] == ["jats"]  # type: ignore[arg-type]


def test_tables_of_labels_are_no_papers(shared_data: Path) -> None:
    for path in shared_data.glob("citations/*-edges.tsv.xz"):
        with lzma.open(path) as file:
            assert format_of(file.read(HEAD_BYTES), cut=True, name=str(path)) is None
