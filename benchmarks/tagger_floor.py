"""The floor that a tagger has to beat: the longest-match dictionary of each train split, on its test split.

    python -m benchmarks.tagger_floor [CONFIG] [--share 0.5 0.25]

CONFIG names the corpora and how their types are renamed, as in training; the one of the shipped tagger unless it is
given. `share`: a name is in the dictionary if at least so much of its occurrences in the train split are annotated.
0.5 gives the known floor (NCBI-disease 65.9, BC2GM 43.4, BC5CDR disease 67.8, chemical 73.0); 0.25 is better on devel.
Strict entity F1, with the 95 % bootstrap interval of the corpus's micro F1.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from litdex.ner.corpora.read import read_corpus
from litdex.ner.dictionary import from_corpus
from litdex.ner.scores import Score, score
from litdex.ner.training.config import Corpus, read_config

SHIPPED = Path(__file__).resolve().parents[1] / "litdex" / "ner" / "configs" / "small.toml"
SAMPLES = 1000


def rows(name: str, corpus: Corpus, share: float) -> list[str]:
    """The lines of one corpus: each type, if there are several, and all together."""
    train, test = (read_corpus(corpus.path, split, corpus.types) for split in ("train", "test"))
    scores = score(test, from_corpus(train, share).predict(test), samples=SAMPLES)
    low, high = scores.interval
    each = {f"{name} {kind}": counts.score for kind, counts in scores.types.items()} if len(scores.types) > 1 else {}
    lines = [_row(label, share, one) for label, one in each.items()]
    total = f"{_row(name, share, scores.micro)}  [{100 * low:.1f}, {100 * high:.1f}]  {scores.accuracy:.4f}"
    return [*lines, total]


def main() -> None:
    """Print the table, a line as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", type=Path, nargs="?", default=SHIPPED)
    parser.add_argument("--share", type=float, nargs="+", default=[0.5, 0.25])
    asked = parser.parse_args()
    print(f"{'corpus, type':32} share  precision recall     F1  interval      accuracy")
    for name, corpus in read_config(asked.config).corpora.items():
        for share in asked.share:
            print("\n".join(rows(name, corpus, share)), flush=True)


def _row(name: str, share: float, one: Score) -> str:
    return f"{name:32} {share:5}  {100 * one.precision:9.1f} {100 * one.recall:6.1f} {100 * one.f1:6.1f}"


if __name__ == "__main__":
    main()
