"""Files and folders to units: the things to read, each with the files whose change means reading it again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path

from litdex.errors import UserError
from litdex.ingest.blob import HEAD_BYTES
from litdex.ingest.decoding import decode_head
from litdex.ingest.latex_project import (
    FIGURE_SUFFIXES,
    SOURCE_SUFFIXES,
    STYLE_SUFFIXES,
    TEX_SUFFIXES,
    is_mentioned,
    is_root_head,
    mentioned_stems,
)

MAX_PROJECT = 2000  # source files that count as members of one LaTeX paper
MAX_SOURCE = 2 * 1024 * 1024  # bytes of each that are searched for the names of figures


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing to read: a file, or a LaTeX paper with all of its sources."""

    path: Path  # absolute, resolved
    members: tuple[Path, ...]  # `path` first

    def stat(self) -> str:
        """Sizes and times of all members: if it is unchanged, so are they (unless someone set the clock back)."""
        lines = "\n".join(_stat_line(member) for member in self.members)
        return sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()

    def digest(self) -> str:
        """SHA-256 over the contents of all members. One that cannot be read counts as its error."""
        total = sha256()
        for member in self.members:
            total.update(_content_digest(member))
        return total.hexdigest()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that could not be looked at, and why."""

    path: Path
    reason: str  # one line, names the path


def walk(roots: Sequence[Path]) -> Iterator[Unit | Skipped]:
    """Everything to read in these files and folders, once, always in the same order.

    Hidden files and folders are left out unless they are roots themselves. Below a folder that holds a LaTeX paper's
    root, the paper's other sources and its figures are parts of it. Raises `UserError` for a root that does not exist.
    """
    starts = [_existing(root) for root in roots]
    seen: set[Path] = set()
    for start in starts:
        items = _folder(start) if start.is_dir() else iter([_single(start)])
        for item in items:
            if item.path not in seen:
                seen.add(item.path)
                yield item


@dataclass(slots=True)
class _Project:
    """The LaTeX papers whose roots are in one folder."""

    folder: Path
    roots: list[Path]
    sources: list[Path]
    mentioned: set[str] = field(default_factory=set)

    def owns(self, file: Path, neighbours: Sequence[Path]) -> bool:
        """Whether `file`, somewhere below the folder, is a part of these papers rather than a paper by itself.

        A PDF or .bib that no source asks for may be another paper that only lies beside this one. Not so in a subfolder
        that holds figures: there it is one that was not used.
        """
        suffix = file.suffix.lower()
        if suffix in TEX_SUFFIXES | FIGURE_SUFFIXES | STYLE_SUFFIXES | {".bbl"}:
            return True
        if suffix not in {".pdf", ".bib"}:
            return False
        if is_mentioned(file.name, self.mentioned) or file.stem in {root.stem for root in self.roots}:
            return True
        figures = FIGURE_SUFFIXES | {".pdf"}
        return file.parent != self.folder and any(
            other.suffix.lower() in figures and is_mentioned(other.name, self.mentioned) for other in neighbours
        )


def _folder(start: Path) -> Iterator[Unit | Skipped]:
    """The units below a folder: its files by name, then its subfolders by name."""
    known: set[tuple[int, int]] = set()  # folders by device and inode, so that a loop of links ends
    todo: list[tuple[Path, _Project | None]] = [(start, None)]
    while todo:
        folder, project = todo.pop()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in known:
                continue
            known.add((status.st_dev, status.st_ino))
            files, folders = _entries(folder)
        except OSError as error:
            yield Skipped(folder, f"{folder}: cannot be opened ({error.strerror}); check its permissions")
            continue
        project = _project(folder, files) or project
        for file in files:
            yield from _file(file, files, project)
        todo.extend((sub, project) for sub in reversed(folders))


def _file(file: Path, neighbours: Sequence[Path], project: _Project | None) -> Iterator[Unit | Skipped]:
    path = file.resolve()
    if project is None:
        yield Unit(path, (path,))
    elif file in project.roots:
        yield Unit(path, (path, *(source for source in project.sources if source != path)))
    elif not project.owns(file, neighbours):
        yield Unit(path, (path,))


def _single(path: Path) -> Unit | Skipped:
    """The unit of a file that was named by itself."""
    if not path.is_file():
        return Skipped(path, f"{path}: is neither a file nor a folder")
    if not _is_root(path):
        return Unit(path, (path,))
    return Unit(path, (path, *(source for source in _sources(path.parent) if source != path)))


def _existing(root: Path) -> Path:
    path = root.expanduser()
    try:
        return path.resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link to itself
        raise UserError(f"{root}: no such file or folder; check the spelling") from error


def _entries(folder: Path) -> tuple[list[Path], list[Path]]:
    """Regular files and subfolders, links followed, each sorted, without hidden ones and dead links."""
    files, folders = [], []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if _is(entry, os.DirEntry.is_dir):
                folders.append(folder / entry.name)
            elif _is(entry, os.DirEntry.is_file):
                files.append(folder / entry.name)
    return sorted(files), sorted(folders)


def _project(folder: Path, files: Sequence[Path]) -> _Project | None:
    roots = [file for file in files if _is_root(file)]
    if not roots:
        return None
    sources = _sources(folder)
    texts = (_beginning(source, MAX_SOURCE) for source in sources if source.suffix.lower() in TEX_SUFFIXES)
    return _Project(folder, roots, sources, mentioned_stems(texts))


def _sources(folder: Path) -> list[Path]:
    """The LaTeX sources in a folder and below, but not in subfolders that hold papers of their own."""
    found: list[Path] = []
    todo = [folder]
    while todo and len(found) < MAX_PROJECT:
        here = todo.pop()
        try:
            files, folders = _entries(here)
        except OSError:
            continue
        if here != folder and any(_is_root(file) for file in files):
            continue
        found.extend(file.resolve() for file in files if file.suffix.lower() in SOURCE_SUFFIXES)
        todo.extend(sub for sub in reversed(folders) if not sub.is_symlink())
    return found[:MAX_PROJECT]


def _is(entry: os.DirEntry[str], test: Callable[[os.DirEntry[str]], bool]) -> bool:
    try:
        return test(entry)
    except OSError:  # a loop of links
        return False


def _is_root(path: Path) -> bool:
    if path.suffix.lower() not in TEX_SUFFIXES | {""}:
        return False
    head = _read(path, HEAD_BYTES)
    return is_root_head(path.name, head, cut=len(head) == HEAD_BYTES)


def _beginning(path: Path, size: int) -> str:
    return decode_head(_read(path, size), cut=True) or ""


def _read(path: Path, size: int) -> bytes:
    """The first bytes; none where the file cannot be read, which is told when it is opened in earnest."""
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError:
        return b""


def _stat_line(path: Path) -> str:
    try:
        status = path.stat()
    except OSError as error:
        return f"{path}: {error.errno}"
    return f"{path}: {status.st_size} {status.st_mtime_ns}"


def _content_digest(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file_digest(file, sha256).digest()
    except OSError as error:
        return f"error {error.errno}".encode()
