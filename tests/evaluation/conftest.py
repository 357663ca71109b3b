"""A small test collection and a library of it, made by a small encoder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from litdex.evaluation.beir import read_beir, write_qrels
from litdex.evaluation.built import built
from litdex.evaluation.collection import Collection
from litdex.index.library import Library
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder

TOPICS = ("squeezed atoms", "dark matter halos", "protein folding", "surface codes")
VERBS = ("measure", "simulate", "predict", "review", "bound")


def write_collection(folder: Path, *, corpus: bool = True) -> Path:
    """Forty documents and eight queries in BEIR's layout; of each query one document answers, four are on its topic."""
    documents, queries = [], []
    qrels: dict[str, dict[str, int]] = {}
    for n in range(40):
        topic, verb = TOPICS[n % 4], VERBS[n % 5]
        text = f"Here we {verb} {topic} with great care. Sample number {n} was kept. Then we stop."
        documents.append({"_id": f"d{n}", "title": f"To {verb} {topic}, part {n}", "text": text})
    for n in range(8):
        topic, verb = TOPICS[n % 4], VERBS[n % 5]
        queries.append({"_id": f"q{n}", "text": f'{verb} {topic}: a "test"'})
        qrels[f"q{n}"] = {f"d{n}": 2, **{f"d{other}": 1 for other in range(n % 4, 20, 4) if other != n}, "d39": 0}
    folder.mkdir(parents=True, exist_ok=True)
    if corpus:
        (folder / "corpus.jsonl").write_text("".join(json.dumps(one) + "\n" for one in documents))
    (folder / "queries.jsonl").write_text("".join(json.dumps(one) + "\n" for one in queries))
    write_qrels(folder / "qrels" / "test.tsv", qrels)
    return folder


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    """The collection, read from its folder."""
    return read_beir(write_collection(tmp_path_factory.mktemp("evaluation") / "small"))


@pytest.fixture(scope="session")
def library_folder(collection: Collection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the collection's documents."""
    return built(collection, HashingEncoder, tmp_path_factory.mktemp("cache"))


@pytest.fixture
def searcher(library_folder: Path) -> Iterator[tuple[Library, Searcher]]:
    """That library, open, and its searcher."""
    with Library.open(library_folder) as library, Searcher(library, HashingEncoder) as opened:
        yield library, opened
