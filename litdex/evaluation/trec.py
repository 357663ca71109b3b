"""TREC's files: topics (SGML, XML or a table), qrels, and runs.

topics  <top><num> Number: 301 <title> … </top>, <topic number="1"><query>…</query></topic>, or id, tab, text a line
qrels   query, an unused column, document, grade; parted by blanks
runs    query, Q0, document, rank from 1, score, name of the run; parted by blanks
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from litdex.errors import UserError
from litdex.evaluation.collection import Collection, answerable

_TOPIC = re.compile(r"<top(?:ic)?\b([^>]*)>(.*?)</top(?:ic)?>", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(r"\bnumber\s*=\s*[\"']?([^\"'\s>]+)|<num>\s*(?:Number:)?\s*([^\s<]+)", re.IGNORECASE)


def read_trec(topics: Path, qrels: Path, corpus: Path | None = None, field: str = "title") -> Collection:
    """A collection from its files; `field` is the part of a topic that asks. Raises UserError, naming file and line."""
    grades = answerable(read_qrels(qrels))
    texts = read_topics(topics, field)
    missing = next((query for query in grades if query not in texts), None)
    if missing is not None:
        raise UserError(f"{topics} has no topic {missing}, which {qrels} judges")
    queries = {query: texts[query] for query in grades}
    return Collection(name=topics.stem, corpus=corpus, queries=queries, qrels=grades)


def read_topics(path: Path, field: str = "title") -> dict[str, str]:
    """query -> text. A topic's `field` is its title where there is none of that name... raises UserError then."""
    text = _read(path)
    found = dict(_tagged(text, path, field)) if _TOPIC.search(text) else dict(_table(text, path))
    if not found:
        raise UserError(f"{path} has no topics: give TREC's SGML or XML, or lines of id, tab, text")
    return found


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """query -> document -> grade. Raises UserError for a line that is none."""
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_read(path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            query, _, document, grade = line.split()
            qrels.setdefault(query, {})[document] = int(grade)
        except ValueError:
            raise UserError(f"{path}, line {number}: should be query, 0, document and a whole grade") from None
    return qrels


def write_run(path: Path, run: Mapping[str, Sequence[str]], name: str) -> None:
    """Write a run. Scores fall with the rank: programs that sort by score, ties by id, keep the order."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        for query, documents in run.items():
            for rank, document in enumerate(documents, start=1):
                out.write(f"{query} Q0 {document} {rank} {len(documents) - rank + 1} {name}\n")


def read_run(path: Path) -> dict[str, list[str]]:
    """query -> documents by falling score. Raises UserError for a line that is none."""
    scored: dict[str, list[tuple[float, str]]] = {}
    for number, line in enumerate(_read(path).splitlines(), start=1):
        try:
            query, _, document, _, score, _ = line.split()
            scored.setdefault(query, []).append((-float(score), document))
        except ValueError:
            raise UserError(f"{path}, line {number}: should be query, Q0, document, rank, score, name") from None
    return {query: [document for _, document in sorted(found)] for query, found in scored.items()}


def _tagged(text: str, path: Path, field: str) -> Iterator[tuple[str, str]]:
    for topic in _TOPIC.finditer(text):
        number = _NUMBER.search(topic[1] + topic[2])
        asked = next((match[1] for name in _tags(field) if (match := _part(name).search(topic[2]))), "")
        words = " ".join(html.unescape(re.sub(r"^\s*(?:Topic|Description|Narrative):", "", asked)).split())
        if number is None or not words:
            raise UserError(f"{path}: a topic has no number or no <{field}>: name its part with --topic-field")
        yield number[1] or number[2], words


def _tags(field: str) -> tuple[str, ...]:
    return ("title", "query") if field == "title" else (field,)


def _part(name: str) -> re.Pattern[str]:
    return re.compile(rf"<{re.escape(name)}>(.*?)(?=<|\Z)", re.IGNORECASE | re.DOTALL)


def _table(text: str, path: Path) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            query, tab, words = line.partition("\t")
            if not tab or not words.strip():
                raise UserError(f"{path}, line {number}: should be a query's id, a tab and its text")
            yield query.strip(), words.strip()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from error
