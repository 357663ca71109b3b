"""A small qrels of the user's own: pools of what the ways of ranking find, and the judgements as they are made.

Written is BEIR's layout without a corpus (`queries.jsonl`, `qrels/SPLIT.tsv`), which `litdex evaluate FOLDER --library`
takes. The state of the work *is* that table, so a session goes on where the last one stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from litdex.errors import UserError
from litdex.evaluation.beir import read_lines, read_qrels, write_qrels
from litdex.evaluation.runs import Way
from litdex.evaluation.trec import read_topics
from litdex.search.retrieval import Retrieved

POOL = 10
"""How many of each ranking's first papers go into the pool."""


def read_queries(path: Path) -> dict[str, str]:
    """Queries to judge: BEIR's `queries.jsonl`, TREC topics, lines of id, tab, text, or one query a line.

    Raises UserError where there is none.
    """
    if path.name.endswith((".jsonl", ".jsonl.xz")):
        found = {str(item.get("_id")): str(item.get("text", "")) for item in read_lines(path)}
    else:
        text = _read(path)
        plain = "\t" not in text and "<top" not in text.lower()
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        found = {_name(line): line for line in lines} if plain else read_topics(path)
    found = {name: " ".join(text.split()) for name, text in found.items() if text.strip()}
    if not found:
        raise UserError(f"{path} holds no query: write one a line")
    return found


def pool(text: str, retrieved: Retrieved, ways: Mapping[str, Way], size: int = POOL) -> list[str]:
    """The first papers of every ranking, once each, in an order that does not tell which ranking found them."""
    found = {paper for way in ways.values() for paper in way(text, retrieved)[:size]}
    return sorted(found, key=lambda paper: hashlib.blake2b(f"{text}\t{paper}".encode(), digest_size=8).digest())


class Judgements:
    """The judgements in one folder. Every change is on disk before the next question."""

    def __init__(self, folder: Path, queries: Mapping[str, str], split: str = "test") -> None:
        """Raises UserError where the folder holds another text under a query's id."""
        self._table = folder / "qrels" / f"{split}.tsv"
        self.grades = read_qrels(self._table) if self._table.is_file() else {}
        _keep_queries(folder / "queries.jsonl", queries)

    def grade(self, query: str, paper: str) -> int | None:
        """What was judged; None where nothing was."""
        return self.grades.get(query, {}).get(paper)

    def put(self, query: str, paper: str, grade: int) -> None:
        """Judge, or judge again."""
        self.grades.setdefault(query, {})[paper] = grade
        write_qrels(self._table, self.grades)

    def still_open(self, pools: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
        """(query, paper) of everything in the pools that is not judged, query by query."""
        return [(query, paper) for query, found in pools.items() for paper in found if self.grade(query, paper) is None]

    def count(self) -> int:
        """How many judgements there are."""
        return sum(map(len, self.grades.values()))


def _keep_queries(path: Path, queries: Mapping[str, str]) -> None:
    """Write the queries, beside those of earlier sessions."""
    known = {str(item["_id"]): str(item["text"]) for item in read_lines(path)} if path.is_file() else {}
    for query, text in queries.items():
        if known.setdefault(query, text) != text:
            raise UserError(f"{path} has another text for query {query}: judge into another folder with --out")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    lines = (json.dumps({"_id": query, "text": text}, ensure_ascii=False) for query, text in known.items())
    draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    draft.replace(path)


def _name(text: str) -> str:
    """An id for a query that has none: the same text has the same one, wherever in the file it stands."""
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8 text'})") from error
