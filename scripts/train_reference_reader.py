"""Train the reader of printed references, and say how well it reads styles and files that it has not seen.

python -m scripts.train_reference_reader --data ../shared/data --output models/litdex-readers/references.crf

GROBID's annotated references (CC BY 4.0) are learnt from as they are, but for a tenth of the files, and once more
printed by `scripts.references.printing` in the styles of journals. Takes about five minutes on one core.
"""

from __future__ import annotations

import argparse
import random
import re
import tarfile
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pycrfsuite

from litdex.ingest.names import parse_name, split_names
from litdex.ingest.readers import reference_fields
from litdex.ingest.readers.crf import tag
from scripts.references.annotated import Labelled, entries, labelled
from scripts.references.printing import HELD_OUT, TRAIN, Style, Work, printed
from scripts.references.titles import JOURNALS, physics_names, physics_titles

SEED = 17
TEST_SHARE = 10  # every so many-th of GROBID's files is for testing
PRINTED = 9000
TEST_PRINTED = 300  # of each style held out
ARCHIVES = ("hep-th", "hep-ph", "astro-ph", "cond-mat", "quant-ph", "gr-qc")
SCORED = ("author", "title", "venue", "volume", "pages", "year")


def main() -> None:
    """Train and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder with grobid/ and physics/")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--iterations", type=int, default=90)
    parser.add_argument("--printed", type=int, default=PRINTED)
    asked = parser.parse_args()
    rng = random.Random(SEED)
    train, test = annotated(asked.data / "grobid" / "citation.tar.xz")
    works = Works(train, asked.data / "physics")
    made = [_example(works, TRAIN[number % len(TRAIN)], rng) for number in range(asked.printed)]
    examples = [*train, *(one for one in made if one)]
    print(f"{len(train)} annotated and {len(made)} printed entries to learn from, {len(test)} annotated to test by")
    _train(examples, asked.output, asked.iterations)
    print(f"{asked.output}: {asked.output.stat().st_size / 1e6:.1f} MB")
    report({"GROBID, files held out": test} | held_out(works, random.Random(SEED + 1)), asked.output)


def annotated(archive: Path) -> tuple[list[Labelled], list[Labelled]]:
    """GROBID's entries: those to learn from, and those of the files held out."""
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        found = list(entries(Path(scratch) / "citation" / "corpus"))
    names = sorted({name for name, _ in found})
    chosen = set(names[::TEST_SHARE])
    return [one for name, one in found if name not in chosen], [one for name, one in found if name in chosen]


class Works:
    """What to print: names, titles and venues of the annotated entries and of physics papers, recombined at random."""

    def __init__(self, known: Sequence[Labelled], physics: Path) -> None:
        fields = [one.fields for one in known]
        self._titles = [_plain(f["title"]) for f in fields if 15 < len(f.get("title", "")) < 250] + physics_titles(
            physics
        )
        venues = Counter(_plain(f["venue"]) for f in fields if "pages" in f and len(f.get("venue", "")) > 2)
        self._venues = [name for name in venues if len(name) < 80]
        pairs = [parse_name(name) for f in fields for name in split_names(_plain(f.get("author", "")))]
        people = [
            (one.given, one.family) for one in pairs if one.given and one.family.isalpha() and len(one.family) > 2
        ]
        self._names = people + physics_names(physics)

    def one(self, rng: random.Random) -> Work:
        """A work that never was."""
        first = rng.choice((rng.randint(1, 999), rng.randint(1000, 9999), rng.randint(10000, 119999)))
        letter = rng.choice(("", "", "", "L", "A", "R"))
        short, journal = rng.choice(JOURNALS) if rng.random() < 0.6 else (rng.choice(self._venues),) * 2
        year = rng.choice((rng.randint(1990, 2025), rng.randint(1935, 2025)))
        month = f"{year % 100:02d}{rng.randint(1, 12):02d}"
        new = f"{month}.{rng.randint(1, 99999):05d}"
        old = f"{rng.choice(ARCHIVES)}/{month}{rng.randint(1, 999):03d}"
        title = rng.choice(self._titles)
        if rng.random() < 0.3:
            title = title[:1] + title[1:].lower()
        return Work(
            names=tuple(rng.choice(self._names) for _ in range(min(1 + int(rng.expovariate(0.35)), 30))),
            title=title.rstrip("."),
            journal=journal,
            short=short,
            volume=str(rng.choice((rng.randint(1, 99), rng.randint(100, 999)))),
            issue=str(rng.randint(1, 24)),
            first=f"{letter}{first}",
            last=f"{letter}{first + rng.randint(1, 30)}",
            year=str(year) + (rng.choice("abc") if rng.random() < 0.05 else ""),
            arxiv=new if year > 2007 else old,
            doi=f"10.{rng.randint(1000, 9999)}/{rng.choice(('j.', 's', 'PhysRevD.', ''))}{rng.randint(1000, 99999999)}",
        )


def _example(works: Works, style: Style, rng: random.Random) -> Labelled | None:
    return labelled(printed(works.one(rng), style, rng))


def held_out(works: Works, rng: random.Random) -> dict[str, list[Labelled]]:
    """Entries in the styles that training does not see."""
    made = {name: [_example(works, style, rng) for _ in range(TEST_PRINTED)] for name, style in HELD_OUT.items()}
    return {f"style {name}": [one for one in found if one] for name, found in made.items()}


def _train(examples: Sequence[Labelled], output: Path, iterations: int) -> None:
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    for one in examples:
        trainer.append(pycrfsuite.ItemSequence(reference_fields.features(one.tokens)), one.labels)
    trainer.set_params({"c1": 0.3, "c2": 0.02, "max_iterations": iterations, "feature.minfreq": 3})
    output.parent.mkdir(parents=True, exist_ok=True)
    trainer.train(str(output))


def report(tests: dict[str, list[Labelled]], model: Path) -> None:
    """Print for each test set the share of entries whose field is exactly right, after normalising punctuation."""
    print(f"{'':28}{'entries':>8}" + "".join(f"{name:>9}" for name in SCORED))
    for name, examples in tests.items():
        right, there = Counter[str](), Counter[str]()
        for one in examples:
            found = _read(one, model)
            for field in SCORED:
                if field in one.fields or field in found:
                    there[field] += 1
                    right[field] += _norm(found.get(field, "")) == _norm(one.fields.get(field, ""))
        shares = (f"{100 * right[field] / max(1, there[field]):9.1f}" for field in SCORED)
        print(f"{name:28}{len(examples):8}" + "".join(shares))


def _read(one: Labelled, model: Path) -> dict[str, str]:
    labels = tag(model, reference_fields.features(one.tokens))
    fields = reference_fields.put_together(one.text, one.tokens, labels)
    named = {"author": fields.authors, **{name: getattr(fields, name) for name in SCORED if name != "author"}}
    return {name: value for name, value in named.items() if value}


def _norm(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" ,.;:")


if __name__ == "__main__":
    main()
