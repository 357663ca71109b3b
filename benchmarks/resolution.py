"""How surely a reference without identifiers is told to be a paper of a library: precision and recall.

    python -m benchmarks.resolution [devel|test] [--show]

The library is every second paper of a file of ../shared/data/physics. References to all of them are printed in the
styles of `benchmarks.references`, with more and more misprints, and read back; those to papers that are not in the
library must find none. So must "siblings": references whose title has one word in the place of another one, or another
number of a series, with the same first author and year. Times are of `resolved`, a paper with 40 references.
"""

from __future__ import annotations

import argparse
import json
import random
import string
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.references import STYLES
from litdex.evaluation.beir import read_lines
from litdex.index.library import Library
from litdex.index.sources import Record, Sources
from litdex.ingest.paper import Author, Paper, Reference
from litdex.ingest.parsers.litdex_json import parse
from litdex.ingest.parsers.printed_references import printed_reference
from tests.ingest.xml_blob import Bytes

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "physics"
EACH = 40  # references of one citing paper
Change = Callable[[Reference, random.Random], Reference]


def misprint(text: str, chance: random.Random, count: int) -> str:
    """`text` with so many letters doubled, dropped, replaced or exchanged with the next one."""
    letters = list(text)
    for _ in range(count):
        places = [at for at in range(len(letters) - 1) if letters[at].isalpha()]
        if not places:
            break
        at, kind = chance.choice(places), chance.randrange(4)
        if kind == 0:
            letters[at] *= 2
        elif kind == 1:
            letters[at] = ""
        elif kind == 2:
            letters[at] = chance.choice(string.ascii_lowercase)
        else:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)


def _title_misprints(count: int) -> Change:
    return lambda one, chance: replace(one, title=misprint(one.title, chance, count))


def _author_misprint(one: Reference, chance: random.Random) -> Reference:
    return replace(one, authors=(misprint(one.authors[0], chance, 1), *one.authors[1:]))


def _next_year(one: Reference, chance: random.Random) -> Reference:
    return replace(one, year=(one.year or 2000) + 1)


def _sibling(one: Reference, chance: random.Random) -> Reference:
    """Another paper of the same group: a content word of the title is another one."""
    words = one.title.split()
    long = [at for at, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not long or len(words) < 3:
        return replace(one, title=f"{one.title}. II")
    words[chance.choice(long)] = chance.choice(("ferromagnets", "halos", "neutrinos", "polymers", "lattices", "jets"))
    return replace(one, title=" ".join(words))


def _series(one: Reference, chance: random.Random) -> Reference:
    return replace(one, title=f"{one.title}. {chance.choice(('II', 'III', 'Part 2'))}")


CHANGES: Mapping[str, Change] = {
    "as it is": lambda one, chance: one,
    "a misprint in the title": _title_misprints(1),
    "three misprints in the title": _title_misprints(3),
    "a misprint in the first author": _author_misprint,
    "the next year": _next_year,
}
SIBLINGS: Mapping[str, Change] = {"sibling: another word": _sibling, "sibling: next of a series": _series}


def papers(name: str) -> list[Paper]:
    """The papers of a split that have authors, a title and a date."""
    lines: Sequence[Mapping[str, Any]] = list(read_lines(DATA / f"{name}.jsonl.xz"))
    text = "\n".join(json.dumps({**one, "abstract": ""}) for one in lines)
    found = [one for one in parse(Bytes(text.encode(), "physics.jsonl")) if isinstance(one, Paper)]
    return [one for one in found if one.authors and one.title and one.year]


def reference_to(paper: Paper) -> Reference:
    """What a bibliography would say of a paper, without its identifiers."""
    authors = tuple(author.name for author in paper.authors[:8])
    return Reference(title=" ".join(paper.title.split()), authors=authors, year=paper.year, venue="Physical Review B")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("split", nargs="?", default="devel", choices=("devel", "test"))
    parser.add_argument("--show", action="store_true", help="print what was told wrongly")
    asked = parser.parse_args()
    everything = papers(asked.split)
    inside = everything[::2]
    with tempfile.TemporaryDirectory() as folder, Library.open_or_create(Path(folder) / "library") as library:
        numbers = _fill(library, inside)
        print(f"{len(inside):,} papers in the library, {len(everything) - len(inside):,} beside it")
        print(f"{'style':<11}{'references':<33}{'precision':>10}{'recall':>8}{'right':>7}{'wrong':>7}{'of':>7}")
        for style in ("structured", *STYLES):
            for what, change in {**CHANGES, **SIBLINGS}.items():
                _measure(library, everything, numbers, style, what, change, asked.show)


def _fill(library: Library, inside: Sequence[Paper]) -> dict[str, int]:
    """Put papers into a library without engines; their numbers by arXiv id."""
    sources = Sources(library.connection)
    with library.writing():
        sources.put(_file(library, "papers"), [Record("arxiv", paper) for paper in inside])
    return {paper.identifiers["arxiv"]: library.store.find(paper.identifiers["arxiv"]) or 0 for paper in inside}


def _file(library: Library, name: str) -> int:
    return library.catalogue.begin(Path(name).absolute(), "")


def _measure(
    library: Library,
    everything: Sequence[Paper],
    numbers: Mapping[str, int],
    style: str,
    what: str,
    change: Change,
    show: bool,
) -> None:
    """Cite every paper, changed and printed; one line of the table."""
    chance, counts = random.Random(f"{style} {what}"), Counter[str]()
    chosen = [one for one in everything if what in CHANGES or one.identifiers["arxiv"] in numbers]
    cited = [change(reference_to(paper), chance) for paper in chosen]
    read = cited if style == "structured" else [printed_reference(STYLES[style](one)) for one in cited]
    seconds = 0.0
    for at in range(0, len(read), EACH):
        title = f"A review, {style} {what} {at}"
        review = Paper(
            title=title, date="2026", authors=(Author(family="Cites"),), references=tuple(read[at : at + EACH])
        )
        with library.writing():
            Sources(library.connection).put(_file(library, title), [Record("litdex", review)])
        (number,) = library.connection.execute("SELECT max(id) FROM papers").fetchone()
        begun = time.perf_counter()
        found = library.citations.resolved(number)
        seconds += time.perf_counter() - begun
        for place, paper in enumerate(chosen[at : at + EACH]):
            true = numbers.get(paper.identifiers["arxiv"]) if what in CHANGES else None
            told = found.get(place)
            counts.update({"true": bool(true), "right": bool(true) and told == true, "wrong": told not in (None, true)})
            if show and told not in (None, true):
                print(f"    {read[at + place].text or read[at + place].title}\n      -> {_title(library, told or 0)}")
    precision = counts["right"] / max(1, counts["right"] + counts["wrong"])
    recall = f"{counts['right'] / counts['true']:.3f}" if counts["true"] else "-"
    shown = f"{precision:.3f}" if counts["true"] else "-"
    print(
        f"{style:<11}{what:<33}{shown:>10}{recall:>8}{counts['right']:>7,}{counts['wrong']:>7,}{len(read):>7,}"
        f"{seconds / max(1, len(read) / EACH) * 1000:>8.1f} ms",
        flush=True,
    )


def _title(library: Library, number: int) -> str:
    card = library.store.card(number)
    return f"{card.paper.authors[0].name}, {card.paper.title} ({card.paper.year})" if card else ""


if __name__ == "__main__":
    main()
