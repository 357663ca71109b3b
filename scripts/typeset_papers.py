"""Typeset papers of known content in many document classes: the training and test data of the PDF reader.

    python -m scripts.typeset_papers OUT [--count 800] [--first 0] --data SHARED_DATA

Writes OUT/CLASS-NUMBER.pdf and .json (the truth: title, authors, places, abstract, headings with levels, ...). Needs
pdflatex with the classes of TeX Live's `publishers` collection; a draft that does not compile is left out and counted.
Deterministic: the number of a paper decides its class and all that it says.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from scripts.typeset.classes import CLASSES
from scripts.typeset.content import Source
from scripts.typeset.house import house

HOUSE_SHARE = 0.4


def typeset(source: Source, number: int, out: Path) -> tuple[str, bool]:
    """Make one paper. Returns its class, and whether LaTeX made a PDF."""
    rng = random.Random(number)
    draft = source.draft(rng)
    name = "house" if rng.random() < HOUSE_SHARE else rng.choice(sorted(CLASSES))
    draft.kind = name
    target = out / f"{name}-{number:05}"
    if target.with_suffix(".pdf").exists():
        return name, True
    text = (house if name == "house" else CLASSES[name])(draft, rng)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "p.tex").write_text(text, encoding="latin-1", errors="ignore")
        command = ["pdflatex", "-interaction=nonstopmode", "-no-shell-escape", "p.tex"]
        try:
            subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=40)
        except subprocess.TimeoutExpired:
            return name, False
        made = Path(folder) / "p.pdf"
        if not made.exists() or made.stat().st_size < 5000:
            (out / "failed.log").write_text((Path(folder) / "p.log").read_text(errors="replace"))
            return name, False
        target.with_suffix(".pdf").write_bytes(made.read_bytes())
    target.with_suffix(".json").write_text(json.dumps(asdict(draft)))
    return name, True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=800)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    physics = given.data / "physics"
    source = Source([physics / "train-0.jsonl.xz"], physics / "devel.jsonl.xz", given.data / "papers" / "jats")
    done: Counter[tuple[str, bool]] = Counter(
        typeset(source, n, given.out) for n in range(given.first, given.first + given.count)
    )
    for (name, made), count in sorted(done.items()):
        print(f"{name:22} {'made' if made else 'failed':7} {count}")


if __name__ == "__main__":
    main()
