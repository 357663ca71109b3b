"""Test collections in BEIR's layout: `corpus.jsonl`, `queries.jsonl`, `qrels/SPLIT.tsv`, packed by xz or not."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from litdex.errors import UserError


@dataclass(frozen=True, slots=True)
class Collection:
    """A test collection: where its corpus lies, its queries, and what is relevant to them."""

    corpus: Path
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]


def read_beir(folder: Path, split: str = "test") -> Collection:
    """Read the queries of one split. Raises UserError where the folder has not BEIR's layout."""
    corpus, questions = _present(folder, "corpus.jsonl"), _present(folder, "queries.jsonl")
    table = folder / "qrels" / f"{split}.tsv"
    if not table.is_file():
        raise UserError(f"{folder} has no qrels/{split}.tsv: name a split that is there")
    qrels: dict[str, dict[str, int]] = {}
    for line in table.read_text().splitlines()[1:]:
        query, paper, grade = line.split("\t")
        qrels.setdefault(query, {})[paper] = int(grade)
    with _text(questions) as lines:
        texts = {item["_id"]: item["text"] for item in map(json.loads, lines)}
    return Collection(corpus, {query: texts[query] for query in qrels}, qrels)


def read_lines(path: Path) -> Iterator[dict[str, object]]:
    """The objects of a file of JSON lines, packed or not."""
    with _text(path) as lines:
        yield from map(json.loads, lines)


def _present(folder: Path, name: str) -> Path:
    for path in (folder / name, folder / f"{name}.xz"):
        if path.is_file():
            return path
    raise UserError(f"{folder} has no {name}: it should be a folder in BEIR's layout")


def _text(path: Path) -> IO[str]:
    return lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8")
