"""What pdfium knows of the characters of a page, asked through raw pointers: a quarter of the time of checked calls."""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from statistics import median
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

MAX_PAGE_CHARS = 100_000
"""A page with more characters than this is no page of a paper: the rest is left out."""

HYPHEN = "\x02"
"""pdfium's mark for a hyphen at the end of a line."""

MIN_SIZE = 2.0  # points; a smaller font says nothing of what is seen
SAMPLE = 50  # so many characters of a page are asked for their size, to see whether all must be

_HEIGHTS = {
    **dict.fromkeys("acemnorsuvwxz", 0.44), **dict.fromkeys("bdfhkl", 0.69), **dict.fromkeys("gpqy", 0.64),
    **dict.fromkeys("ABCDEFGHIJKLMNOPRSTUVWXYZ", 0.69), **dict.fromkeys("0123456789", 0.65), "t": 0.62, "i": 0.67,
}  # fmt: skip
"""How high characters are, in shares of the size (Computer Modern; other book faces differ by a twentieth)."""

UNIT = "\0"
"""Stands for the second half of a character above U+FFFF, which pdfium counts as two, so that places stay the same."""

_ABOVE_FFFF = re.compile("[\U00010000-\U0010ffff]")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe]")

Ink = tuple[float, float, float, float]
"""Left, bottom, right and top of what is drawn of a character."""

Boxes = np.ndarray[Any, np.dtype[np.float32]]


class Glyphs:
    """A page's characters with their boxes, and what pdfium knows of a single one."""

    def __init__(self, handle: Any, turn: int = 0) -> None:
        self.handle = handle
        self.turn = turn
        self.count = max(0, min(pdfium.FPDFText_CountChars(handle), MAX_PAGE_CHARS))
        self.text = self._text()
        self.boxes = self._boxes()
        self.tiny = self._tiny()

    def _text(self) -> str:
        """The text with one place for each of pdfium's characters; see `UNIT`."""
        buffer = ctypes.create_string_buffer(4 * self.count + 4)
        written = pdfium.FPDFText_GetText(
            self.handle, 0, self.count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        )
        units = buffer.raw[: 2 * max(0, written - 1)]
        if len(units) != 2 * self.count:
            get = pdfium.FPDFText_GetUnicode  # characters without a meaning are left out above: ask for each one
            codes = (code if 0 < code < 0x10000 else 0xFFFD for code in map(get, *self._every()))
            units = np.fromiter(codes, dtype="<u2", count=self.count).tobytes()
        text = units.decode("utf-16-le", "replace")
        if len(text) != self.count:
            text = _ABOVE_FFFF.sub(rf"\g<0>{UNIT}", text)
        return _CONTROL.sub(self._control, text) if _CONTROL.search(text) else text

    def _control(self, match: re.Match[str]) -> str:
        """The hyphen that pdfium marks at the end of a line; any other control character is a glyph without meaning."""
        return HYPHEN if pdfium.FPDFText_IsHyphen(self.handle, match.start()) == 1 else "\ufffd"

    def _every(self) -> tuple[list[Any], range]:
        return [self.handle] * self.count, range(self.count)

    def _boxes(self) -> Boxes:
        """Left, top, right, bottom of each character's cell, as pdfium has them: y upwards."""
        cells = (pdfium.FS_RECTF * max(1, self.count))()
        address = ctypes.cast(pdfium.FPDFText_GetLooseCharBox, ctypes.c_void_p).value or 0
        get = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(address)
        handle, base = ctypes.cast(self.handle, ctypes.c_void_p).value, ctypes.addressof(cells)
        for index in range(self.count):
            get(handle, index, base + 16 * index)
        return np.frombuffer(cells, dtype=np.float32).reshape(-1, 4)[: self.count].copy()

    def _tiny(self) -> dict[int, float]:
        """Sizes of the characters whose font says almost nothing of it, by what is drawn of them; mends their cells.

        Bitmap fonts of old TeX files (Type 3) have a size of one unit, glyphs of many, and cells as large as the page.
        """
        printed = [index for index, char in enumerate(self.text) if not char.isspace()]
        if all(self.size(index) >= MIN_SIZE for index in printed[:: max(1, len(printed) // SAMPLE)]):
            return {}
        inks = {index: self._ink(index) for index in printed if self.size(index) < MIN_SIZE}
        upright = {index: self.angle(index) % 2 == 0 for index in inks}
        told = {
            index: (ink[3] - ink[1] if upright[index] else ink[2] - ink[0]) / height
            for index, ink in inks.items()
            if (height := _HEIGHTS.get(self.text[index]))
        }
        usual = median(told.values()) if told else 10.0
        for index, (left, bottom, right, top) in inks.items():
            x, y = self.origin(index)
            self.boxes[index] = (
                (left, y + usual, right, y - usual) if upright[index] else (x - usual, top, x + usual, bottom)
            )
        self._close_up(inks, upright, 0.18 * usual)
        return {index: told.get(index, usual) for index in inks}

    def _close_up(self, inks: dict[int, Ink], upright: dict[int, bool], room: float) -> None:
        """Take out spaces that pdfium put between characters of one word, misled by the cells."""
        chars = list(self.text)
        for (index, one), (after, other) in itertools.pairwise(inks.items()):
            if set(chars[index + 1 : after]) == {" "} and upright[index] == upright[after]:
                gap = other[0] - one[2] if upright[index] else max(other[1] - one[3], one[1] - other[3])
                if -room < gap < room:
                    chars[index + 1 : after] = UNIT * (after - index - 1)
        self.text = "".join(chars)

    def _ink(self, index: int) -> Ink:
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        pdfium.FPDFText_GetCharBox(
            self.handle, index, ctypes.byref(left), ctypes.byref(right), ctypes.byref(bottom), ctypes.byref(top)
        )
        return left.value, bottom.value, right.value, top.value

    def run_size(self, first: int, last: int) -> float:
        """The size of a stretch of characters of one font."""
        if first not in self.tiny:
            return self.size(first)
        return round(median(size for index in range(first, last + 1) if (size := self.tiny.get(index))), 1)

    def angle(self, index: int) -> int:
        """Quarter turns anticlockwise of a character's upright; -1 for a slanting one."""
        turns = pdfium.FPDFText_GetCharAngle(self.handle, index) / (math.pi / 2)
        return round(turns) % 4 if abs(turns - round(turns)) < 0.03 else -1

    def origin(self, index: int) -> tuple[float, float]:
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self.handle, index, ctypes.byref(x), ctypes.byref(y))
        return x.value, y.value

    def size(self, index: int) -> float:
        """The size in points as it is seen, whatever mixture of font size and matrix makes it."""
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self.handle, index, ctypes.byref(matrix))
        scale = math.hypot(matrix.c, matrix.d) or 1.0
        return float(round(abs(pdfium.FPDFText_GetFontSize(self.handle, index)) * scale, 1))

    def font(self, index: int) -> str:
        buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(self.handle, index, buffer, 128, ctypes.byref(flags))
        return buffer.value.decode("latin-1")
