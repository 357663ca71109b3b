"""The characters of an XML document, made harmless: decoded, without DOCTYPE, named entities resolved.

Declarations are read here, so that the parser proper never sees one: an entity becomes the characters it stands for,
and one that stands for other entities or for a file is refused. Nothing is ever fetched.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from itertools import chain
from typing import BinaryIO

from litdex.errors import UnreadableFile
from litdex.ingest.decoding import MARKS

CHUNK = 256 * 1024
MAX_PROLOG = 1024 * 1024  # characters before the root element
MAX_ENTITY = 64  # characters that a declared entity may stand for

_DECLARATION = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]+)")
_SUBSET = r"""\[(?:<!--.*?-->|<\?.*?\?>|"[^"]*"|'[^']*'|[^\]"'])*+\]\s*+"""
_DOCTYPE = rf"""<!DOCTYPE(?:"[^"]*"|'[^']*'|[^\[>"'])*+(?:{_SUBSET})?+>"""
_PROLOG = re.compile(rf"(?:\s++|<\?.*?\?>|<!--.*?-->|{_DOCTYPE})*+", re.DOTALL)
_ROOT = re.compile(r"<([\w.:-]+)(?=[\s/>])")
_ENTITY = re.compile(r"""<!ENTITY\s+([\w.:-]+)\s+("[^"]*"|'[^']*'|(?:SYSTEM|PUBLIC)\b[^>]*)>""")
_REFERENCE = re.compile(  # to be resolved; and what is no character of XML, or cannot be seen (soft hyphens)
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\xad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]|"
    r"&#(?:x([0-9a-fA-F]+)|([0-9]+));|&([A-Za-z_][\w.:-]*);"
)
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})


@dataclass(frozen=True, slots=True)
class Source:
    """A document opened: what its prolog declares, and its characters from the root element on."""

    name: str
    root: str
    entities: dict[str, str | None]
    pieces: Iterator[str]
    namespaces: dict[str, str] = field(default_factory=dict)  # declared around the records, filled as they are cut


def open_source(name: str, stream: BinaryIO) -> Source:
    pieces = _decoded(name, stream)
    text = ""
    for piece in pieces:
        text += piece.removeprefix("\ufeff")
        start = _PROLOG.match(text)
        root = _ROOT.match(text, start.end()) if start else None
        if start and root:
            prolog = start[0]
            rest = chain(["\n" * prolog.count("\n") + text[start.end() :]], pieces)
            return Source(name, root[1], _entities(prolog), rest)
        if len(text) > MAX_PROLOG or text.lstrip()[:1] not in {"", "<"}:
            break
    raise UnreadableFile(f"{name}: is no XML document" if text.strip() else f"{name}: is empty")


def _decoded(name: str, stream: BinaryIO) -> Iterator[str]:
    """The stream's characters. Bytes that are wrong in the encoding are read as cp1252, their usual origin."""
    head = stream.read(CHUNK)
    decoder = codecs.getincrementaldecoder(_encoding(name, head))("litdex-cp1252")
    chunk = head
    while chunk:
        yield decoder.decode(chunk)
        chunk = stream.read(CHUNK)
    yield decoder.decode(b"", final=True)


def _encoding(name: str, head: bytes) -> str:
    """From the byte order mark, the zero bytes of UTF-16, the declaration if it can be true, else UTF-8."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    for zeros, encoding in ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be")):
        if head.startswith(zeros):
            return encoding
    declared = _DECLARATION.search(head[:1024])
    encoding = declared[1].decode().lower() if declared else "utf-8"
    if encoding.startswith(("utf-16", "utf-32", "ucs", "utf_16", "utf_32")) or _is_utf8(head):
        return "utf-8"  # the declaration was read as single bytes, so the former cannot be
    try:
        if b"<".decode(encoding) == "<":
            return encoding
    except (LookupError, UnicodeError):
        pass
    raise UnreadableFile(f"{name}: declares the encoding {encoding!r}, which litdex does not know; save it as UTF-8")


def _is_utf8(head: bytes) -> bool:
    """Whether bytes over 127 are there and make UTF-8, whatever the declaration says."""
    try:
        return not codecs.getincrementaldecoder("utf-8")().decode(head).isascii()
    except UnicodeDecodeError:
        return False


def _from_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error("litdex-cp1252", _from_cp1252)


def _entities(prolog: str) -> dict[str, str | None]:
    """The entities that a DOCTYPE declares, as the characters they stand for; None where that is refused."""
    entities: dict[str, str | None] = {}
    for name, value in _ENTITY.findall(prolog):
        text = value[1:-1] if value[0] in "\"'" else None
        nested = text is not None and any(found not in _PREDEFINED for found in re.findall(r"&(?!#)([^;\s]*)", text))
        entities.setdefault(name, None if text is None or nested or len(text) > MAX_ENTITY else text)
    return entities


def resolved(source: Source) -> Iterator[str]:
    """The characters with named entities resolved, and without those that XML forbids or that cannot be seen."""

    def replace(match: re.Match[str]) -> str:
        hexadecimal, decimal, entity = match.groups()
        if entity is None:
            return match[0] if _legal(int(hexadecimal or "0", 16) or int(decimal or "0")) else ""
        if entity in _PREDEFINED:
            return match[0]
        return _resolve(entity, source)

    held = ""
    for piece in source.pieces:
        text = held + piece
        at = text.rfind("&", max(0, len(text) - 64))
        held = text[at:] if at >= 0 and ";" not in text[at:] else ""
        yield _REFERENCE.sub(replace, text[: len(text) - len(held)])
    yield held


def _resolve(entity: str, source: Source) -> str:
    """What a document's own entity, or else HTML's, stands for. An unknown one is shown as it is written."""
    if entity not in source.entities:
        known = html5.get(f"{entity};")
        return "".join(f"&#{ord(char)};" for char in known) if known else f"&amp;{entity};"
    value = source.entities[entity]
    if value is None:
        kind = f"its entity {entity[:40]!r} stands for a file, other entities or a long text"
        raise UnreadableFile(f"{source.name}: {kind}, which litdex never expands")
    return value


def _legal(code: int) -> bool:
    if code in {0xAD, 0x200B, 0x2060, 0xFEFF}:
        return False
    return code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
