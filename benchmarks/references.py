"""How much of a printed reference is read back, by field and by style of print.

    python -m benchmarks.references [--pdf]

The structured references of the JATS articles in ../shared/data/papers/jats are printed in four styles and read by
`litdex.ingest.parsers.printed_references`. Precision, recall and F1 are micro-averages over a field's values: titles
and venues by their letters and digits, authors by their family names, identifiers with their scheme. With `--pdf` the
print is the bibliography of a PDF in two columns (`tests.ingest.pdf_maker`), which has to be found and parted first.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.parsers_latex import ARTICLES, article
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Paper, Reference
from litdex.ingest.parsers.pdf import parse
from litdex.ingest.parsers.printed_references import printed_reference
from tests.ingest.pdf_article import Article, words_of
from tests.ingest.pdf_maker import make_pdf
from tests.ingest.xml_blob import Bytes


def _doi(one: Reference) -> str:
    return f" doi:{one.identifiers['doi']}" if "doi" in one.identifiers else ""


def _last_first(one: Reference, comma: str, dots: bool) -> list[str]:
    """Names as family name and initials."""
    result = []
    for name in map(parse_name, one.authors):
        initials = [letter for letter in name.given if letter.isupper()]
        given = " ".join(f"{letter}." for letter in initials) if dots else "".join(initials)
        result.append(f"{name.family}{comma} {given}".strip(", ") if given else name.family)
    return result


def _ieee(one: Reference) -> str:
    names = ", ".join(one.authors)
    return f"{names}, “{one.title},” {one.venue}, vol. 12, pp. 345–351, {one.year}.{_doi(one)}"


def _plos(one: Reference) -> str:
    return f"{', '.join(_last_first(one, '', False))} ({one.year}) {one.title}. {one.venue} 12: 345–351.{_doi(one)}"


def _apa(one: Reference) -> str:
    *first, last = _last_first(one, ",", True)
    names = f"{', '.join(first)}, & {last}" if first else last
    return f"{names} ({one.year}). {one.title}. {one.venue}, 12, 345–351.{_doi(one)}"


def _vancouver(one: Reference) -> str:
    return f"{', '.join(_last_first(one, '', False))}. {one.title}. {one.venue}. {one.year};12:345–351.{_doi(one)}"


STYLES: dict[str, Callable[[Reference], str]] = {"ieee": _ieee, "plos": _plos, "apa": _apa, "vancouver": _vancouver}


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


FIELDS: dict[str, Callable[[Reference], set[str]]] = {
    "authors": lambda one: {_plain(parse_name(name).family) for name in one.authors},
    "title": lambda one: {_plain(one.title)} - {""},
    "year": lambda one: {str(one.year)} if one.year else set(),
    "venue": lambda one: {_plain(one.venue)} - {""},
    "doi": lambda one: {one.identifiers["doi"].lower()} if "doi" in one.identifiers else set(),
}


@dataclass(slots=True)
class Count:
    """Values of one field."""

    right: int = 0
    found: int = 0
    true: int = 0

    def row(self) -> str:
        """Precision, recall, F1 and how many there were to find."""
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.true)
        both = 2 * precision * recall / max(1e-9, precision + recall)
        return f"{precision:>10.3f}{recall:>8.3f}{both:>8.3f}{self.true:>8,}"


def references() -> Iterator[Reference]:
    """Those with authors, a title, a year and a venue."""
    for path in sorted(ARTICLES.glob("*.xml")):
        for one in article(path).references:
            if one.authors and one.title and one.year and one.venue:
                yield one


def through_pdf(texts: Sequence[str]) -> list[Reference]:
    """What is read of entries that were printed in a PDF, in their order; an empty one where an entry is lost."""
    body = [(1, "Introduction", ["A sentence of the introduction stands here. " * 12] * 3)]
    made = Article("Of references", ["Ada Lovelace"], "What is cited. " * 20, body, [], list(texts))
    (paper,) = (one for one in parse(Bytes(make_pdf(made), "made.pdf")) if isinstance(one, Paper))
    left = {place: Counter(words_of(one.text)) for place, one in enumerate(paper.references)}
    found = []
    for text in texts:
        words = Counter(words_of(text))
        best = max(left, key=lambda place: (words & left[place]).total(), default=-1)
        same = best >= 0 and (words & left[best]).total() > 0.5 * words.total()
        found.append(paper.references[best] if same else Reference())
        if same:
            del left[best]
    return found


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pdf", action="store_true", help="print them into a PDF first")
    asked = parser.parse_args()
    truth = list(references())
    print(f"{len(truth)} references")
    print(f"{'style':<11}{'field':<9}{'precision':>10}{'recall':>8}{'F1':>8}{'values':>8}")
    for style, printed in STYLES.items():
        counts = {field: Count() for field in FIELDS}
        texts = [printed(one) for one in truth]
        read = through_pdf(texts) if asked.pdf else [printed_reference(text) for text in texts]
        for one, found in zip(truth, read, strict=True):
            for field, values in FIELDS.items():
                here, there = values(found), values(one)
                count = counts[field]
                count.right += len(here & there)
                count.found += len(here)
                count.true += len(there)
        for field, count in counts.items():
            print(f"{style:<11}{field:<9}{count.row()}")


if __name__ == "__main__":
    main()
