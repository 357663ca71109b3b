"""`Blob` over anything that can be opened again and again, and the other documents that lie beside it."""

from __future__ import annotations

import io
import os
import posixpath
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from litdex.errors import UnreadableFile
from litdex.ingest.archives import join
from litdex.ingest.blob import HEAD_BYTES, MAX_WHOLE, Blob

MAX_SIBLINGS = 10_000
CHUNK = 1024 * 1024


class Kin(Protocol):
    """The documents that lie together in a folder or an archive, by paths with "/" from its top."""

    def get(self, path: str) -> Blob | None:
        """The document at a path."""

    def paths(self) -> list[str]:
        """All their paths, sorted."""


class Alone:
    """No kin: a single file that was packed by itself."""

    def get(self, path: str) -> Blob | None:
        return None

    def paths(self) -> list[str]:
        return []


class Document:
    """A `Blob` over whatever can be opened as often as one likes."""

    def __init__(self, name: str, opener: Callable[[], BinaryIO], size: int | None, kin: Kin, path: str) -> None:
        """`size` is in bytes, None where it is known only by unpacking; `path` is this document's among its kin."""
        self._name, self._opener, self._size = name, opener, size
        self._kin, self._path = kin, path
        self._head: bytes | None = None

    @property
    def name(self) -> str:
        return self._name

    def head(self) -> bytes:
        if self._head is None:
            with self.open() as stream:
                self._head = stream.read(HEAD_BYTES)
        return self._head

    def open(self) -> BinaryIO:
        return self._opener()

    def read(self) -> bytes:
        if self._size is not None and self._size > MAX_WHOLE:
            raise self._too_large()
        data = io.BytesIO()
        with self.open() as stream:
            while chunk := stream.read(CHUNK):
                data.write(chunk)
                if data.tell() > MAX_WHOLE:
                    raise self._too_large()
        return data.getvalue()

    def sibling(self, relative: str) -> Blob | None:
        path = join(posixpath.dirname(self._path), relative)
        return None if path is None else self._kin.get(path)

    def siblings(self) -> list[str]:
        here = posixpath.dirname(self._path) or "."
        return sorted(posixpath.relpath(path, here) for path in self._kin.paths() if path != self._path)

    def _too_large(self) -> UnreadableFile:
        return UnreadableFile(f"{self._name}: is larger than {MAX_WHOLE >> 20} MB, too large to be one paper")


def on_disk(path: Path, kin: Kin, relative: str) -> Document:
    """A file as it is, which is at `relative` among its kin. Raises `UnreadableFile` where it is gone."""

    def opener() -> BinaryIO:
        try:
            return path.open("rb")
        except OSError as error:
            raise unopened(path, error) from error

    try:
        size = path.stat().st_size
    except OSError as error:
        raise unopened(path, error) from error
    return Document(str(path), opener, size, kin, relative)


def unopened(path: Path, error: OSError) -> UnreadableFile:
    """The message for a file on disk that the system does not let us read."""
    return UnreadableFile(f"{path}: cannot be opened ({error.strerror}); check that it is there and may be read")


@dataclass(frozen=True)
class Folder:
    """The kin of a file on disk: what is in its folder and below, hidden files left out, no link followed out of it."""

    top: Path

    def get(self, path: str) -> Blob | None:
        if any(part.startswith(".") for part in path.split("/")):
            return None
        try:
            target = (self.top / path).resolve(strict=True)
            inside = target.is_relative_to(self.top.resolve()) and target.is_file()
        except (OSError, RuntimeError, ValueError):  # absent, a loop of links, a name that no disk allows
            return None
        return on_disk(target, self, path) if inside else None

    def paths(self) -> list[str]:
        found: list[str] = []
        for folder, folders, files in os.walk(self.top):
            folders[:] = sorted(sub for sub in folders if not sub.startswith("."))
            below = Path(folder).relative_to(self.top)
            found.extend((below / file).as_posix() for file in files if not file.startswith("."))
            if len(found) > MAX_SIBLINGS:
                break
        return sorted(path for path in found[:MAX_SIBLINGS] if self.get(path) is not None)
