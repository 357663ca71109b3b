"""From what a user names to a collection: a folder, an id of `ir_datasets`, or TREC's files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from litdex.errors import UserError
from litdex.evaluation.beir import read_beir
from litdex.evaluation.collection import Collection
from litdex.evaluation.irds import read_irds
from litdex.evaluation.trec import read_trec


@dataclass(frozen=True, slots=True, kw_only=True)
class TrecFiles:
    """A collection in TREC's files. `corpus` is anything that `litdex ingest` reads."""

    topics: Path | None = None
    qrels: Path | None = None
    corpus: Path | None = None
    field: str = "title"


def open_collection(name: str, *, split: str, trec: TrecFiles, cache: Path) -> Collection:
    """The collection that is meant; a folder's split may stand behind it, as in "scifact:train".

    Raises UserError, which says what to name.
    """
    if trec.topics or trec.qrels:
        if name or not (trec.topics and trec.qrels):
            raise UserError("TREC's files are named by --topics and --qrels together, without a COLLECTION")
        return read_trec(trec.topics, trec.qrels, trec.corpus, trec.field)
    if not name:
        raise UserError("name a COLLECTION, or TREC's files with --topics and --qrels")
    before, _, behind = name.rpartition(":")
    if before and Path(before).expanduser().is_dir():
        name, split = before, behind
    folder = Path(name).expanduser()
    looks_like_a_path = name.startswith((".", "/", "~"))
    return read_beir(folder, split) if folder.is_dir() or looks_like_a_path else read_irds(name, cache)
