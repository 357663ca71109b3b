"""Pages without a usable text layer: told apart, read from their image, kept, and their faults told."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from litdex.errors import UserError
from litdex.ingest.blob import Fault
from litdex.ingest.ocr.cache import PageCache
from litdex.ingest.ocr.engine import Choice, PrintedLine, ReadPage, checked
from litdex.ingest.ocr.pages import with_markdown
from litdex.ingest.ocr.repetition import without_repetition
from litdex.ingest.ocr.usability import measure
from litdex.ingest.paper import Paper, Section
from litdex.ingest.parsers.pdf import parse
from tests.ingest.papers import blob

PROSE = (
    "We study the squeezing of spins in a condensate of atoms. The noise of the measurement is below the limit that "
    "is set by quantum mechanics, and the gain in precision is as large as theory predicts for this system. "
) * 3


def scanned() -> bytes:
    """A PDF of one page that is only a picture of text."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("RGB", (1240, 1754), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(30)
    for number, line in enumerate(PROSE[:207].split(". ")[0:2] * 4):
        for part in range(0, len(line), 60):
            draw.text((120, 150 + 120 * number + 45 * (part // 60)), line[part : part + 60], "black", font)
    file = io.BytesIO()
    image.save(file, "PDF", resolution=150)
    return file.getvalue()


def test_prose_is_usable_and_a_garbled_encoding_is_not() -> None:
    assert measure(PROSE).usable
    garbled = "".join(chr(ord(char) - 29) if char.isalpha() else char for char in PROSE)
    shifted = "".join(chr(max(33, ord(char) - 29)) if char.islower() else char for char in PROSE)
    assert not measure("\ufffd" * 200 + PROSE[:100]).usable
    assert measure(PROSE).known > 0.3 > measure(garbled).known
    assert measure(shifted).wordlike < 0.6


def test_a_repetition_is_kept_once() -> None:
    text, cut = without_repetition("The end of the page. " + "and so on " * 40 + "and so")
    assert cut
    assert text.count("and so on") <= 2
    assert without_repetition(PROSE) == (PROSE, False)


def test_a_read_page_is_kept_and_damage_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITDEX_OCR_CACHE", str(tmp_path))
    page = ReadPage("# A", (PrintedLine("a", 0, 1, 2, 10),), "cut")
    PageCache(b"data", "one").put(3, page)
    assert PageCache(b"data", "one").get(3) == page
    assert PageCache(b"data", "another").get(3) is None
    next(tmp_path.rglob("4.json")).write_text("{")
    assert PageCache(b"data", "one").get(3) is None


def test_pages_of_markdown_join_the_text_of_the_others() -> None:
    told = Paper(title="Kept", sections=(Section(title="Later", text="Text."),))
    joined = with_markdown(told, {0: "# A title\n\n###### Abstract\n\nShort.\n\n## 1 Introduction\n\nIt is \\(x^2\\)."})
    assert joined.title == "A title"
    assert [section.title for section in joined.sections] == ["Introduction", "Later"]
    assert "$x^2$" in joined.text


def test_an_unknown_engine_is_one_line() -> None:
    with pytest.raises(UserError, match="give one of rapidocr, nougat"):
        checked(Choice(engine="abc"))


def test_rapidocr_reads_a_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rapidocr", reason="needs the extra `rapidocr`")
    monkeypatch.setenv("LITDEX_OCR_CACHE", str(tmp_path))
    monkeypatch.setenv("LITDEX_OCR", "auto")
    monkeypatch.setenv("LITDEX_OCR_ENGINE", "rapidocr")
    items = list(parse(blob(scanned(), "scan.pdf")))
    assert len(items) == 1
    assert isinstance(items[0], Paper)
    assert "squeezing" in items[0].text
    assert len(list(tmp_path.rglob("1.json"))) == 1


def test_an_engine_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITDEX_OCR", "never")
    with pytest.raises(UserError, match="need OCR"):
        next(parse(blob(scanned(), "scan.pdf")))
    assert not isinstance(with_markdown(Paper(title="x"), {}), Fault)
