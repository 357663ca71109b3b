"""How much of what a PDF says is read: title, authors, abstract, headings, journal, DOI.

    python -m benchmarks.pdf_reader --typeset FOLDER [--classes all] [--grobid HEADER_CORPUS]

Measured on typeset and on annotated papers: those of `scripts/typeset_papers.py` in the classes that training does not
see, and every fifth of GROBID's front matters, by the hash of the name. "Right" is wholly right: every letter and digit
of a title, all authors in order, 95 % of an abstract's words and no more than 5 % of others. Headings count with their
level, as F1 over all. "Leaks" is the share of papers with a place of work in abstract or body.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.parsers_pdf import in_memory
from litdex.ingest.names import fold
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.pdf import parse
from litdex.ingest.parsers.pdf_page import read_document
from tests.ingest.pdf_article import words_of

FIELDS = ("title", "authors", "abstract", "journal", "year", "doi")


def squeezed(text: str) -> str:
    """Letters and digits alone, folded."""
    return "".join(char for char in fold(text) if char.isalnum())


def same_words(found: str, wanted: str, share: float = 0.95) -> bool:
    """Whether two texts have their words in common but for a twentieth."""
    a, b = Counter(words_of(fold(found))), Counter(words_of(fold(wanted)))
    return (a & b).total() >= share * max(a.total(), b.total())


def printed_text(data: bytes) -> tuple[str, int]:
    """What the first page shows, running heads and feet too, and how many pages there are."""
    pages = read_document(data, "made.pdf").pages
    page = pages[0]
    return squeezed(" ".join(run.text for run in sorted(page.runs, key=lambda run: (round(run.y / 3), run.x0)))), len(
        pages
    )


def judged(paper: Paper, truth: dict[str, Any], shown: str) -> dict[str, bool]:
    """Which fields were read right, of those that the paper prints."""
    result = {
        "title": squeezed(paper.title) == squeezed(truth["title"]),
        "authors": [squeezed(a.name) for a in paper.authors] == [squeezed(name) for name in truth["authors"]],
        "abstract": same_words(paper.abstract, truth["abstract"]),
    }
    line = truth["extra"].get("line", "")
    if line and squeezed(line) in shown:
        result["journal"] = squeezed(paper.venue) == squeezed(truth["journal"])
        result["year"] = paper.year == truth["year"]
    if squeezed(truth["doi"]) in shown:
        result["doi"] = paper.identifiers.get("doi", "") == truth["doi"].lower()
    return result


def headings(paper: Paper) -> list[tuple[int, str]]:
    return [(section.level, squeezed(section.title)) for section in paper.sections if section.title]


def leaks(paper: Paper, places: Iterable[str]) -> bool:
    """Whether a place where an author works stands in the abstract or the body."""
    text = squeezed(" ".join([paper.abstract, *(s.text for s in paper.sections if s.kind == "body")]))
    return any(squeezed(place)[:40] in text for place in places)


class Table:
    """Counts of what was right, by class."""

    def __init__(self) -> None:
        self.right: dict[str, Counter[str]] = defaultdict(Counter)
        self.asked: dict[str, Counter[str]] = defaultdict(Counter)
        self.heads: dict[str, Counter[str]] = defaultdict(Counter)
        self.seconds = self.pages = 0.0

    def add(self, kind: str, paper: Paper, truth: dict[str, Any], shown: str) -> None:
        for name in (kind, "all"):
            for field, good in judged(paper, truth, shown).items():
                self.asked[name][field] += 1
                self.right[name][field] += good
            wanted = [(level, squeezed(title)) for level, title, _ in truth["sections"]]
            wanted += [(1, squeezed(title)) for title, _ in truth["back"]]
            found = headings(paper)
            self.heads[name]["both"] += (Counter(wanted) & Counter(found)).total()
            self.heads[name]["all"] += len(wanted) + len(found)
            self.asked[name]["leaks"] += 1
            self.right[name]["leaks"] += leaks(paper, truth["places"])

    def show(self) -> None:
        columns = (*FIELDS, "leaks")
        print(f"{'class':20} {'n':>4} " + " ".join(f"{name:>8}" for name in (*columns, "headings")))
        for kind in sorted(self.asked, key=lambda name: (name == "all", name)):
            cells = [
                f"{100 * self.right[kind][f] / self.asked[kind][f]:8.1f}" if self.asked[kind][f] else f"{'-':>8}"
                for f in columns
            ]
            heads = self.heads[kind]
            print(
                f"{kind:20} {self.asked[kind]['leaks']:4} "
                + " ".join(cells)
                + f" {2 * heads['both'] / max(1, heads['all']):8.3f}"
            )
        print(f"{self.pages:.0f} pages, {1000 * self.seconds / max(1, self.pages):.1f} ms of CPU a page")


def typeset(folder: Path, classes: frozenset[str] | None, most: int) -> None:
    table = Table()
    for pdf in sorted(folder.glob("*.pdf")):
        kind = pdf.stem.rpartition("-")[0]
        if (classes is not None and kind not in classes) or table.asked[kind]["title"] >= most:
            continue
        data, truth = pdf.read_bytes(), json.loads(pdf.with_suffix(".json").read_text())
        start = time.process_time()
        try:
            paper = next(iter(parse(in_memory(data))))
        except Exception as error:
            print(pdf.name, error, file=sys.stderr)
            continue
        table.seconds += time.process_time() - start
        shown, pages = printed_text(data)
        table.pages += pages
        assert isinstance(paper, Paper)
        table.add(kind, paper, truth, shown)
    table.show()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--typeset", type=Path)
    parser.add_argument("--classes", default="", help="names parted by commas, or all; default: those held out")
    parser.add_argument("--most", type=int, default=40, help="papers of one class")
    parser.add_argument("--grobid", type=Path)
    given = parser.parse_args()
    if given.typeset:
        from scripts.typeset.classes import HELD_OUT

        named = frozenset(given.classes.split(",")) if given.classes else HELD_OUT
        typeset(given.typeset, None if given.classes == "all" else named, given.most)
    if given.grobid:
        from scripts.pdf_reader.grobid_report import report

        report(given.grobid)


if __name__ == "__main__":
    main()
