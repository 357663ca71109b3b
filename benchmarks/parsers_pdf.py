"""How much of an article comes back from a PDF, and how fast: body word 5-grams, by column count and order in the file.

    python -m benchmarks.parsers_pdf [FOLDER OF JATS FILES]

Articles are typeset by `tests/ingest/pdf_maker.py`, so the truth is known. Shares count 5-grams with repetition;
"other" is the share of what was read that stands in no paragraph or abstract of the article (captions, heads).
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from litdex.ingest.paper import Paper
from litdex.ingest.parsers.pdf import parse
from tests.ingest.pdf_article import Article, read_jats, recovered, words_of
from tests.ingest.pdf_maker import Order, Style, make_pdf
from tests.ingest.xml_blob import Bytes

ORDERS: tuple[Order, ...] = ("reading", "shuffled", "interleaved")


def in_memory(data: bytes) -> Bytes:
    """A PDF that was made just now."""
    return Bytes(data, "made.pdf")


def body_words(paper: Paper) -> list[str]:
    """The words of abstract and body sections."""
    return words_of(" ".join([paper.abstract, *(s.text for s in paper.sections if s.kind == "body")]))


def read(data: bytes) -> tuple[Paper, float]:
    """The paper, and the CPU seconds that reading took."""
    start = time.process_time()
    paper = next(iter(parse(in_memory(data))))
    assert isinstance(paper, Paper)
    return paper, time.process_time() - start


def other(truth: list[str], found: list[str], n: int = 5) -> float:
    """The share of found n-grams that the truth does not have."""
    return 1 - recovered(found, truth, n)


def shares(article: Article, columns: int) -> tuple[dict[Order, tuple[float, float]], int, float]:
    """For each order (recovered, other); pages and CPU seconds of all of them."""
    result: dict[Order, tuple[float, float]] = {}
    pages, seconds = 0, 0.0
    for order in ORDERS:
        data = make_pdf(article, Style(columns=columns, order=order))
        paper, spent = read(data)
        found = body_words(paper)
        result[order] = (recovered(article.words, found), other(article.words, found))
        pages += data.count(b"/Type /Page\n") or 1
        seconds += spent
    return result, pages, seconds


def main(folder: Path) -> None:
    articles = {path.stem: read_jats(path) for path in sorted(folder.glob("*.xml"))}
    total: Counter[tuple[int, str]] = Counter()
    words, pages, seconds = 0, 0, 0.0
    print(f"{'article':24} {'words':>6} {'cols':>4} " + " ".join(f"{order:>12} {'other':>6}" for order in ORDERS))
    for name, article in articles.items():
        words += len(article.words)
        for columns in (1, 2):
            result, more, spent = shares(article, columns)
            pages, seconds = pages + more, seconds + spent
            cells = " ".join(f"{result[order][0]:12.4f} {result[order][1]:6.3f}" for order in ORDERS)
            print(f"{name:24} {len(article.words):6} {columns:4} {cells}")
            for order in ORDERS:
                total[columns, order] += round(1e6 * result[order][0] * len(article.words))
    for columns in (1, 2):
        cells = " ".join(f"{total[columns, order] / 1e6 / max(1, words):12.4f} {'':6}" for order in ORDERS)
        print(f"{'all, by words':24} {words:6} {columns:4} {cells}")
    print(f"{pages} pages, {pages / seconds:.0f} pages a CPU second")


if __name__ == "__main__":
    default = Path(__file__).resolve().parents[2] / "shared" / "data" / "papers" / "jats"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default)
