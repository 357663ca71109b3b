"""What OCR makes of pictures of pages: character error and reading order of rapidocr, and Nougat's mechanics.

    python -m benchmarks.ocr [--pages 4] [--engine rapidocr] [--no-nougat] [--keep FOLDER]

Articles of ../shared/data/papers/jats are typeset to fill a page, in one column and in two, and the page becomes a
picture: clean (300 dpi), 150 dpi, turned by a degree (200 dpi), noisy (200 dpi, blurred, grain, specks). The file goes
through the PDF parser with OCR as any scan does. Columns: edits a character between the body as it was set and as it
was read, in reading order; edits a character where each paragraph is looked for wherever it stands, so that order does
not count; neighbouring paragraphs that are still in order; body 5-grams that came back; seconds a page.

The Nougat path reads the same pages with tiny random weights: what counts there is that each page ends, and how.
Needs the extra rapidocr, and for Nougat torch and transformers.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.parsers_latex import ARTICLES
from benchmarks.parsers_pdf import body_words, in_memory
from litdex.ingest.blob import Fault
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.pdf import parse
from tests.ingest.pdf_article import Article, read_jats, recovered
from tests.ingest.pdf_maker import Style, make_pdf

Picture = Any  # PIL.Image.Image


def _turned(image: Picture) -> Picture:
    return image.rotate(1.0, fillcolor="white", resample=3)


def _noisy(image: Picture) -> Picture:
    import numpy as np
    from PIL import Image, ImageFilter

    rng = np.random.default_rng(1)
    blurred = image.convert("L").filter(ImageFilter.GaussianBlur(0.8))
    grey = 0.8 * np.asarray(blurred, np.float64) + 35
    grey += rng.normal(0, 22, grey.shape)
    grey[rng.random(grey.shape) < 0.003] = 0
    return Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).convert("RGB")


VARIANTS: Mapping[str, tuple[int, Callable[[Picture], Picture]]] = {
    "clean": (300, lambda image: image),
    "150 dpi": (150, lambda image: image),
    "turned 1°": (200, _turned),
    "noisy": (200, _noisy),
}


def pages(count: int) -> list[tuple[Article, bytes]]:
    """Articles cut so that each fills a page, and the page; columns alternate."""
    paths = sorted(ARTICLES.glob("*.xml"))
    chosen = random.Random("ocr").sample(paths, len(paths))
    found: list[tuple[Article, bytes]] = []
    for path in chosen:
        if len(found) == count:
            break
        one = _one_page(read_jats(path), 1 + len(found) % 2)
        if one is not None:
            found.append(one)
    return found


def _one_page(article: Article, columns: int) -> tuple[Article, bytes] | None:
    """As much of an article as a page holds; None where not even its beginning does."""
    best = None
    for size in range(1, 30):
        some, left = [], size
        for level, title, texts in article.sections:
            some += [(level, title, texts[:left])] if left > 0 else []
            left -= len(texts)
        cut = replace(article, sections=some, captions=[], references=[], thanks="")
        data = make_pdf(cut, Style(columns=columns))
        if data.count(b"/Type /Page\n") > 1:
            break
        best = cut, data
    return best


def photographed(data: bytes, dpi: int, change: Callable[[Picture], Picture]) -> bytes:
    """A PDF of the page's picture."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    page = pypdfium2.PdfDocument(data)[0]
    width, height = page.get_size()
    image = change(page.render(scale=dpi / 72).to_pil().convert("RGB"))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(width, height), invariant=True)
    canvas.drawImage(ImageReader(image), 0, 0, width, height)
    canvas.save()
    return file.getvalue()


def read(data: bytes, engine: str, cache: Path) -> tuple[Paper, list[str], float]:
    """The paper, what was told of its pages, and the seconds it took."""
    os.environ.update(LITDEX_OCR="always", LITDEX_OCR_ENGINE=engine, LITDEX_OCR_CACHE=str(cache))
    begun = time.perf_counter()
    found = list(parse(in_memory(data)))
    seconds = time.perf_counter() - begun
    papers = [one for one in found if isinstance(one, Paper)]
    return (papers or [Paper()])[0], [one.reason for one in found if isinstance(one, Fault)], seconds


def edits(true: str, found: str) -> int:
    """Letters to put in, take out or replace; by the longest blocks in common, so a few too many."""
    matcher = SequenceMatcher(None, true, found, autojunk=False)
    return sum(max(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")


def paragraphs(article: Article) -> list[str]:
    """Those of the body, the abstract first; spaces normalised."""
    texts = [article.abstract, *(text for _, _, each in article.sections for text in each)]
    return [" ".join(text.split()) for text in texts if len(text) > 40]


def anywhere(paragraph: str, found: str) -> tuple[int, int]:
    """Where a paragraph best fits into a text, and the edits that it has there."""
    blocks = SequenceMatcher(None, paragraph, found, autojunk=False).get_matching_blocks()
    best = max(blocks, key=lambda block: block.size)
    start = max(0, best.b - best.a)
    window = found[max(0, start - 40) : start + len(paragraph) + 40]
    inside = [one for one in SequenceMatcher(None, paragraph, window, autojunk=False).get_matching_blocks() if one.size]
    if not inside:
        return start, len(paragraph)
    window = window[inside[0].b : inside[-1].b + inside[-1].size]
    return start, edits(paragraph, window)


def measured(article: Article, paper: Paper) -> tuple[int, int, int, int, int]:
    """Characters, edits in order, edits anywhere, neighbours, neighbours in order."""
    texts = paragraphs(article)
    true = " ".join(texts)
    found = " ".join(" ".join([paper.abstract, *(section.text for section in paper.sections)]).split())
    places = [anywhere(text, found) for text in texts]
    ordered = sum(first < second for (first, _), (second, _) in pairwise(places))
    return len(true), edits(true, found), sum(count for _, count in places), len(places) - 1, ordered


def row(name: str, chosen: Sequence[tuple[Article, bytes]], engine: str, keep: Path | None) -> None:
    """Read all pages in one variant; a line of the table."""
    dpi, change = VARIANTS[name]
    totals, grams, seconds, told = [0] * 5, 0.0, 0.0, 0
    for number, (article, data) in enumerate(chosen):
        scan = photographed(data, dpi, change)
        if keep:
            (keep / f"{number}-{name.replace(' ', '-')}.pdf").write_bytes(scan)
        with tempfile.TemporaryDirectory() as cache:
            paper, reasons, spent = read(scan, engine, Path(cache))
        counts = measured(article, paper)
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        grams += recovered(article.words, body_words(paper)) / len(chosen)
        seconds += spent
        told += bool(reasons)
    length, ordered, free, pairs, kept = totals
    print(
        f"{name:<11}{ordered / length:>10.4f}{free / length:>10.4f}{f'{kept}/{pairs}':>10}{grams:>10.4f}"
        f"{seconds / len(chosen):>10.1f}{told:>7}",
        flush=True,
    )


def nougat(chosen: Sequence[tuple[Article, bytes]]) -> None:
    """The mechanics of the Nougat path on the same pages."""
    from tests.ingest.tiny_nougat import tiny_nougat

    for name, (dpi, change) in VARIANTS.items():
        read_pages, told, seconds = 0, [], 0.0
        with tempfile.TemporaryDirectory() as folder:
            checkpoint = tiny_nougat(Path(folder) / "tiny")
            for number, (_, data) in enumerate(chosen):
                scan = photographed(data, dpi, change)
                try:
                    paper, reasons, spent = read(scan, f"nougat:{checkpoint}", Path(folder) / str(number))
                except Exception as error:
                    paper, reasons, spent = Paper(), [str(error)], 0.0
                read_pages += bool(paper.text)
                told += reasons
                seconds += spent
        first = f": {told[0][:90]}" if told else ""
        print(f"nougat {name:<11}{read_pages}/{len(chosen)} with text, {len(told)} told{first}, {seconds:.1f} s")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", type=int, default=4)
    parser.add_argument("--engine", default="rapidocr")
    parser.add_argument("--no-nougat", action="store_true")
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    if asked.keep:
        asked.keep.mkdir(parents=True, exist_ok=True)
    chosen = pages(asked.pages)
    print(f"{len(chosen)} pages, {sum(len(' '.join(paragraphs(one))) for one, _ in chosen):,} characters")
    print(
        f"{asked.engine:<11}{'in order':>10}{'anywhere':>10}{'ordered':>10}{'5-grams':>10}{'s a page':>10}{'told':>7}"
    )
    for name in VARIANTS:
        row(name, chosen, asked.engine, asked.keep)
    if not asked.no_nougat:
        nougat(chosen)


if __name__ == "__main__":
    main()
