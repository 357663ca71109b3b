"""Teach an exported tagger's heads what texts they are for: `python -m scripts.fit_domains FOLDER`.

Each head is trained on one field's text, and finds something wherever it looks. So for each a logistic regression on a
text's mean fused vector is fitted, text of its own field against that of others, and stored in the tagger's arrays
(`head.<name>.domain`). Train splits only; devel splits are printed: the share of texts in which each head is at home.
"""

from __future__ import annotations

import json
import lzma
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from litdex.ner.corpora.joining import groups_of, joined
from litdex.ner.corpora.read import read_corpus
from litdex.ner.exported import ARRAYS, read_tagger_settings, write_tagger_settings
from litdex.ner.inference import readings
from litdex.ner.network import Network

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CORPORA = {
    "ncbi": "NCBI-disease-IOB",
    "bc5cdr": "BC5CDR-IOB",
    "bc2gm": "BC2GM-IOB",
    "linnaeus": "linnaeus-IOB",
    "wiesp": "WIESP2022-DEAL",
}
HOME = {"wiesp": ("wiesp", "astro-ph")}
"""What text each head is at home in: corpora, and fields of physics. The others' are the biomedical corpora."""
BIOMEDICAL = ("ncbi", "bc5cdr", "bc2gm", "linnaeus")
UNDECIDED = ("physics.bio-ph", "physics.chem-ph", "physics.med-ph", "q-bio", "gr-qc", "physics.gen-ph")
"""Fields of physics that are no example for any head."""
TEXTS = 400  # of each corpus
EVERY = {"train": 150, "devel": 14}  # abstract, through all files: they are sorted
FILES = {"train": [f"train-{number}" for number in range(4)], "devel": ["devel"]}
PENALTY = 1.0

Floats = NDArray[np.float64]


def texts(split: str, join: int, most: float = 1.0) -> dict[str, list[list[str]]]:
    """Words of texts of each corpus and of each field of physics."""
    found: dict[str, list[list[str]]] = {}
    for name, folder in CORPORA.items():
        groups = groups_of(read_corpus(DATA / "ner" / folder, split), join)
        found[name] = [list(joined(group).words)[:200] for group in islice(groups, round(TEXTS * most))]
    for field, text in abstracts(split):
        first = next(readings([text], join), None)
        if first and field not in UNDECIDED:
            found.setdefault(field, []).append(first.words)
    return found


def abstracts(split: str) -> Iterator[tuple[str, str]]:
    """Some physics papers: field and abstract."""
    for name in FILES[split]:
        with lzma.open(DATA / "physics" / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for record in map(json.loads, islice(lines, 0, None, EVERY[split])):
                yield record["field"], record["abstract"]


def means(network: Network, found: dict[str, list[list[str]]]) -> dict[str, Floats]:
    """The mean fused vector of each text."""
    return {
        name: np.array([network.states([words]).mean(axis=0) for words in some if words], np.float64)
        for name, some in found.items()
    }


def fitted(inside: Floats, outside: Floats) -> Floats:
    """A logistic regression by Newton's method, both sides weighing the same: (hidden + 1), the constant last."""
    rows = np.concatenate([inside, outside])
    rows = np.concatenate([rows, np.ones((len(rows), 1))], axis=1)
    wanted = np.concatenate([np.ones(len(inside)), np.zeros(len(outside))])
    share = np.concatenate([np.full(len(side), 0.5 / len(side)) for side in (inside, outside)]) * len(rows)
    penalty = PENALTY * np.eye(rows.shape[1])
    penalty[-1, -1] = 1e-6
    weights = np.zeros(rows.shape[1])
    for _ in range(30):
        likely = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (share * (likely - wanted)) + penalty @ weights
        bend = (rows * (share * likely * (1 - likely))[:, None]).T @ rows + penalty
        weights -= np.linalg.solve(bend, slope)
    return weights


def main() -> None:
    """Fit, store, and print what came out."""
    folder = Path(sys.argv[1])
    settings = read_tagger_settings(folder)
    network = Network(folder, settings)
    train, devel = (
        means(network, texts(*asked)) for asked in (("train", settings.join), ("devel", settings.join, 0.2))
    )
    with np.load(folder / ARRAYS) as stored:
        arrays = {name: stored[name] for name in stored.files}
    for head in settings.heads:
        home = HOME.get(head.name, BIOMEDICAL)
        weights = fitted(
            *(np.concatenate([v for k, v in train.items() if (k in home) == here]) for here in (True, False))
        )
        arrays[f"head.{head.name}.domain"] = weights.astype(np.float32)
        shares = {name: float((rows @ weights[:-1] + weights[-1] >= 0).mean()) for name, rows in devel.items()}
        print(head.name, {name: round(share, 3) for name, share in sorted(shares.items(), key=lambda one: -one[1])})
    np.savez_compressed(folder / ARRAYS, **arrays)  # no array is called allow_pickle
    write_tagger_settings(folder, settings)


if __name__ == "__main__":
    main()
