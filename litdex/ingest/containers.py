"""Files on disk to blobs: what is packed is unpacked, what is an archive gives its documents, one after another.

Containers are told by their first bytes, never by name. A document may stand in an archive in an archive (arXiv's bulk
tars hold a packed tar for each paper), no deeper.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from litdex.errors import UnreadableFile
from litdex.ingest.archives import WHOLE, Member, shown, tar_members, zip_members
from litdex.ingest.blob import HEAD_BYTES, Blob, Fault
from litdex.ingest.documents import Alone, Document, Folder, on_disk, unopened
from litdex.ingest.latex_project import FIGURE_SUFFIXES, STYLE_SUFFIXES, TEX_SUFFIXES, is_root_head
from litdex.ingest.streams import DECOMPRESSORS, Budget, Kind, Meter, Source, guarded, kind_of, spool
from litdex.ingest.walk import Unit

MAX_ARCHIVES = 2  # an archive in an archive
MAX_LAYERS = 5  # and the compressions around and in them

LISTERS = {"zip": zip_members, "tar": tar_members}


def open_unit(unit: Unit) -> Iterator[Blob | Fault]:
    """The documents in a unit, one by one; a `Fault` (ordinal -1, its reason names the member) for each unreadable one.

    Of a LaTeX paper only the root is given: the rest is reached by `sibling`. Raises `UnreadableFile` where nothing in
    the file can be read.
    """
    name = str(unit.path)
    try:
        file = unit.path.open("rb", buffering=0)
        source = Source.of(file)
        kind = kind_of(source.open().read(512))
    except OSError as error:
        raise unopened(unit.path, error) from error
    if not source.size:
        raise UnreadableFile(f"{name}: is empty")
    if kind is None:
        yield on_disk(unit.path, Folder(unit.path.parent), unit.path.name)
    else:
        yield from _unpack(_Packed(source, name, kind), _Place(Budget.of(source.size)))


@dataclass(frozen=True)
class _Packed:
    """A container, at hand."""

    source: Source
    name: str
    kind: Kind


@dataclass(frozen=True)
class _Place:
    """How deep in containers something is, and what all of them may still unpack to."""

    budget: Budget
    archives: int = 0
    layers: int = 0

    def below(self, packed: _Packed) -> _Place:
        """The place inside of a container. Raises `UnreadableFile` where that is too deep."""
        archives = self.archives + (packed.kind in LISTERS)
        if archives > MAX_ARCHIVES or self.layers >= MAX_LAYERS:
            raise UnreadableFile(f"{packed.name}: is packed too often (archive in archive in archive); unpack it first")
        return _Place(self.budget, archives, self.layers + 1)


class _Archive:
    """The kin of a member: all the members of its archive."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.members: dict[str, Member] = {}

    def get(self, path: str) -> Document | None:
        member = self.members.get(path)
        if member is None:
            return None
        return Document(f"{self.name}!{shown(path)}", member.open, member.size, self, path)

    def paths(self) -> list[str]:
        return sorted(self.members)

    def documents(self) -> Iterator[tuple[Member, Document]]:
        """The roots of LaTeX papers, and what lies outside of their folders and may be a paper."""
        roots = {path for path in self.members if self._is_root(path)}
        folders = {posixpath.dirname(root) for root in roots}
        for path, member in self.members.items():
            document = self.get(path)
            if document and (path in roots or not (_ignored(path) or _is_below(path, folders))):
                yield member, document

    def _is_root(self, path: str) -> bool:
        document = self.get(path)
        if document is None or _ignored(path) or posixpath.splitext(path)[1].lower() not in TEX_SUFFIXES | {""}:
            return False
        try:
            head = document.head()
        except UnreadableFile:  # told when its turn comes
            return False
        return is_root_head(path, head, cut=len(head) == HEAD_BYTES)


def _ignored(path: str) -> bool:
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.split("/"))
    return hidden or posixpath.splitext(path)[1].lower() in FIGURE_SUFFIXES | STYLE_SUFFIXES | {".bbl"}


def _is_below(path: str, folders: set[str]) -> bool:
    while path:
        path = posixpath.dirname(path)
        if path in folders:
            return True
    return False


def _unpack(packed: _Packed, place: _Place) -> Iterator[Blob | Fault]:
    """The documents in a container."""
    inside = place.below(packed)
    yield from (_members if packed.kind in LISTERS else _content)(packed, inside)


def _content(packed: _Packed, place: _Place) -> Iterator[Blob | Fault]:
    """What a gzip, xz or bzip2 file holds: one document, or another container."""
    meter = Meter(packed.name, packed.source.size, place.budget)

    def opener() -> BinaryIO:
        below = packed.source.open()
        return guarded(DECOMPRESSORS[packed.kind](below), below, meter)

    document = Document(packed.name, opener, None, Alone(), posixpath.basename(packed.name))
    kind = kind_of(document.head())
    if not document.head():
        raise UnreadableFile(f"{packed.name}: is empty")
    if kind is None:
        yield document
    else:
        yield from _unpack(_Packed(_spooled(document), packed.name, kind), place)


def _members(packed: _Packed, place: _Place) -> Iterator[Blob | Fault]:
    """The documents in an archive, a Fault for each that cannot be read."""
    archive = _Archive(packed.name)
    for member in LISTERS[packed.kind](packed.source, packed.name, place.budget):
        if isinstance(member, Fault):
            yield member
        else:
            archive.members[member.path] = member
    for member, document in archive.documents():
        try:
            yield from _member(member, document, place)
        except UnreadableFile as error:
            yield Fault(WHOLE, str(error))
            if place.budget.blown:
                return


def _member(member: Member, document: Document, place: _Place) -> Iterator[Blob | Fault]:
    """A member of an archive, or what is in it."""
    kind = kind_of(document.head())
    if not document.head():
        raise UnreadableFile(f"{document.name}: is empty")
    if kind is None:
        yield document
    else:
        source = member.source or _spooled(document)
        yield from _unpack(_Packed(source, document.name, kind), place)


def _spooled(document: Document) -> Source:
    with document.open() as stream:
        return spool(stream, document.name)
