"""Scans in a library: pages stand in order, their faults show, and what waits for OCR is read later."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from litdex.cli.status import status
from litdex.index.library import Library
from litdex.ingest.ocr import engine
from litdex.ingest.ocr.engine import Kind, PageImage, ReadPage
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.pdf import parse
from litdex.pipeline.ingest import Summary, ingest
from tests.index.conftest import HashingEncoder
from tests.ingest.papers import blob

TEXT = "The atoms of the {} cloud are held in a trap and cooled by the light of a laser that is tuned below the line. "


def pdf(*pages: str) -> bytes:
    """A PDF with a page of text for each word, and a page that is a picture for each empty one."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(400, 600), invariant=True)
    for word in pages:
        if word:
            for line in range(12):
                canvas.drawString(40, 520 - 14 * line, TEXT.format(word)[60 * (line % 2) :][:60])
        else:
            canvas.drawImage(ImageReader(Image.new("RGB", (40, 60), "grey")), 0, 0, 400, 600)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


class Scribe:
    """An engine that writes the same on every page."""

    fingerprint = "scribe"
    dpi = 20
    batch = 4
    seconds_a_page = 90.0

    def __init__(self, page: ReadPage) -> None:
        self._page = page

    def read(self, pages: Sequence[PageImage], limit: float) -> Iterator[ReadPage]:
        """As the interface says."""
        return iter([self._page] * len(pages))


METHODS = ReadPage("## Methods\n\nWe measured the scanned cloud for a long time.")


@pytest.fixture(autouse=True)
def ocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITDEX_OCR_CACHE", str(tmp_path / "pages"))
    monkeypatch.setenv("LITDEX_OCR", "auto")
    monkeypatch.setenv("LITDEX_OCR_ENGINE", "scribe")
    monkeypatch.setitem(engine.ENGINES, "scribe", Kind("scribe", (), ""))
    monkeypatch.setattr(engine, "_OPENED", {"scribe": Scribe(METHODS)})


def read(*pages: str) -> Paper:
    paper = next(iter(parse(blob(pdf(*pages), "scan.pdf"))))
    assert isinstance(paper, Paper)
    return paper


def test_read_pages_stand_in_order() -> None:
    text = read("first", "", "third").text
    assert "mark" not in text.lower()
    assert text.index("first cloud") < text.index("scanned cloud") < text.index("third cloud")
    assert [section.title for section in read("first", "", "third").sections if section.title] == ["Methods"]


def test_the_first_page_comes_first_and_the_last_one_last() -> None:
    text = read("", "second").text
    assert text.index("scanned cloud") < text.index("light of a laser")
    text = read("first", "", "").text
    assert text.rindex("first cloud") < text.index("scanned cloud")
    assert text.count("scanned cloud") == 2


def test_cost_is_said_before_it_starts(caplog: pytest.LogCaptureFixture) -> None:
    read("first", "", "")
    assert caplog.messages == [
        "scan.pdf: scribe reads 2 pages without usable text, which takes about 3 minutes; "
        "it can be interrupted and goes on there"
    ]
    caplog.clear()
    read("first", "", "")  # kept pages cost nothing
    assert caplog.messages == []


def scan(folder: Path) -> Path:
    """A scan that was last changed a minute ago."""
    file = folder / "scan.pdf"
    file.write_bytes(pdf("", ""))
    then = file.stat().st_mtime - 60
    os.utime(file, (then, then))
    return file


def test_what_needs_ocr_is_read_when_there_is_an_engine(
    library: Library, encoder: HashingEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = scan(tmp_path)

    def run() -> Summary:
        return ingest(library, [file], lambda: encoder, limits=None)

    monkeypatch.setenv("LITDEX_OCR", "never")
    assert run().failed == 1
    assert "need OCR" in next(iter(library.catalogue.faults())).reason
    assert run().unchanged == 1
    monkeypatch.setenv("LITDEX_OCR", "auto")
    assert (run().records, list(library.catalogue.faults())) == (1, [])
    assert run().unchanged == 1
    monkeypatch.setenv("LITDEX_OCR", "never")  # what was read stays
    assert run().unchanged == 1


def test_a_page_with_a_fault_shows_in_status(
    library: Library, encoder: HashingEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = ReadPage(METHODS.markdown, fault="stopped at the time limit; what was written is kept", again=True)
    monkeypatch.setattr(engine, "_OPENED", {"scribe": Scribe(late)})
    ingest(library, [scan(tmp_path)], lambda: encoder, limits=None)
    said = CliRunner().invoke(status, ["--library", str(library.folder)], catch_exceptions=False).output
    assert "page 1: stopped at the time limit" in " ".join(said.split())
    assert "page 2: stopped at the time limit" in " ".join(said.split())
    assert not list((tmp_path / "pages").rglob("*.json"))
