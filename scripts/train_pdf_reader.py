"""Train the reader of PDF lines.

    python -m scripts.train_pdf_reader OUT.crf --typeset FOLDER --grobid FOLDER_OF_HEADER_CORPUS [--all-classes]

Lines of typeset papers (see `scripts/typeset_papers.py`) and of GROBID's annotated front matter get the features of
`litdex/ingest/readers/line_features.py`; crfsuite fits a linear chain. Held out: the classes of
`scripts.typeset.classes.HELD_OUT`, and every fifth paper of GROBID's by the hash of its name.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pycrfsuite

from litdex.ingest.parsers.pdf_blocks import measure
from litdex.ingest.parsers.pdf_furniture import drop_furniture
from litdex.ingest.parsers.pdf_layout import layout
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.parsers.pdf_page import read_document
from litdex.ingest.readers.line_features import Features, in_context, line_features, rules_of
from scripts.pdf_reader import grobid_labels
from scripts.pdf_reader.grobid_report import is_held_out
from scripts.pdf_reader.typeset_labels import labels_of, read_truth
from scripts.typeset.classes import HELD_OUT

SEED = 21
FIT = {"c1": 0.15, "c2": 0.02, "max_iterations": 90, "feature.minfreq": 3}
Example = tuple[list[Features], list[str]]


def lines_of(pdf: Path) -> list[Line]:
    """The lines of a PDF as the parser has them."""
    document = read_document(pdf.read_bytes(), pdf.name)
    drop_furniture(document.pages)
    return layout(document.pages)


def features_of(lines: list[Line]) -> list[Features]:
    usual = measure(lines)
    return line_features(lines, usual, rules_of(lines, usual))


def typeset_examples(folder: Path, held_out: bool) -> Iterator[tuple[str, list[Line], Example]]:
    """Class, lines, and features with labels, of each typeset paper."""
    for pdf in sorted(folder.glob("*.pdf")):
        name = pdf.stem.rpartition("-")[0]
        if (name in HELD_OUT) != held_out:
            continue
        try:
            lines = lines_of(pdf)
        except Exception as error:
            print(pdf.name, error)
            continue
        if len(lines) > 30:
            yield (
                name,
                lines,
                (features_of(lines), labels_of(lines, read_truth(pdf.with_suffix(".json")))),
            )


def windows(example: Example, rng: random.Random) -> list[Example]:
    """The beginning, the end and two stretches of the middle of a long document: bodies are much alike."""
    items, labels = example
    if len(items) < 330:
        return [example]
    cuts = [
        (0, 150),
        *((start, start + 60) for start in rng.sample(range(150, len(items) - 120), 2)),
        (len(items) - 70, len(items)),
    ]
    return [(items[start:end], labels[start:end]) for start, end in cuts]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--typeset", type=Path, required=True)
    parser.add_argument("--grobid", type=Path, required=True)
    given = parser.parse_args()
    rng, start = random.Random(SEED), time.time()
    trainer = pycrfsuite.Trainer(verbose=True)
    count = 0
    for _, _, example in typeset_examples(given.typeset, held_out=False):
        for items, labels in windows(example, rng):
            trainer.append(pycrfsuite.ItemSequence(items), labels)
            count += len(items)
    print(f"{count} lines of typeset papers, {time.time() - start:.0f} s")
    for name, lines, labels in grobid_labels.papers(given.grobid):
        if not is_held_out(name):
            trainer.append(pycrfsuite.ItemSequence(in_context(grobid_labels.features(lines))), labels)
            count += len(lines)
    print(f"{count} lines in all, {time.time() - start:.0f} s")
    trainer.set_params(FIT)
    trainer.train(str(given.out))


if __name__ == "__main__":
    main()
