"""Bytes of a text file to characters: byte order marks, UTF-8, and the legacy encodings that old papers come in."""

from __future__ import annotations

import codecs
import re

from litdex.errors import UnreadableFile
from litdex.ingest.encodings import guessed

MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# What inputenc and editors call an encoding, where Python calls it otherwise.
ALIASES = {"ansinew": "cp1252", "applemac": "mac_roman", "latin9": "iso8859-15", "utf8x": "utf-8", "x-ascii": "ascii"}

DECLARED = re.compile(
    rb"\\usepackage\s*\[([\w, -]+)\]\s*\{inputenc\}|\\inputencoding\s*\{([\w-]+)\}"
    rb"|!\s*TeX\s+encoding\s*=\s*([\w-]+)|-\*-.*?coding:\s*([\w-]+)"
)

PRINTABLE = bytes(range(32, 127))
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\x0b\x0c\x1a\x1b")
MAX_CONTROLS = 0.01  # share of control characters over which bytes are not taken for text
MAX_BROKEN = 0.1  # share of damaged characters among the non-ASCII ones up to which bytes still count as UTF-8


def decode(data: bytes, name: str) -> str:
    """The characters of a text file, newlines as "\\n", without its byte order mark.

    Tried in turn: a byte order mark, UTF-8, the encoding that the text declares (inputenc, editors' comments), UTF-8
    with a few damaged characters (shown as U+FFFD), what `litdex.ingest.encodings` makes of it, cp1252, Latin-1. `name`
    is for messages only. Raises `UnreadableFile` on NUL characters and where control characters tell that this is not
    text.
    """
    text = _decode(data)
    if "\0" in text:
        raise UnreadableFile(
            f"{name}: holds NUL characters, so it is no text file (or one cut off while being written)"
        )
    if _binary(data, text):
        raise UnreadableFile(f"{name}: holds control characters throughout, so it is no text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decode_head(data: bytes, cut: bool) -> str | None:
    """The characters at the beginning of a text file, newlines as "\\n"; None where the bytes are no text.

    `cut` tells that the file goes on after `data`, whose last character may then be incomplete: it is left off.
    """
    text = _decode(_whole_characters(data) if cut else data)
    if "\0" in text or _binary(data, text):
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_legacy(data)


def _decode_legacy(data: bytes) -> str:
    for encoding in filter(None, (_declared(data), _mostly_utf8(data), guessed(data), "cp1252")):
        try:
            return data.decode(encoding, errors="replace" if encoding == "utf-8" else "strict")
        except UnicodeError:
            continue
    return data.decode("latin-1")


def _declared(data: bytes) -> str | None:
    """The legacy encoding that the text says it is in, if Python knows it."""
    match = DECLARED.search(data[:16384])
    if not match:
        return None
    called = next(group for group in match.groups() if group).split(b",")[-1].strip().decode().lower()
    encoding = ALIASES.get(called, called)
    return encoding if _extends_ascii(encoding) else None


def _extends_ascii(encoding: str) -> bool:
    """Whether Python knows the encoding, and a declaration written in ASCII could stand in a text of it."""
    try:
        return PRINTABLE.decode(encoding) == PRINTABLE.decode("ascii")
    except (LookupError, UnicodeError):
        return False


def _mostly_utf8(data: bytes) -> str | None:
    """ "utf-8" where nearly all non-ASCII characters are sound: one slip must not turn all of them into mojibake."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", errors="ignore"))
    return "utf-8" if broken <= MAX_BROKEN * foreign else None


def _whole_characters(data: bytes) -> bytes:
    """`data` without the incomplete character at its end, in the encoding that its beginning tells."""
    for mark, encoding in MARKS[1:]:
        if data.startswith(mark):
            width = 4 if "32" in encoding else 2
            return data[: len(data) - len(data) % width]
    for back in range(1, min(4, len(data)) + 1):
        lead = data[-back]
        if lead < 0x80:
            break
        if lead >= 0xC0:
            expected = 2 + (lead >= 0xE0) + (lead >= 0xF0)
            return data[:-back] if back < expected else data
    return data


def _binary(data: bytes, text: str) -> bool:
    """Whether control characters are too many for a text. Wide encodings are judged by `text`, others by bytes."""
    wide = data.startswith(tuple(mark for mark, _ in MARKS[1:]))
    sample = text.encode("utf-8", errors="ignore") if wide else data
    return len(sample) - len(sample.translate(None, CONTROLS)) > MAX_CONTROLS * len(sample)
