"""What is in a zip or a tar: its members, by path, without anything that a hostile archive may hold besides."""

from __future__ import annotations

import posixpath
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

from litdex.errors import UnreadableFile
from litdex.ingest.blob import Fault
from litdex.ingest.streams import DAMAGE, Budget, Meter, Source, guarded

MAX_MEMBERS = 500_000

WHOLE = -1
"""The `ordinal` of a `Fault` that is a whole member's."""

_FOREIGN = {"[Content_Types].xml": "an Office document", "mimetype": "an e-book or OpenDocument file"}
"""Zips that are one document of another program: told by the member that their standards ask for."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive."""

    path: str  # normalised: relative, with "/", without ".."
    size: int  # unpacked, as the archive tells it
    open: Callable[[], BinaryIO]
    source: Source | None = None  # the bytes themselves, where they stand unpacked in the archive


def zip_members(source: Source, name: str, budget: Budget) -> Iterator[Member | Fault]:
    """The files in a zip, in its order. Raises `UnreadableFile` where its directory is damaged or names none."""
    try:
        archive = zipfile.ZipFile(source.open())
    except DAMAGE as error:
        raise UnreadableFile(f"{name}: is damaged or cut off: the zip's directory cannot be read") from error
    infos = [info for info in archive.infolist() if not info.is_dir()]
    _check_zip(infos, name)
    for info in infos:
        path = _safe(info.filename)
        called = f"{name}!{shown(info.filename)}"
        if path is None:
            yield _bad(f"{called}: its path leads out of the archive; not read")
        elif info.flag_bits & 1:
            yield _bad(f"{called}: is protected by a password; unpack it first")
        else:
            meter = Meter(called, info.compress_size, budget)
            yield Member(path, info.file_size, partial(_open_zipped, archive, info, meter))


def _check_zip(infos: list[zipfile.ZipInfo], name: str) -> None:
    if len(infos) > MAX_MEMBERS:
        raise UnreadableFile(f"{name}: holds more than {MAX_MEMBERS:,} files; unpack it and ingest the folder")
    for info in infos:
        if info.filename in _FOREIGN:
            raise UnreadableFile(f"{name}: is {_FOREIGN[info.filename]}, which litdex does not read; export it as PDF")
    if infos and all(info.flag_bits & 1 for info in infos):
        raise UnreadableFile(f"{name}: is protected by a password; unpack it first")


def _open_zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, meter: Meter) -> BinaryIO:
    try:
        stream = archive.open(info)
    except DAMAGE as error:
        reason = " ".join(str(error).split())
        raise UnreadableFile(f"{meter.name}: is damaged and cannot be unpacked ({reason})") from error
    return guarded(stream, stream, meter)


def tar_members(source: Source, name: str, budget: Budget) -> Iterator[Member | Fault]:
    """The files in an unpacked tar, in its order; links and devices are passed over.

    Raises `UnreadableFile` if not even the first header can be read; damage further on ends the list with a Fault.
    """
    try:
        archive = tarfile.open(fileobj=source.open(), mode="r:")  # noqa: SIM115 - holds no file of its own
    except (tarfile.TarError, *DAMAGE) as error:
        raise UnreadableFile(f"{name}: is damaged or cut off: the tar cannot be read") from error
    for _ in range(MAX_MEMBERS):
        try:
            info = archive.next()
        except (tarfile.TarError, *DAMAGE):
            yield _bad(f"{name}: is damaged or cut off; what stands before the damage was read")
            return
        archive.members.clear()  # type: ignore[attr-defined]  # else it keeps a record of each
        if info is None:
            return
        if info.isreg() and not info.issparse():
            yield _tarred(source, name, info, budget)
    yield _bad(f"{name}: holds more than {MAX_MEMBERS:,} files; unpack it and ingest the folder")


def _tarred(source: Source, name: str, info: tarfile.TarInfo, budget: Budget) -> Member | Fault:
    path = _safe(info.name)
    called = f"{name}!{shown(info.name)}"
    if path is None:
        return _bad(f"{called}: its path leads out of the archive; not read")
    if info.offset_data + info.size > source.size:
        return _bad(f"{called}: is cut off before its end; fetch or copy the archive again")
    piece = source.piece(info.offset_data, info.size)
    return Member(path, info.size, piece.open, piece)


def shown(path: str) -> str:
    """A member's path as messages show it: on one line, of bearable length, whatever a hostile archive calls it."""
    printable = "".join(char if char.isprintable() else "\ufffd" for char in path[:400])
    return printable if len(path) <= 400 else printable + "…"


def _bad(reason: str) -> Fault:
    return Fault(WHOLE, reason)


def _safe(path: str) -> str | None:
    """The normalised path of a member; None if it is absolute or leads out of the archive."""
    return join("", path.replace("\\", "/"))


def join(folder: str, relative: str) -> str | None:
    """`relative` as seen from `folder`, both with "/"; None where that is not below the top, or has no name."""
    if relative.startswith("/") or "\0" in relative:
        return None
    path = posixpath.normpath(posixpath.join(folder, relative))
    return None if path in {".", ".."} or path.startswith(("../", "/")) else path
