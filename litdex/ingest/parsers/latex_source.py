r"""The files of a LaTeX project: what `\input` and its kin name, found beside the document and within bounds."""

from __future__ import annotations

import posixpath

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Blob
from litdex.ingest.decoding import decode
from litdex.ingest.parsers.latex_tokens import MARKS

MAX_SOURCE = 32 * 1024 * 1024
"""The most bytes of source that one document may have, all its files together."""
MAX_FILES = 2000
MAX_STYLE = 256 * 1024  # a style file of the authors' own is small; a publisher's is not worth reading


class Project:
    """The document `blob` and the files beside it. Reads no more than `MAX_SOURCE` bytes and `MAX_FILES` files."""

    def __init__(self, blob: Blob) -> None:
        self.blob = blob
        self.used: list[str] = []  # paths of the files read, relative to the document
        self._left = MAX_SOURCE
        member = blob.name.rpartition("!")[2]
        self.stem = posixpath.splitext(posixpath.basename(member.replace("\\", "/")))[0]

    def main(self) -> str:
        """The document itself. Raises `UnreadableFile` where it is no text or larger than `MAX_SOURCE`."""
        with self.blob.open() as stream:
            data = stream.read(MAX_SOURCE + 1)
        if len(data) > MAX_SOURCE:
            limit = MAX_SOURCE // 2**20
            raise UnreadableFile(f"{self.blob.name}: more than {limit} MB of LaTeX source; split it or take its PDF")
        self._left -= len(data)
        return MARKS.sub("", decode(data, self.blob.name))

    def find(self, path: str, folder: str = "", endings: tuple[str, ...] = ("", ".tex")) -> tuple[str, str] | None:
        """(path, text) of a file named in the source, looked for in `folder`, then beside the document."""
        for base in dict.fromkeys((folder, "")):
            for ending in endings:
                candidate = posixpath.normpath(posixpath.join(base, path.strip().strip('"') + ending))
                text = self.read(candidate)
                if text is not None:
                    return candidate, text
        return None

    def read(self, path: str, most: int = MAX_SOURCE) -> str | None:
        """The text of the file at `path`; None where it is missing, no text, or over the bounds."""
        if len(self.used) >= MAX_FILES or path in ("", ".", ".."):
            return None
        try:
            sibling = self.blob.sibling(path)
            if sibling is None:
                return None
            with sibling.open() as stream:
                data = stream.read(min(most, self._left) + 1)
            if len(data) > min(most, self._left):
                return None
            text = decode(data, sibling.name)
        except (UnreadableFile, OSError, ValueError):
            return None
        self._left -= len(data)
        self.used.append(path)
        return MARKS.sub("", text)

    def with_ending(self, ending: str) -> list[str]:
        """The paths of the files beside the document that end in `ending`, sorted."""
        return [path for path in self.blob.siblings() if path.lower().endswith(ending)]
