"""PDFs with a text layer: what one would read comes back, in any order of the file; what cannot be read is told."""

from __future__ import annotations

import io
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from benchmarks.parsers_pdf import body_words, in_memory
from litdex.errors import UnreadableFile
from litdex.ingest.blob import Fault
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.pdf import parse
from tests.ingest.pdf_article import Article, read_jats, recovered
from tests.ingest.pdf_maker import Order, Style, make_pdf

SENTENCE = "The quick brown fox jumps over the lazy dog and then runs far away from its home in the forest."


def read(data: bytes) -> Paper:
    """The paper of a file that has nothing else to tell."""
    (paper,) = parse(in_memory(data))
    assert isinstance(paper, Paper)
    return paper


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        list(parse(in_memory(data)))
    return str(caught.value)


def drawn(*lines: tuple[float, float, str], size: float = 10, font: str = "Helvetica", encrypt: object = None) -> bytes:
    """A page with lines at given places."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), invariant=1, encrypt=encrypt)
    canvas.setFont(font, size)
    for x, y, text in lines:
        canvas.drawString(x, y, text)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def scanned(pages: str) -> bytes:
    """Pages of text ("t"), of a picture ("i") or of nothing (" ")."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792), invariant=1)
    image = pytest.importorskip("PIL.Image").new("L", (60, 80), 128)
    for kind in pages:
        if kind == "i":
            canvas.drawInlineImage(image, 50, 50, 500, 700)
        for row in range(30 if kind == "t" else 0):
            canvas.drawString(72, 700 - 14 * row, SENTENCE[:80])
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def bare(content: bytes, kids: bytes = b"[3 0 R]/Count 1", box: bytes = b"0 0 612 792") -> bytes:
    """The smallest file with one page object and this content."""
    packed = zlib.compress(content, 9)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids" + kids + b">>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[" + box + b"]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n" % len(packed) + packed + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + item + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + end


@pytest.fixture(autouse=True)
def no_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is measured here is the text layer, whatever is installed."""
    monkeypatch.setenv("LITDEX_OCR", "never")


@pytest.fixture(scope="module")
def jats(shared_data: Path) -> Path:
    return shared_data / "papers" / "jats"


@pytest.fixture(scope="module")
def article(jats: Path) -> Article:
    """An article with nested sections, six figures and 44 references."""
    return read_jats(jats / "journal.pcbi.1004156.xml")


@pytest.fixture(scope="module")
def paper(article: Article) -> Paper:
    style = Style(stamp="arXiv:0901.1234v2  [q-bio.MN]  3 Jan 2011", line_numbers=True)
    return read(make_pdf(article, style))


@pytest.mark.parametrize("order", ["reading", "shuffled", "interleaved"])
@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("name", ["journal.pbio.1000359", "journal.pbio.1001636", "journal.pcbi.1000112"])
def test_body_comes_back_whatever_the_order_in_the_file(jats: Path, name: str, columns: int, order: Order) -> None:
    truth = read_jats(jats / f"{name}.xml")
    found = body_words(read(make_pdf(truth, Style(columns=columns, order=order))))
    assert recovered(truth.words, found) >= 0.95
    assert recovered(found, truth.words) >= 0.97  # and hardly anything else


def test_front_matter(article: Article, paper: Paper) -> None:
    assert paper.title == article.title
    assert [author.name for author in paper.authors] == article.authors
    assert recovered(article.abstract.split(), paper.abstract.split()) > 0.95


def test_headings_become_sections_with_levels(article: Article, paper: Paper) -> None:
    wanted = [(level, title) for level, title, _ in article.sections if title != "Supporting Information"]
    assert [(s.level, s.title) for s in paper.sections if s.kind == "body"] == wanted


def test_numbers_of_headings_tell_the_level_and_are_not_in_the_title(article: Article) -> None:
    numbered = read(make_pdf(article, Style(numbered=True)))
    wanted = [(level, title) for level, title, _ in article.sections if title != "Supporting Information"]
    assert [(s.level, s.title) for s in numbered.sections if s.kind == "body"] == wanted


def test_acknowledgements_are_kept_as_back_matter(article: Article, paper: Paper) -> None:
    assert [(s.title, s.text) for s in paper.sections if s.kind == "back" and s.text] == [
        ("Acknowledgments", article.thanks)
    ]


def test_captions_are_data_and_not_text(article: Article, paper: Paper) -> None:
    assert sorted(caption.label for caption in paper.captions) == sorted(label for label, _ in article.captions)
    by_label = {caption.label: caption.text for caption in paper.captions}
    for label, text in article.captions:
        assert recovered(text.split(), by_label[label].split()) > 0.9
    assert "control group" not in paper.text  # a label inside the figure


def test_references_are_records_and_not_text(article: Article, paper: Paper) -> None:
    assert len(paper.references) == len(article.references)
    first = paper.references[0]
    assert first.year == 2002
    assert first.identifiers == {"doi": "10.1126/science.1070919"}
    assert "Elowitz MB" in first.text
    assert "Elowitz MB" not in paper.text


def test_running_heads_page_numbers_footnotes_and_line_numbers_are_dropped(paper: Paper) -> None:
    assert "Made-Up Results 12" not in paper.text
    assert "Imaginary Footnotes" not in paper.text
    assert not any(section.text.split()[0].isdigit() for section in paper.sections if section.text)


def test_stamp_of_arxiv_is_the_papers_number_version_and_date(paper: Paper) -> None:
    assert paper.identifiers == {"arxiv": "0901.1234"}
    assert paper.version == 2
    assert paper.date == "2009-01"  # of the first version, as the id tells
    assert paper.categories == ("q-bio.MN",)
    assert "arXiv:0901" not in paper.text


def test_a_doi_at_the_head_is_the_papers_own_and_one_in_the_text_is_a_claim() -> None:
    lines = [(72.0, 700.0 - 12 * n, SENTENCE[:70]) for n in range(9)]
    made = read(drawn((72, 760, "doi:10.1234/Some.Thing"), *lines))
    assert made.identifiers == {"doi": "10.1234/some.thing"}
    said = read(
        drawn(*lines[:4], (72, 652, "The value that was found in doi:10.1234/Some.Thing. is too large."), *lines[5:])
    )
    assert said.identifiers == {}
    assert said.claims == {"doi": "10.1234/some.thing"}


def test_paragraphs_run_on_over_columns_and_pages(article: Article, paper: Paper) -> None:
    wanted = [len(paragraphs) for _, title, paragraphs in article.sections if title == "Discussion"]
    assert [s.text.count("\n\n") + 1 for s in paper.sections if s.title == "Discussion"] == wanted


def test_hyphens_at_line_ends() -> None:
    lines = ("A well-known method and its inter-", "action with the land is well-", "known to be an interaction in")
    text = read(drawn(*((72, 700 - 12 * n, line) for n, line in enumerate(lines)))).text
    assert "interaction with the land is well-known to be" in text


def test_title_of_the_file_is_believed_where_the_page_prints_it(article: Article) -> None:
    small = replace(article, title="Small Things Under a Large Logo")
    found = read(make_pdf(small, Style(info_title="Small things under a large logo")))
    assert found.title == "Small Things Under a Large Logo"
    assert read(make_pdf(small, Style(info_title="Microsoft Word - final2.doc"))).title == small.title


def test_words_without_space_characters_are_parted_by_their_gaps() -> None:
    words = [(72 + 30 * column, 700.0 - 12 * row, "word") for row in range(8) for column in range(10)]
    assert "word word word" in read(drawn(*words)).text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b"%PDF-1.4\n" + bytes(range(256)) * 20, "damaged, cut short"),
        (drawn((72, 700, SENTENCE))[:500], "damaged, cut short"),
        (drawn((72, 700, SENTENCE), encrypt="secret"), "protected by a password; save a copy without it"),
        (scanned("ii"), "2 of 2 pages have no usable text layer: they need OCR (litdex[rapidocr] or litdex[ocr])"),
        (scanned("  "), "no text on its 2 pages"),
        (bare(b"", kids=b"[]/Count 0"), "without pages"),
        (bare(b"BT ET", kids=b"[2 0 R]/Count 1"), "no text on its 1 pages"),
    ],
    ids=["empty", "garbage", "cut short", "password", "scanned", "blank", "no pages", "page tree of itself"],
)
def test_what_cannot_be_read_is_one_line_with_the_remedy(data: bytes, reason: str) -> None:
    message = refusal(data)
    assert message.startswith("made.pdf: ")
    assert reason in message
    assert "\n" not in message


def test_pages_with_text_are_used_when_others_have_none() -> None:
    paper, fault = parse(in_memory(scanned("iti")))
    assert isinstance(paper, Paper)
    assert "quick brown fox" in paper.text
    assert fault == Fault(
        1, "2 of 3 pages have no usable text layer: they need OCR (litdex[rapidocr] or litdex[ocr])", "ocr"
    )


def test_a_file_that_only_forbids_copying_is_read() -> None:
    locked = StandardEncryption("", ownerPassword="owner", canCopy=0)
    assert "quick brown fox" in read(drawn((72, 700, SENTENCE), encrypt=locked)).text


def test_absurd_files_stay_bounded() -> None:
    line = b"BT /F 10 Tf 72 %d Td (The quick brown fox jumps over dogs) Tj ET\n"
    thousands = bare(line % 700 + line % 400, kids=b"[" + b"3 0 R " * 20_000 + b"]/Count 20000")
    assert list(parse(in_memory(thousands)))[1:] == [
        Fault(1, "only the first 2000 of 20000 pages were read; split the file")
    ]
    assert "quick brown fox" in read(bare(line % 700, box=b"0 0 1e9 1e9")).text
    assert "need OCR" in refusal(bare(b"0 0 m 100 100 l S\n" * 100_000))


def test_references_under_columns_that_end_above_them_are_apart() -> None:
    """As Physical Review sets the last page: text in two even columns, an empty strip, the list in two columns."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(612, 792), invariant=True)
    canvas.setFont("Times-Bold", 14)
    canvas.drawString(200, 740, "On spinning tops in two columns")
    canvas.setFont("Times-Roman", 10)
    for column, x in enumerate((54, 315)):
        for line in range(24):
            canvas.drawString(x, 700 - 12 * line, f"Line {line} of column {column} tells of tops that spin for long")
    canvas.setFont("Times-Roman", 9)
    for column, x in enumerate((54, 315)):
        for entry in range(6):
            number = 1 + entry + 6 * column
            canvas.drawString(x, 360 - 22 * entry, f"[{number}] A. Lovelace, “On tops of kind number {number},”")
            canvas.drawString(x + 16, 349 - 22 * entry, f"Phys. Rev. B 12, 345 ({1980 + number}).")
    canvas.save()
    paper = read(file.getvalue())
    body = " ".join(section.text for section in paper.sections)
    assert "column 1 tells of tops that spin for long" in body
    assert "Lovelace" not in body
    assert [one.year for one in paper.references] == list(range(1981, 1993))
    first = paper.references[0]
    assert (first.title, first.authors, first.venue) == ("On tops of kind number 1", ("A. Lovelace",), "Phys. Rev. B")
