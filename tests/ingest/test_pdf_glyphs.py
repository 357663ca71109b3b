"""Glyphs of PDFs whose fonts map to unusual characters: above U+FFFF, or to no character at all."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from benchmarks.parsers_pdf import in_memory
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.pdf import parse
from litdex.ingest.parsers.pdf_page import read_document

BODY = "This is a sentence about the parameter and the survey of galaxies that we have used for the test."


def mapped(lines: list[str], mapping: dict[str, str]) -> bytes:
    """A page of lines in Helvetica, whose font says that some letters mean other characters (hexadecimal UTF-16)."""
    entries = [f"<{code:02x}> <{mapping.get(chr(code), f'{code:04x}')}>" for code in range(0x20, 0x7F)]
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange {len(entries)} beginbfchar\n"
        + "\n".join(entries)
        + "\nendbfchar endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
    shown = "\n".join(f"BT /F 11 Tf 72 {700 - 14 * n} Td ({text}) Tj ET" for n, text in enumerate(lines)).encode()
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    return whole(shown, [font, b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap)])


def whole(shown: bytes, more: list[bytes]) -> bytes:
    """A file of one page with this content; the first of the further objects is its font."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        *more,
    ]
    out = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, body) for n, body in enumerate(objects, 1))
    mended = io.BytesIO()
    pypdfium2.PdfDocument(out + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(objects) + 1)).save(mended)
    return mended.getvalue()


def bitmaps(lines: list[str], size: float) -> bytes:
    """A page as old TeX programs made them: glyphs of 300 dots to the inch in a Type 3 font of one unit."""
    dot, em = 0.24, size / 0.24
    shown = [f"{dot} 0 0 {dot} 0 0 cm"]
    for number, text in enumerate(lines):
        shown.append(f"BT /F 1 Tf 1 0 0 1 {72 / dot} {(700 - 1.2 * size * number) / dot} Tm ({text}) Tj ET")
    codes = sorted({ord(char) for char in "".join(lines)})
    glyphs, places = [], []
    for number, code in enumerate(codes):
        high = round(em * HEIGHTS.get(chr(code), 0.66))
        drawn = b"" if chr(code) == " " else b" 0 0 %d %d re f" % (0.45 * em, high)
        program = b"%d 0 0 0 %d %d d1" % (round(0.5 * em), round(0.45 * em), high) + drawn
        glyphs.append(b"<</Length %d>>stream\n%s\nendstream" % (len(program), program))
        places.append(b"/g%d %d 0 R" % (code, 6 + number))
    names = b" ".join(b"%d /g%d" % (code, code) for code in codes)
    widths = b" ".join(b"%d" % round(0.5 * em) if code in codes else b"0" for code in range(codes[-1] + 1))
    cmap = "\n".join(f"<{code:02x}> <{code:04x}>" for code in codes).encode()
    cmap = b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <ff> " + (
        b"endcodespacerange %d beginbfchar\n%s\nendbfchar endcmap end end" % (len(codes), cmap)
    )
    font = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 1000 1000]/FontMatrix[1 0 0 1 0 0]/FirstChar 0/LastChar %d/Widths[%s]"
        b"/CharProcs<<%s>>/Encoding<</Differences[%s]>>/ToUnicode %d 0 R>>"
        % (codes[-1], widths, b"".join(places), names, 6 + len(codes))
    )
    return whole("\n".join(shown).encode(), [font, *glyphs, b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap)])


HEIGHTS = dict.fromkeys("acemnorsuvwxz", 0.44) | dict.fromkeys("gpqy", 0.64) | dict.fromkeys("bdfhkl", 0.69)


def text_of(data: bytes) -> str:
    (paper,) = parse(in_memory(data))
    assert isinstance(paper, Paper)
    return paper.text


def test_a_character_above_ffff_is_one_character_and_shifts_nothing() -> None:
    text = text_of(mapped([BODY.replace("parameter", "parameter @"), *[BODY] * 6], {"@": "D835DC53"}))
    assert "about the parameter \U0001d453 and the survey of galaxies" in text
    text.encode("utf-8")
    assert "\0" not in text


@pytest.mark.parametrize("half", ["D835", "DC53"])
def test_half_a_character_is_none(half: str) -> None:
    text = text_of(mapped([BODY.replace("parameter", "parameter @"), *[BODY] * 6], {"@": half}))
    assert "about the parameter and the survey of galaxies" in text


@pytest.mark.parametrize("code", ["0001", "0002", "0007", "001f", "0085"])
def test_a_glyph_without_meaning_leaves_nothing_behind_and_is_no_hyphen(code: str) -> None:
    text = text_of(mapped([BODY.replace("parameter and", "@parameter@ and"), *[BODY] * 6], {"@": code}))
    assert "about the parameter and the survey of galaxies" in text


def test_a_hyphen_at_the_end_of_a_line_is_still_one() -> None:
    text = text_of(mapped([BODY, BODY[:-5] + "obser-", "vation that we made", *[BODY] * 6], {}))
    assert "observation that we made" in text


@pytest.mark.parametrize("size", [8, 10, 12])
def test_bitmap_fonts_of_one_unit_are_text_of_the_size_that_is_seen(size: float) -> None:
    data = bitmaps([BODY] * 8, size)
    (page,) = read_document(data, "made.pdf").pages
    assert not page.scanned
    assert {run.text for run in page.runs} == {BODY}
    assert all(abs(run.size - size) < 0.06 * size for run in page.runs)
