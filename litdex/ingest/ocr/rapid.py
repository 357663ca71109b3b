"""rapidocr (Apache-2.0): the light engine. It finds lines; their order is the business of the PDF parser's columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any

from litdex.errors import UserError
from litdex.ingest.ocr.engine import Engine, PageImage, PrintedLine, ReadPage

MIN_SCORE = 0.5  # of a line, by rapidocr's own measure
BASELINE = 0.78  # of a line's height, from its top, where letters stand
CAP = 0.8  # of a line's height that its type size comes to


def load(checkpoint: str) -> Engine:
    """The engine with the weights that its wheel holds. Raises UserError where a checkpoint is named."""
    if checkpoint:
        raise UserError(f"--ocr-engine rapidocr:{checkpoint}: rapidocr brings its weights; leave the colon out")
    return Rapid()


class Rapid:
    """PP-OCR's text detection and recognition, run by ONNX Runtime on the CPU."""

    dpi = 150
    batch = 1
    seconds_a_page = 6.0

    def __init__(self) -> None:
        import logging

        from rapidocr import RapidOCR

        logging.getLogger("RapidOCR").setLevel(logging.ERROR)
        self._engine: Any = RapidOCR(params={"Global.log_level": "error"})
        self.fingerprint = f"rapidocr {version('rapidocr')} {self.dpi}"

    def read(self, pages: Sequence[PageImage], limit: float) -> Iterator[ReadPage]:
        """As the interface says. A page takes seconds, so the limit is never reached and not watched."""
        for page in pages:
            yield self._page(page)

    def _page(self, page: PageImage) -> ReadPage:
        import numpy as np

        try:
            found = self._engine(np.asarray(page.image)[:, :, ::-1], use_cls=False)
        except Exception as error:  # a third party's engine: any failure is this page's, and is told
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:120]}"
            return ReadPage(fault=f"rapidocr failed: {reason}", again=True)
        if found.boxes is None or found.txts is None:
            return ReadPage()
        pieces = zip(found.boxes, found.txts, found.scores, strict=True)
        lines = (_line(box, text, page.scale) for box, text, score in pieces if score >= MIN_SCORE and text.strip())
        return ReadPage(lines=_level(list(lines)))


def _line(box: Any, text: str, scale: float) -> PrintedLine:
    """A box's four corners, clockwise from the top left, in pixels, and its text as a line in points."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = ((float(x) / scale, float(y) / scale) for x, y in box)
    height = (math.hypot(x3 - x0, y3 - y0) + math.hypot(x2 - x1, y2 - y1)) / 2
    top = (y0 + y1) / 2
    size = round(CAP * height, 1)
    return PrintedLine(" ".join(text.split()), (x0 + x3) / 2, (x1 + x2) / 2, top + BASELINE * height, size)


def _level(lines: list[PrintedLine]) -> tuple[PrintedLine, ...]:
    """The lines with sizes that are nearly the page's usual one set to it: boxes are not exact, type is."""
    if not lines:
        return ()
    weights = sorted((line.size, len(line.text)) for line in lines)
    half, held, usual = sum(weight for _, weight in weights) / 2, 0, weights[0][0]
    for size, weight in weights:
        held += weight
        usual = size
        if held >= half:
            break
    return tuple(
        PrintedLine(line.text, line.x0, line.x1, line.y, usual if abs(line.size - usual) < 0.18 * usual else line.size)
        for line in lines
    )
