"""Collections of the package `ir_datasets`, by id: "beir/scifact/test". The package is optional (extra `evaluate`)."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from litdex.errors import SystemFault, UserError
from litdex.evaluation.collection import Collection, answerable


def read_irds(name: str, cache: Path) -> Collection:
    """The collection called `name`; its corpus is written into `cache` the first time.

    Raises UserError where the package is missing, knows no such collection, or the collection lacks a part, and
    SystemFault where its files cannot be fetched.
    """
    dataset = _load(name)
    lacking = [part for part in ("docs", "queries", "qrels") if not getattr(dataset, f"has_{part}")()]
    if lacking:
        raise UserError(f"{name} has no {' and no '.join(lacking)}: name a part that has, like {name}/test")
    try:
        qrels: dict[str, dict[str, int]] = {}
        for judged in dataset.qrels_iter():
            qrels.setdefault(judged.query_id, {})[judged.doc_id] = judged.relevance
        kept = answerable(qrels)
        queries = {query.query_id: _query(query) for query in dataset.queries_iter() if query.query_id in kept}
        corpus = _corpus(dataset, cache / f"{name.replace('/', '-')}.jsonl")
    except (OSError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:160]
        raise SystemFault(f"{name}: cannot be fetched: try again later, or name a folder ({reason})") from error
    qrels = {query: dict(kept[query]) for query in queries}
    return Collection(name=name, corpus=corpus, queries=queries, qrels=qrels)


def _load(name: str) -> Any:
    try:
        ir_datasets: Any = importlib.import_module("ir_datasets")  # a package without types
    except ImportError as error:
        raise UserError(
            f"{name} is no folder; for a collection of ir_datasets install it: pip install 'litdex[evaluate]'"
        ) from error
    try:
        return ir_datasets.load(name)
    except KeyError as error:
        raise UserError(f"{name} is neither a folder nor a collection that ir_datasets knows") from error


def _corpus(dataset: Any, path: Path) -> Path:
    """The documents in BEIR's layout."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        with draft.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(record) + "\n" for record in _records(dataset))
        draft.replace(path)
    return path


def _records(dataset: Any) -> Iterator[dict[str, str]]:
    for document in dataset.docs_iter():
        text = getattr(document, "text", "") or getattr(document, "abstract", "") or getattr(document, "body", "")
        yield {"_id": document.doc_id, "title": getattr(document, "title", "") or "", "text": text or ""}


def _query(query: Any) -> str:
    """The text of a query, whatever its collection calls it."""
    for part in ("text", "title", "query"):
        if value := getattr(query, part, ""):
            return str(value)
    return str(query[1])
