"""nougat-ocr, the original package, as a child process in its own environment (`litdex setup nougat-ocr`).

It is given a PDF a page, so that what it writes of each page is a file of its own.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from litdex.errors import UserError
from litdex.ingest.ocr.engine import Engine, PageImage, ReadPage
from litdex.ingest.ocr.nougat_setup import PINS, program
from litdex.ingest.ocr.repetition import without_repetition

MODEL = "0.1.0-small"
STARTING = 120.0  # seconds to load the weights, beside the time for pages
_MISSING = re.compile(r"\[MISSING_PAGE_(\w+)[^\]]*\]")


def load(checkpoint: str) -> Engine:
    """The engine with a folder's weights, or the small published ones. Raises UserError without an environment."""
    if not program("nougat").exists():
        raise UserError("--ocr-engine nougat-ocr: it is not set up: litdex setup nougat-ocr")
    if checkpoint and not Path(checkpoint).is_dir():
        raise UserError(f"--ocr-engine nougat-ocr:{checkpoint}: give a folder of weights, or none")
    return NougatOcr(checkpoint)


class NougatOcr:
    """Runs `nougat` on a batch of pages; starting it costs, so batches are large."""

    dpi = 96
    batch = 16
    seconds_a_page = 900.0

    def __init__(self, checkpoint: str) -> None:
        self._checkpoint = checkpoint
        self.fingerprint = f"{PINS[0]} {checkpoint or MODEL}"

    def command(self, pdfs: Sequence[Path], out: Path) -> list[str]:
        """The command line that reads these PDFs and writes a `.mmd` of each into `out`."""
        weights = ["--checkpoint", self._checkpoint] if self._checkpoint else ["--model", MODEL]
        return [
            *(str(program("nougat")), *map(str, pdfs), "--out", str(out), *weights),
            *("--batchsize", "1", "--markdown", "--no-skipping", "--recompute"),
        ]

    def read(self, pages: Sequence[PageImage], limit: float) -> Iterator[ReadPage]:
        """As the interface says; pages that were written before the time ran out are kept."""
        with TemporaryDirectory(prefix="litdex-nougat-") as name:
            folder = Path(name)
            pdfs = [folder / f"{place}.pdf" for place in range(len(pages))]
            for page, pdf in zip(pages, pdfs, strict=True):
                page.image.save(pdf, "PDF", resolution=72 * page.scale)
            reason = _run(self.command(pdfs, folder), STARTING + limit * len(pages))
            yield from [_page(pdf.with_suffix(".mmd"), reason) for pdf in pdfs]


def _run(command: Sequence[str], seconds: float) -> str:
    """Run it to its end; why it did not get there, in a line, or ""."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return "stopped at the time limit"
    except OSError as error:
        return f"nougat-ocr cannot be run ({error.strerror})"
    last = next((line.strip() for line in reversed(done.stderr.splitlines()) if line.strip()), "no message")
    return f"nougat-ocr failed: {last[:160]}" if done.returncode else ""


def _page(file: Path, reason: str) -> ReadPage:
    """What it wrote of one page; `reason` is why it may not have written any."""
    try:
        text = file.read_text("utf-8", "replace").strip()
    except OSError:
        return ReadPage(fault=reason or "nougat-ocr wrote nothing", again=True)
    markdown, cut = without_repetition(_MISSING.sub("", text).strip())
    lost = _MISSING.search(text)
    if cut or (lost and lost[1] != "EMPTY"):
        return ReadPage(markdown, fault="nougat-ocr repeated itself or gave up; what it wrote is kept")
    return ReadPage(markdown)
