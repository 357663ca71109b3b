"""Glyphs of PDFs whose fonts map to unusual characters: above U+FFFF, or to no character at all."""

from __future__ import annotations

import io

import pypdfium2
import pytest

from benchmarks.parsers_pdf import in_memory
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.pdf import parse

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
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
    ]
    out = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, body) for n, body in enumerate(objects, 1))
    mended = io.BytesIO()
    pypdfium2.PdfDocument(out + b"trailer<</Root 1 0 R/Size 7>>\n%%EOF").save(mended)
    return mended.getvalue()


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
