"""What pdfium knows of the characters of a page, asked through raw pointers: a quarter of the time of checked calls."""

from __future__ import annotations

import ctypes
import math
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

MAX_PAGE_CHARS = 100_000
"""A page with more characters than this is no page of a paper: the rest is left out."""

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
        buffer = ctypes.create_string_buffer(4 * self.count + 4)
        written = pdfium.FPDFText_GetText(
            self.handle, 0, self.count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
        )
        text = buffer.raw[: 2 * max(0, written - 1)].decode("utf-16-le", "replace")
        if len(text) == self.count:
            return text
        get = pdfium.FPDFText_GetUnicode  # characters without a meaning are left out above: ask for each one
        return "".join(chr(code) if 0 < code < 0x110000 else "\ufffd" for code in map(get, *self._every()))

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
