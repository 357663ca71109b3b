"""Text files, plain or compressed, as numbered lines; whatever is wrong with one becomes one clear error."""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from litdex.errors import UserError

_OPENERS: dict[str, Callable[..., object]] = {".xz": lzma.open, ".gz": gzip.open}
_LONGEST = 10_000_000  # characters; a longer line is no corpus, and must not fill the memory


def stem(path: Path) -> str:
    """The file's name without its compression: "train.tsv" of "train.tsv.xz"."""
    return path.stem if path.suffix in _OPENERS else path.name


def numbered(path: Path) -> Iterator[tuple[int, str]]:
    """Each line with its number from 1, without its end. Raises UserError where the file cannot be read."""
    number = 0
    try:
        with _open(path) as stream:
            while line := stream.readline(_LONGEST):
                number += 1
                if len(line) >= _LONGEST:
                    raise at(path, number, "the line is longer than ten million characters", "is this a text file?")
                yield number, line.rstrip("\r\n").removeprefix("\ufeff" if number == 1 else "")
    except UnicodeDecodeError as error:
        raise at(path, number + 1, f"not UTF-8 ({error.reason})", "save the file as UTF-8") from None
    except FileNotFoundError:
        raise UserError(f"{path} does not exist. Name a corpus file or folder.") from None
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise at(path, number + 1, f"cannot be read: {error}", "is the file whole?") from None


def at(path: Path, number: int, fault: str, remedy: str) -> UserError:
    """The error that says what is wrong in which line, and what to do."""
    return UserError(f"{path}, line {number}: {fault}; {remedy}.")


def _open(path: Path) -> IO[str]:
    opener = _OPENERS.get(path.suffix)
    if opener is None:
        return path.open(encoding="utf-8", newline="\n")
    return cast("IO[str]", opener(path, "rt", encoding="utf-8", newline="\n"))
