"""What `litdex doctor` looks at, one function for each thing; none of them changes anything.

Each yields findings. One that fails by itself is a finding as well: the doctor comes to the end of the list.
"""

from __future__ import annotations

import fcntl
import importlib
import importlib.metadata
import math
import os
import shutil
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from litdex.errors import LitdexError

PACKAGES = {
    "numpy": "numpy",
    "onnxruntime": "onnxruntime",
    "tokenizers": "tokenizers",
    "tantivy": "tantivy",
    "qdrant-edge-py": "qdrant_edge",
    "lxml": "lxml.etree",
    "pypdfium2": "pypdfium2",
    "fastapi": "fastapi",
}
"""What litdex cannot do without, and what of it is imported: a broken binary shows itself only then."""
OLDEST_SQLITE = (3, 35, 0)  # RETURNING
TIGHT, SCANT = 2_000_000_000, 100_000_000
"""Bytes free under which the disk is worth a note, and a fault."""
REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "afs"})
"""File systems on which locks may not hold, and SQLite's log does not work between machines."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing, how it is, and how to mend it."""

    what: str
    state: Literal["ok", "warning", "fault"]
    found: str
    remedy: str = ""


def examine(folder: Path) -> list[Finding]:
    """Everything about this installation and the library at `folder`."""
    findings: list[Finding] = []
    for name, look in EXAMINATIONS:
        try:
            findings += look(folder)
        except LitdexError as error:
            findings.append(Finding(name, "fault", *_split(str(error))))
        except Exception as error:  # what is broken may fail in any way
            findings.append(Finding(name, "fault", " ".join(f"{type(error).__name__}: {error}".split())[:300]))
    return findings


def _split(message: str) -> tuple[str, str]:
    """What is wrong, and what to do: litdex's messages say both, in this order."""
    what, _, remedy = message.rpartition(": ")
    return (what, remedy) if what else (remedy, "")


def _python(folder: Path) -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= (3, 11)
    yield Finding("Python", "ok" if fine else "fault", version, "" if fine else "install Python 3.11 or newer")
    new = sqlite3.sqlite_version_info >= OLDEST_SQLITE
    remedy = "" if new else f"use a Python whose SQLite is at least {'.'.join(map(str, OLDEST_SQLITE))}"
    yield Finding("SQLite", "ok" if new else "fault", sqlite3.sqlite_version, remedy)


def _packages(folder: Path) -> Iterator[Finding]:
    versions = []
    for package, module in PACKAGES.items():
        try:
            importlib.import_module(module)
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except Exception as error:
            reason = " ".join(str(error).split())[:200]
            yield Finding("packages", "fault", f"{package}: {reason}", f"pip install --force-reinstall {package}")
    yield Finding("packages", "ok", ", ".join(versions))


def _config(folder: Path) -> Iterator[Finding]:
    from litdex.index.settings import choose, config
    from litdex.rag.settings import model_settings

    names = ", ".join(sorted(config())) or "nothing set"
    choose("lexical")
    choose("vectors")
    yield Finding("configuration", "ok", names)
    model = model_settings()
    if model is None:
        yield Finding("language model", "ok", "none named: answers quote passages")
    else:
        yield Finding("language model", "ok", f"{model.model} (not asked)")


def _encoder(folder: Path) -> Iterator[Finding]:
    from litdex.encoder.load import load_encoder

    encoder = load_encoder()
    begun = time.perf_counter()
    vector = encoder.encode_query("a test of the encoder")
    length = float((vector**2).sum()) ** 0.5
    took = (time.perf_counter() - begun) * 1000
    sound = math.isclose(length, 1.0, abs_tol=1e-3) and vector.shape == (encoder.dimension,)
    remedy = "" if sound else "its files are damaged: install litdex again"
    found = f"{encoder.name}, {encoder.dimension} numbers, {took:.0f} ms a query"
    yield Finding("encoder", "ok" if sound else "fault", found, remedy)


def _tagger(folder: Path) -> Iterator[Finding]:
    from litdex.ner.load import is_shipped, load_tagger

    if not is_shipped():
        remedy = "`litdex help entities` says how to name one of your own"
        yield Finding("tagger", "warning", "none is installed: entities are not looked for", remedy)
        return
    tagger = load_tagger()
    tagger.tag(["A test of the tagger in asthma."])
    yield Finding("tagger", "ok", f"{tagger.name}: {', '.join(tagger.types)}")


def _disk(folder: Path) -> Iterator[Finding]:
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    state: Literal["ok", "warning", "fault"] = "fault" if free < SCANT else "warning" if free < TIGHT else "ok"
    remedy = "" if state == "ok" else "make room, or move the library: `litdex backup`, `litdex restore`"
    yield Finding("disk", state, f"{free / 1e9:,.1f} GB free at {there}", remedy)
    kind = _file_system(there)
    if kind in REMOTE:
        remedy = "keep the library on a local disk: locks and SQLite's log may not hold between machines"
        yield Finding("file system", "warning", kind, remedy)


def _file_system(path: Path) -> str:
    """The kind of file system that a path lies on; "" where that is not known."""
    try:
        mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return ""
    holding = [(len(place), kind) for place, kind in mounts if path.is_relative_to(place)]
    return max(holding)[1] if holding else ""


def _permissions(folder: Path) -> Iterator[Finding]:
    if not folder.exists():
        there = next(parent for parent in folder.parents if parent.exists())
        may = os.access(there, os.W_OK | os.X_OK)
        remedy = "" if may else "name a folder that you may write to with --library"
        yield Finding("permissions", "ok" if may else "fault", f"no folder {folder} yet", remedy)
        return
    paths = [folder, *folder.rglob("*")]
    shut = [path for path in paths if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0))]
    fixed = [path for path in paths if path not in shut and not os.access(path, os.W_OK)]
    if shut:
        yield Finding("permissions", "fault", f"{shut[0]} may not be read", f"let yourself read all of {folder}")
    elif fixed:
        remedy = f"let yourself write all of {folder}: searches need to as well, for locks and SQLite's log"
        yield Finding("permissions", "fault", f"{fixed[0]} may not be written to", remedy)
    else:
        yield Finding("permissions", "ok", f"{len(paths):,} files and folders may be read and written")
    tokens = folder / "tokens.json"
    if tokens.exists() and stat.S_IMODE(tokens.stat().st_mode) & 0o077:
        yield Finding("tokens", "warning", f"others may read {tokens}", f"chmod 600 {tokens}")


def _locks(folder: Path) -> Iterator[Finding]:
    lock = folder / "lock"
    if not lock.is_file():
        return
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            writer = file.read(20).decode(errors="replace") or "unknown"
            remedy = f"wait for it, or end process {writer}: nothing is lost, the next `litdex ingest` goes on"
            yield Finding("lock", "warning", f"process {writer} writes to the library", remedy)
        else:
            yield Finding("lock", "ok", "nobody writes to the library")


def _library(folder: Path) -> Iterator[Finding]:
    from litdex.index.library import Library
    from litdex.maintenance.probe import fault

    if not (folder / "library.db").exists():
        yield Finding("library", "warning", f"none at {folder}", "`litdex ingest PATH` makes one")
        return
    with Library.open(folder) as library:
        papers, passages = library.store.counts()
        yield Finding("library", "ok", f"{papers:,} papers in {passages:,} passages at {folder}")
        waiting = library.outbox.counts()
        for one in library.outbox.generations("active"):
            where, reason = str(one.settings.get("url", one.engine)), fault(library, one)
            if reason:
                remedy = "start the server" if "url" in one.settings else "`litdex check --repair` builds it again"
                yield Finding(f"{one.kind} engine", "fault", f"{where}: {reason}", remedy)
            elif one.id in waiting:
                remedy = "`litdex ingest` on the same paths goes on"
                found = f"{where}: {waiting[one.id]:,} papers wait to be taken over"
                yield Finding(f"{one.kind} engine", "warning", found, remedy)
            else:
                yield Finding(f"{one.kind} engine", "ok", where)
        if library.outbox.generations("building"):
            yield Finding("rebuild", "warning", "one was cut off, or is going on", "`litdex rebuild` finishes it")


EXAMINATIONS: Sequence[tuple[str, Callable[[Path], Iterator[Finding]]]] = (
    ("Python", _python),
    ("packages", _packages),
    ("configuration", _config),
    ("encoder", _encoder),
    ("tagger", _tagger),
    ("disk", _disk),
    ("permissions", _permissions),
    ("lock", _locks),
    ("library", _library),
)
"""In the order in which a user should mend them."""
