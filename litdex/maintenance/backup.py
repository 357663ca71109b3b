"""A library in one file, and back: SQLite's own snapshot, the engines as they were at that moment, checksums of all.

The file is a zip archive: `library.db`, the folders of the engines in use, and `manifest.json` with each file's size
and BLAKE2 hash. It may be made while the library is written to: the writer waits between two batches. A restored
library can be searched at once. Generations kept for a rollback, and those being built, are left out. Engines on
servers are left out too: the restored library starts embedded ones, with everything before them.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from litdex.errors import SystemFault, UserError
from litdex.index import gate, schema
from litdex.index.entities import VOCABULARY
from litdex.index.lexical.analysers import WRITING
from litdex.index.library import Library
from litdex.index.outbox import Generation, Outbox
from litdex.index.settings import EMBEDDED
from litdex.shelf import store as shelf

Told = Callable[[int, int], None]
MANIFEST, DATABASE, VERSION = "manifest.json", "library.db", 1
BESIDE = (VOCABULARY, shelf.FILE)
"""Files in the library's folder that belong to the truth as the database does, or are the users' own."""
CHUNK = 1 << 20
TRIES = 20
"""How often a listing of the words' index is begun anew because files were merged away meanwhile."""
SKIPPED = {"lock", ".tantivy-writer.lock", ".tantivy-meta.lock"}


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup holds, or a restored library."""

    file: str
    bytes: int  # of the backup file
    papers: int
    files: int
    pending: int  # papers that an engine has still to take over


def backup(library: Library, target: Path, *, overwrite: bool = False, told: Told = lambda more, done: None) -> Copied:
    """Write the library to `target`, which appears under its name when it is whole.

    `told` hears of files to copy, and copied. Raises UserError where `target` exists already (unless `overwrite`) or
    cannot be written, LibraryBusy where a writer does not let go.
    """
    target = target.expanduser().absolute()
    if target.exists() and not (overwrite and target.is_file()):
        raise UserError(f"{target} exists already: name another file, or give --overwrite")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch:
            snapshot = Path(scratch) / DATABASE
            with (
                draft.open("wb") as stream,
                zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack,
            ):
                with gate.still(library.folder):
                    papers, pending = _snapshot(library, snapshot)
                    manifest = _pack_engines(library, pack, told)
                    if (library.folder / VOCABULARY).is_file():
                        manifest[VOCABULARY] = _pack(pack, VOCABULARY, (library.folder / VOCABULARY).open("rb"))
                if shelf.snapshot(library.folder, Path(scratch) / shelf.FILE):
                    manifest[shelf.FILE] = _pack(pack, shelf.FILE, (Path(scratch) / shelf.FILE).open("rb"))
                manifest[DATABASE] = _pack(pack, DATABASE, snapshot.open("rb"))
                facts = {
                    "litdex backup": VERSION,
                    "format": schema.FORMAT_VERSION,
                    "papers": papers,
                    "pending": pending,
                }
                pack.writestr(MANIFEST, json.dumps({**facts, "files": manifest}, indent=1))
            _settle(draft)
            draft.rename(target)
    except OSError as error:
        raise UserError(f"cannot write {target}: {error.strerror or error}: name another file") from error
    finally:
        draft.unlink(missing_ok=True)
    return Copied(str(target), target.stat().st_size, papers, len(manifest), pending)


def _snapshot(library: Library, path: Path) -> tuple[int, int]:
    """Copy the database as it is now, with only the generations in use; returns papers, and papers that wait."""
    copy = sqlite3.connect(path, isolation_level=None)
    try:
        library.connection.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("PRAGMA foreign_keys = ON")
        outbox = Outbox(copy)
        with schema.transaction(copy):
            outbox.drop(one.id for one in outbox.generations("building", "retired"))
            for one in outbox.generations("active"):
                if one.engine != EMBEDDED[one.kind]:
                    outbox.drop([one.id])
                    outbox.add_generation(one.kind, EMBEDDED[one.kind], _portable(one))
        (papers,) = copy.execute("SELECT count(*) FROM papers").fetchone()
        return int(papers), max(outbox.counts().values(), default=0)
    finally:
        copy.close()


def _portable(generation: Generation) -> dict[str, Any]:
    """The settings of a server's generation that an embedded one has as well."""
    kept = ("encoder", "fingerprint", "dimension", "source", "analyzer", *WRITING)
    return {key: value for key, value in generation.settings.items() if key in kept}


def _pack_engines(library: Library, pack: zipfile.ZipFile, told: Told) -> dict[str, Any]:
    """Copy the engines' files; the gate must be held."""
    manifest: dict[str, Any] = {}
    for generation in library.outbox.generations("active"):
        folder = library.home(generation)
        if generation.engine != EMBEDDED[generation.kind] or not folder.is_dir() or not library.is_begun(generation):
            continue
        with (_words if generation.kind == "lexical" else _vectors)(folder) as files:
            told(len(files), 0)
            for name, stream in files.items():
                member = (folder / name).relative_to(library.folder).as_posix()
                manifest[member] = _pack(pack, member, stream)
                told(0, 1)
    return manifest


@contextmanager
def _words(folder: Path) -> Iterator[Mapping[str, IO[bytes]]]:
    """The files of a tantivy index, open: merges may take their names away, but not what is open."""
    for attempt in range(1, TRIES + 1):
        with ExitStack() as stack:
            try:
                names = sorted(_living(folder))
                files = {name: stack.enter_context((folder / name).open("rb")) for name in names}
                if _living(folder) != set(names):
                    continue
            except (FileNotFoundError, ValueError, KeyError) as error:
                if attempt == TRIES:
                    raise SystemFault(f"{folder} is damaged: `litdex check --repair` first") from error
                continue
            yield files
            return
    raise SystemFault(f"{folder} changes all the time: try again")


def _living(folder: Path) -> set[str]:
    """The names of the files that `meta.json` counts as the index, and its own."""
    meta = json.loads((folder / "meta.json").read_bytes())
    segments = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    found = {path.name for path in folder.iterdir() if path.name.partition(".")[0] in segments}
    if {name.partition(".")[0] for name in found} != segments:
        raise FileNotFoundError(folder)
    return found | {"meta.json"} | ({".managed.json"} if (folder / ".managed.json").is_file() else set())


@contextmanager
def _vectors(folder: Path) -> Iterator[Mapping[str, IO[bytes]]]:
    """The files of a vector index, under its lock: they change in place."""
    with (folder / "lock").open("ab") as lock, ExitStack() as stack:
        fcntl.flock(lock, fcntl.LOCK_SH)
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in SKIPPED]
        yield {path.relative_to(folder).as_posix(): stack.enter_context(path.open("rb")) for path in paths}


def _pack(pack: zipfile.ZipFile, member: str, stream: IO[bytes]) -> dict[str, Any]:
    """Copy one file into the archive; returns its size and hash."""
    digest, size = hashlib.blake2b(digest_size=16), 0
    with stream, pack.open(member, "w", force_zip64=True) as into:
        while piece := stream.read(CHUNK):
            into.write(piece)
            digest.update(piece)
            size += len(piece)
    return {"bytes": size, "blake2b": digest.hexdigest()}


def restore(source: Path, folder: Path, *, told: Told = lambda more, done: None) -> Copied:
    """Make the library at `folder` out of a backup; the folder appears under its name when all of it is verified.

    Raises UserError where there is something at `folder` already or `source` is no backup, SystemFault where it is
    damaged or the disk is full.
    """
    source, folder = source.expanduser().absolute(), folder.expanduser().absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} is not empty: restore never overwrites; name another folder with --library")
    draft = folder.with_name(f".{folder.name}.restoring")
    shutil.rmtree(draft, ignore_errors=True)  # of a restore that was killed
    try:
        draft.mkdir(parents=True)
        with source.open("rb") as stream, zipfile.ZipFile(stream) as pack:
            manifest = _manifest(pack, source)
            _check_room(manifest["files"], folder)
            told(len(manifest["files"]), 0)
            for member, facts in manifest["files"].items():
                _unpack(pack, member, facts, draft, source)
                told(0, 1)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise UserError(f"{source} is no backup of a library, or a damaged one ({error})") from error
    except OSError as error:
        where = source if error.filename == str(source) else folder
        raise UserError(f"cannot restore {source} to {folder}: {where}: {error.strerror or error}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    facts = manifest["papers"], len(manifest["files"]), manifest["pending"]
    return Copied(str(source), source.stat().st_size, *facts)


def _manifest(pack: zipfile.ZipFile, source: Path) -> dict[str, Any]:
    """What the backup says it holds."""
    try:
        manifest: dict[str, Any] = json.loads(pack.read(MANIFEST))
        version, form, files = manifest["litdex backup"], manifest["format"], manifest["files"]
        safe = all(_is_safe(member) and facts["bytes"] >= 0 and facts["blake2b"] for member, facts in files.items())
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise UserError(f"{source} is no backup of a library") from error
    if version != VERSION or not isinstance(form, int) or form > schema.FORMAT_VERSION:
        raise UserError(f"{source} was made by a newer litdex (format {form}): upgrade litdex")
    if not safe or DATABASE not in files:
        raise UserError(f"{source} is no backup of a library: it holds files that do not belong in one")
    return manifest


def _is_safe(member: str) -> bool:
    """Whether a name stays inside the library's folder."""
    parts = Path(member).parts
    return member in (DATABASE, *BESIDE) or (parts[0] in EMBEDDED and len(parts) > 2 and ".." not in parts)


def _check_room(files: Mapping[str, Mapping[str, int]], folder: Path) -> None:
    there = next(parent for parent in folder.parents if parent.exists())
    needed, free = sum(facts["bytes"] for facts in files.values()), shutil.disk_usage(there).free
    if needed > free:
        raise UserError(f"{there} has room for {free / 1e6:,.0f} MB, the library takes {needed / 1e6:,.0f} MB")


def _unpack(pack: zipfile.ZipFile, member: str, facts: Mapping[str, Any], draft: Path, source: Path) -> None:
    """Write one file and verify it. No more is read than the manifest says there is."""
    target = draft / member
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.blake2b(digest_size=16), int(facts["bytes"])
    try:
        with pack.open(member) as stream, target.open("wb") as into:
            while left and (piece := stream.read(min(CHUNK, left))):
                into.write(piece)
                digest.update(piece)
                left -= len(piece)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, ValueError) as error:
        raise SystemFault(f"{source} is damaged: {member} cannot be read from it") from error
    if left or digest.hexdigest() != facts["blake2b"]:
        raise SystemFault(f"{source} is damaged: {member} is not what it was when the backup was made")
    _settle(target)


def _settle(path: Path) -> None:
    """Have a file on the disk before it gets its name."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
