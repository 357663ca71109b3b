"""What pdfium knows of the characters of a page, asked through raw pointers: a quarter of the time of checked calls."""

from __future__ import annotations

import ctypes
import math
import re
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

MAX_PAGE_CHARS = 100_000
"""A page with more characters than this is no page of a paper: the rest is left out."""

HYPHEN = "\x02"
"""pdfium's mark for a hyphen at the end of a line."""

UNIT = "\0"
"""Stands for the second half of a character above U+FFFF, which pdfium counts as two, so that places stay the same."""

_ABOVE_FFFF = re.compile("[\U00010000-\U0010ffff]")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe]")

Boxes = np.ndarray[Any, np.dtype[np.float32]]


class Glyphs:
    """A page's characters with their boxes, and what pdfium knows of a single one."""

    def __init__(self, handle: Any, turn: int = 0) -> None:
        self.handle = handle
        self.turn = turn
        self.count = max(0, min(pdfium.FPDFText_CountChars(handle), MAX_PAGE_CHARS))
        self.text = self._text()
        self.boxes = self._boxes()

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
