"""How well printed references are read: what `printed_reference` tells of entries whose fields are known.

python -m benchmarks.printed_references --data ../shared/data

The entries are those that training never saw: a tenth of GROBID's annotated files, and four styles of journals
(`scripts.references.printing`). Right is what is equal letter by letter, punctuation aside.
"""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from litdex.ingest.names import parse_name
from litdex.ingest.parsers.printed_references import printed_authors, printed_reference
from scripts.references.annotated import Labelled
from scripts.train_reference_reader import SEED, Works, annotated, held_out

FIELDS = ("first author", "all authors", "title", "venue", "year")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with grobid/ and physics/")
    data = parser.parse_args().data
    train, test = annotated(data / "grobid" / "citation.tar.xz")
    sets = {"GROBID, files held out": test}
    sets |= held_out(Works(train, data / "physics"), random.Random(SEED + 1))
    print(f"{'':24}{'entries':>8}" + "".join(f"{name:>14}" for name in FIELDS) + f"{'ms each':>9}")
    for name, entries in sets.items():
        begun = time.perf_counter()
        found = [printed_reference(one.text) for one in entries]
        each = (time.perf_counter() - begun) / len(entries) * 1000
        right, there = Counter[str](), Counter[str]()
        for one, read in zip(entries, found, strict=True):
            told = {"title": read.title, "venue": read.venue, "year": str(read.year or "")}
            for field, good in _judged(one, read.authors, told).items():
                there[field] += 1
                right[field] += good
        shares = "".join(f"{100 * right[field] / max(1, there[field]):14.1f}" for field in FIELDS)
        print(f"{name:24}{len(entries):8}{shares}{each:9.2f}")


def _judged(one: Labelled, authors: Sequence[str], told: dict[str, str]) -> dict[str, bool]:
    """Whether each field that the entry has was read rightly."""
    judged: dict[str, bool] = {}
    if "author" in one.fields:
        wanted, found = _families(printed_authors(one.fields["author"])), _families(authors)
        judged["first author"] = wanted[:1] == found[:1] != []
        judged["all authors"] = wanted == found
    for field in ("title", "venue"):
        if field in one.fields:
            judged[field] = _letters(told[field]) == _letters(one.fields[field])
    if re.search(r"\d", one.fields.get("year", "")):
        judged["year"] = bool(told["year"]) and told["year"] in one.fields["year"]
    return judged


def _families(names: Sequence[str]) -> list[str]:
    return [_letters(parse_name(name).family) for name in names]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


if __name__ == "__main__":
    main()
