"""Bytes that unpack to more bytes: magic numbers, decompressors, and the bounds that keep a bomb from going off."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tempfile
import threading
import weakref
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, BinaryIO, Literal, cast

from litdex.errors import UnreadableFile

Kind = Literal["gzip", "xz", "bzip2", "zip", "tar"]

FREE_BYTES = 64 * 1024 * 1024
MAX_RATIO = 200
"""Packed bytes may unpack to `FREE_BYTES` in any case, and beyond that to `MAX_RATIO` times their own number."""

MAX_SPOOL = 8 * 1024**3
"""The most bytes of a packed archive that are unpacked to a temporary file, for its members to be reached."""

XZ_MEMORY = 256 * 1024 * 1024  # what a dictionary may take; `xz -9` needs 65 MB
SPOOL_MEMORY = 8 * 1024 * 1024
CHUNK = 256 * 1024

MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"BZh", "bzip2"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # one without members
)

DAMAGE = (
    EOFError,
    OSError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
)
"""What the standard library raises on packed bytes that are cut off, altered, or packed by an unknown method."""


def kind_of(head: bytes) -> Kind | None:
    """Which container begins with `head` (512 bytes or more, if there are so many); None if none does."""
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return kind
    return "tar" if _is_tar_header(head[:512]) else None


def _is_tar_header(block: bytes) -> bool:
    """Whether the checksum holds, which is all that tars from before POSIX (old arXiv sources) can be told by."""
    if len(block) < 512 or block[0] == 0:
        return False
    try:
        told = int(block[148:156].strip(b"\0 ") or b"x", 8)
    except ValueError:
        return False
    return told == sum(block[:148]) + 8 * ord(" ") + sum(block[156:])


@dataclass
class Budget:
    """How many bytes everything inside one file may unpack to, together."""

    limit: int
    spent: int = 0

    @classmethod
    def of(cls, packed: int) -> Budget:
        """The budget of a file of `packed` bytes."""
        return cls(max(FREE_BYTES, MAX_RATIO * packed))

    @property
    def blown(self) -> bool:
        """Whether it is used up, so that nothing more of the file should be tried."""
        return self.spent > self.limit


@dataclass
class Meter:
    """Watches the unpacking of one document, also where it is read several times over."""

    name: str
    packed: int
    budget: Budget
    high: int = field(default=0, init=False)

    def advance(self, position: int) -> None:
        """Count up to `position` unpacked bytes. Raises `UnreadableFile` past the bounds."""
        if position <= self.high:
            return
        self.budget.spent += position - self.high
        self.high = position
        if position > max(FREE_BYTES, MAX_RATIO * self.packed):
            raise UnreadableFile(
                f"{self.name}: unpacks to more than {MAX_RATIO} times its size, like a zip bomb; not read any further"
            )
        if self.budget.blown:
            raise UnreadableFile(
                f"{self.name}: its archive unpacks to more than {MAX_RATIO} times its size, like a zip bomb;"
                " not read any further"
            )


class Guarded(io.RawIOBase):
    """A stream that unpacks: metered, and with `UnreadableFile` for whatever the decompressor raises."""

    def __init__(self, stream: IO[bytes], below: IO[bytes], meter: Meter) -> None:
        self._stream, self._below, self._meter = stream, below, meter
        # By read1, gzip gives what stands before junk at the end of a file; read would lose it to the error.
        self._read = stream.read1 if isinstance(stream, gzip.GzipFile) else stream.read
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            data = self._read(len(buffer))
        except gzip.BadGzipFile as error:
            if "Not a gzipped file" not in str(error) or not self._position:
                raise self._damaged(error) from error
            data = b""  # junk after the end, which gzip(1) passes over too
        except DAMAGE as error:
            raise self._damaged(error) from error
        self._position += len(data)
        self._meter.advance(self._position)
        buffer[: len(data)] = data
        return len(data)

    def _damaged(self, error: Exception) -> UnreadableFile:
        if isinstance(error, EOFError):
            return UnreadableFile(f"{self._meter.name}: is cut off before its end; fetch or copy it again")
        reason = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, lzma.LZMAError) and "Memory usage" in reason:
            return UnreadableFile(f"{self._meter.name}: needs over {XZ_MEMORY >> 20} MB of memory to unpack; repack it")
        return UnreadableFile(f"{self._meter.name}: is damaged and cannot be unpacked ({reason})")

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
            self._below.close()
        super().close()


class XzStream(io.RawIOBase):
    """Unpacks xz, one stream after another, with a bound on memory that `lzma.LZMAFile` cannot be given."""

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while True:
            more = self._packed.read(CHUNK) if self._decoder.eof or self._decoder.needs_input else b""
            if self._decoder.eof:
                rest = (self._decoder.unused_data + more).lstrip(b"\0")  # streams are padded with zeros
                if not rest:
                    return 0
                self._decoder, more = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY), rest
            elif self._decoder.needs_input and not more:
                raise EOFError
            data = self._decoder.decompress(more, len(buffer))
            if data:
                buffer[: len(data)] = data
                return len(data)


def _gzip(packed: BinaryIO) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(fileobj=packed, mode="rb"))


def _xz(packed: BinaryIO) -> IO[bytes]:
    return cast(IO[bytes], XzStream(packed))


def _bzip2(packed: BinaryIO) -> IO[bytes]:
    return cast(IO[bytes], bz2.BZ2File(packed))


DECOMPRESSORS: dict[Kind, Callable[[BinaryIO], IO[bytes]]] = {"gzip": _gzip, "xz": _xz, "bzip2": _bzip2}


def guarded(stream: IO[bytes], below: IO[bytes], meter: Meter) -> BinaryIO:
    """`stream`, which unpacks the bytes of `below`, metered and with errors as `UnreadableFile`."""
    return io.BufferedReader(Guarded(stream, below, meter), CHUNK)


class Window(io.RawIOBase):
    """A seekable view of `size` bytes from `start` on. Reading past the end of what is there raises EOFError."""

    def __init__(self, read_at: Callable[[int, int], bytes], start: int, size: int) -> None:
        self._read_at, self._start, self._size = read_at, start, size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if origin + offset < 0:
            raise ValueError("negative seek position")
        self._position = origin + offset
        return self._position

    def tell(self) -> int:
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        wanted = min(len(buffer), self._size - self._position)
        if wanted <= 0:
            return 0
        data = self._read_at(self._start + self._position, wanted)
        if not data:
            raise EOFError
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


@dataclass(frozen=True)
class Source:
    """Bytes that can be read from any position: a file on disk, a temporary file, or a piece of either."""

    read_at: Callable[[int, int], bytes]  # (position, number of bytes wanted) -> bytes
    start: int
    size: int

    @classmethod
    def of(cls, file: IO[bytes]) -> Source:
        """The whole of a seekable file, which stays open as long as the source is in use."""
        lock = threading.Lock()

        def read_at(position: int, wanted: int) -> bytes:
            with lock:
                file.seek(position)
                return file.read(wanted)

        weakref.finalize(read_at, file.close)
        return cls(read_at, 0, file.seek(0, io.SEEK_END))

    def piece(self, start: int, size: int) -> Source:
        """The `size` bytes from `start` on."""
        return Source(self.read_at, self.start + start, size)

    def open(self) -> BinaryIO:
        """A seekable stream of its own, at the beginning."""
        return io.BufferedReader(Window(self.read_at, self.start, self.size))


def spool(stream: BinaryIO, name: str) -> Source:
    """Everything that `stream` gives, in memory or in a nameless temporary file that goes when it is let go.

    Raises `UnreadableFile` over `MAX_SPOOL`, and where the disk of the temporary folder is full.
    """
    file = tempfile.SpooledTemporaryFile(max_size=SPOOL_MEMORY)  # noqa: SIM115
    try:
        while chunk := stream.read(CHUNK):
            file.write(chunk)
            if file.tell() > MAX_SPOOL:
                raise UnreadableFile(f"{name}: unpacks to over {MAX_SPOOL >> 30} GB; unpack it and ingest the folder")
    except OSError as error:
        raise UnreadableFile(f"{name}: cannot be unpacked to the temporary folder ({error.strerror})") from error
    return Source.of(cast(IO[bytes], file))
