"""Test collections in BEIR's layout: `corpus.jsonl`, `queries.jsonl`, `qrels/SPLIT.tsv`, packed by xz or not.

Source: Thakur et al., "BEIR: a heterogeneous benchmark for zero-shot evaluation of information retrieval models", 2021.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from litdex.errors import UserError
from litdex.evaluation.collection import Collection, answerable

HEADER = "query-id\tcorpus-id\tscore"


def read_beir(folder: Path, split: str = "test") -> Collection:
    """Read the queries of one split; a folder without a corpus evaluates only a library that is there already.

    Raises UserError, which names the file and line, where the folder has not BEIR's layout.
    """
    questions = _file(folder, "queries.jsonl")
    if questions is None:
        raise UserError(f"{folder} has no queries.jsonl: it should be a folder in BEIR's layout")
    qrels = answerable(read_qrels(_table(folder, split)))
    texts = {str(item.get("_id")): str(item.get("text", "")) for item in read_lines(questions)}
    missing = next((query for query in qrels if not texts.get(query, "").strip()), None)
    if missing is not None:
        raise UserError(f"{questions} has no text for query {missing}, which qrels/{split}.tsv judges")
    return Collection(
        name=f"{folder.resolve().name}/{split}",
        corpus=_file(folder, "corpus.jsonl"),
        queries={query: texts[query] for query in qrels},
        qrels=qrels,
    )


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """A table of query, document and grade, parted by tabs, with or without a header."""
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or (number == 1 and not line.rsplit("\t", 1)[-1].lstrip("-").isdigit()):
            continue
        try:
            query, document, grade = line.split("\t")
            qrels.setdefault(query, {})[document] = int(grade)
        except ValueError:
            raise UserError(f"{path}, line {number}: should be query, document and a whole grade, by tabs") from None
    return qrels


def write_qrels(path: Path, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Write the table so that a kill leaves the old one or the new one."""
    rows = [f"{query}\t{document}\t{grade}" for query, found in qrels.items() for document, grade in found.items()]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    draft.replace(path)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines, packed or not. Raises UserError for a line that is none."""
    with _text(path) as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _object(line, f"{path}, line {number}")


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        raise UserError(f"{place}: is not JSON") from None
    if not isinstance(value, dict):
        raise UserError(f"{place}: should be an object, like {{...}}")
    return value


def _table(folder: Path, split: str) -> Path:
    path = folder / "qrels" / f"{split}.tsv"
    if not path.is_file():
        there = ", ".join(sorted(table.stem for table in (folder / "qrels").glob("*.tsv"))) or "none"
        raise UserError(f"{folder} has no qrels/{split}.tsv: name a split that is there with --split ({there})")
    return path


def _file(folder: Path, name: str) -> Path | None:
    return next((path for path in (folder / name, folder / f"{name}.xz") if path.is_file()), None)


def _text(path: Path) -> IO[str]:
    return lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8")
