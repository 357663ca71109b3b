"""Writing papers: source records in, papers and passages settled, the engines' lists marked.

A paper is the merge of its sources (`litdex.ingest.merge`), and which sources are one paper is decided by
`litdex.ingest.identity`. Both are pure functions of the set of sources, so the library does not depend on the order in
which files were read, and taking a source away undoes exactly what it brought.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from litdex.index.citations import keep
from litdex.index.outbox import Outbox
from litdex.index.schema import INSERT_PASSAGE, transaction
from litdex.ingest import identity, serialise
from litdex.ingest.merge import merge
from litdex.ingest.paper import Paper
from litdex.ingest.passages import passages

MAX_CANDIDATES = 64
"""How many papers a new source is compared with at most: a bound for keys like an editorial's title and year."""


@dataclass(frozen=True, slots=True)
class Record:
    """A paper as one source tells it."""

    format: str
    paper: Paper


class Sources:
    """Writes the tables `sources`, `papers` and `passages` of one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._outbox = Outbox(connection)

    def put(self, file: int, records: Iterable[Record]) -> set[bytes]:
        """Add what a file tells of papers, in one transaction; returns the records' hashes.

        A record that the file told before is left alone, also when the user removed its paper.
        """
        hashes: set[bytes] = set()
        changed: set[int] = set()
        with transaction(self._db):
            for record in records:
                data = serialise.to_json(record.paper)
                digest = _hash(record.format.encode() + b"\0" + data)
                hashes.add(digest)
                if not self._known(file, digest):
                    changed |= self._add(file, digest, data, record)
            self._outbox.mark(sorted(changed))
        return hashes

    def keep_only(self, file: int, hashes: set[bytes]) -> int:
        """Drop what a file told before and does not tell any more; returns how many records went."""
        rows = self._db.execute("SELECT id, hash FROM sources WHERE file = ?", (file,)).fetchall()
        gone = [source for source, digest in rows if digest not in hashes]
        self._drop(gone)
        return len(gone)

    def revive(self, file: int) -> None:
        """Forget that papers of a file were removed, so that reading it brings them back."""
        rows = self._db.execute("SELECT id FROM sources WHERE file = ? AND paper IS NULL", (file,))
        self._drop([source for (source,) in rows])

    def refresh(self, papers: Iterable[int]) -> None:
        """Compute papers again from their sources, whatever is stored of them; those without sources go."""
        with transaction(self._db):
            changed: set[int] = set()
            for paper in papers:
                self._db.execute(
                    "INSERT INTO papers (id, name, digest, card) VALUES (?, '', x'', '{}')"
                    " ON CONFLICT (id) DO UPDATE SET digest = x''",
                    (paper,),
                )
                changed |= self._settle([paper], {})
            self._outbox.mark(sorted(changed))

    def remove(self, papers: Sequence[int]) -> None:
        """Take papers out. Their records stay known, so that reading an unchanged file does not bring them back."""
        with transaction(self._db):
            self._db.executemany("UPDATE sources SET paper = NULL WHERE paper = ?", [(paper,) for paper in papers])
            self._db.executemany("DELETE FROM papers WHERE id = ?", [(paper,) for paper in papers])
            self._outbox.mark(papers)

    def _known(self, file: int, digest: bytes) -> bool:
        row = self._db.execute("SELECT 1 FROM sources WHERE file = ? AND hash = ?", (file, digest)).fetchone()
        return row is not None

    def _add(self, file: int, digest: bytes, data: bytes, record: Record) -> set[int]:
        """Insert one source and settle the papers that it touches; returns those that changed."""
        keys = sorted(identity.keys(record.paper))
        touched = self._papers_under(sorted(identity.search_keys(record.paper)))
        (source,) = self._db.execute(
            "INSERT INTO sources (file, hash, format, paper, record) VALUES (?, ?, ?, 0, ?) RETURNING id",
            (file, digest, record.format, zlib.compress(data, 1)),
        ).fetchone()
        self._db.executemany("INSERT INTO source_keys VALUES (?, ?)", [(key, source) for key in keys])
        return self._settle(touched, {source: (0, record)})

    def _papers_under(self, keys: Sequence[str]) -> list[int]:
        """The papers that have one of the keys."""
        rows = self._db.execute(
            "SELECT DISTINCT paper FROM source_keys JOIN sources ON id = source"
            f" WHERE key IN ({','.join('?' * len(keys))}) AND paper IS NOT NULL ORDER BY paper LIMIT {MAX_CANDIDATES}",
            tuple(keys),
        )
        return [paper for (paper,) in rows]

    def _drop(self, sources: Sequence[int]) -> None:
        """Delete sources and settle the papers that they were part of."""
        with transaction(self._db):
            touched: set[int] = set()
            for source in sources:
                row = self._db.execute("DELETE FROM sources WHERE id = ? RETURNING paper", (source,)).fetchone()
                if row and row[0] is not None:
                    touched.add(row[0])
            changed: set[int] = set()
            for paper in sorted(touched):
                changed |= self._settle([paper], {})
            self._outbox.mark(sorted(changed))

    def _settle(self, papers: Sequence[int], added: dict[int, tuple[int, Record]]) -> set[int]:
        """Decide anew which of the papers' sources, and the added ones, are one paper; returns the papers changed."""
        pool = {**self._sources_of(papers), **added}
        groups = identity.cluster([record.paper for _, record in pool.values()]) if len(pool) > 1 else [[0]] * len(pool)
        numbers = list(pool)
        free, changed = set(papers), set()
        homes: list[tuple[int, list[int]]] = []
        for group in sorted(sorted(numbers[index] for index in group) for group in groups):
            paper = next((pool[source][0] for source in group if pool[source][0] in free), 0)
            free.discard(paper)
            homes.append((paper, group))
        # Before the others are written: a paper that ends may have the name that another now gets.
        self._db.executemany("DELETE FROM papers WHERE id = ?", [(paper,) for paper in free])
        for home, group in homes:
            paper, is_changed = self._write(home, [pool[source][1] for source in group])
            moved = [(paper, source) for source in group if pool[source][0] != paper]
            self._db.executemany("UPDATE sources SET paper = ? WHERE id = ?", moved)
            if is_changed:
                changed.add(paper)
        return changed | free

    def _sources_of(self, papers: Sequence[int]) -> dict[int, tuple[int, Record]]:
        """Each source of the papers: its paper and its record."""
        found: dict[int, tuple[int, Record]] = {}
        for paper in papers:
            for source, form, blob in self._db.execute(
                "SELECT id, format, record FROM sources WHERE paper = ? ORDER BY id", (paper,)
            ):
                found[source] = (paper, Record(form, serialise.from_json(zlib.decompress(blob))))
        return found

    def _write(self, paper: int, records: Sequence[Record]) -> tuple[int, bool]:
        """Store the merge of the records as the paper (a new one where 0); returns its number and if it changed."""
        merged = merge([(record.format, record.paper) for record in records]) if len(records) > 1 else records[0].paper
        digest = digest_of(merged)
        card = serialise.to_json(replace(merged, abstract="", sections=(), captions=(), references=())).decode()
        name = self._name(paper, merged)
        if paper:
            row = self._db.execute("SELECT digest FROM papers WHERE id = ?", (paper,)).fetchone()
            if row[0] == digest:
                return paper, False
            self._db.execute(
                "UPDATE papers SET name = ?, digest = ?, card = ? WHERE id = ?", (name, digest, card, paper)
            )
            for table in ("passages", "citations", "works", "cited_works", "mentions", "tagged"):
                self._db.execute(f"DELETE FROM {table} WHERE paper = ?", (paper,))
        else:
            cursor = self._db.execute("INSERT INTO papers (name, digest, card) VALUES (?, ?, ?)", (name, digest, card))
            paper = int(cursor.lastrowid or 0)
        self._db.executemany(
            INSERT_PASSAGE, [(paper, p.ordinal, p.section, p.start, p.end, p.text, p.kind) for p in passages(merged)]
        )
        keep(self._db, paper, merged)
        return paper, True

    def _name(self, paper: int, merged: Paper) -> str:
        """The public id. A corpus's own numbering ("local:17") may be taken by a paper of another corpus already."""
        name = identity.paper_id(merged)
        row = self._db.execute("SELECT 1 FROM papers WHERE name = ? AND id != ?", (name, paper)).fetchone()
        return identity.fallback_id(merged) if row else name


def digest_of(paper: Paper) -> bytes:
    """The hash of a merged paper by which a change is seen."""
    return _hash(serialise.to_json(paper))


def _hash(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
