"""XML from anywhere, read safely: a stream is cut into its record elements, and each is parsed on its own.

So one malformed record leaves the others readable, and memory is bounded by the largest record. The parser proper never
sees a DOCTYPE: declarations are read here, an entity becomes the characters that it stands for, and one that stands for
other entities or for a file is refused. Nothing is ever fetched.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.entities import html5
from itertools import chain
from typing import BinaryIO

from lxml import etree

from litdex.errors import UnreadableFile
from litdex.ingest.blob import MAX_WHOLE, Blob, Fault
from litdex.ingest.decoding import MARKS
from litdex.ingest.paper import Paper

Element = etree._Element

CHUNK = 256 * 1024
MAX_RECORD = MAX_WHOLE // 2  # characters
MAX_PROLOG = 1024 * 1024  # characters before the root element
MAX_ENTITY = 64  # characters that a declared entity may stand for
MAX_HELD = 100  # faults held back while no record has been good

_DECLARATION = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([\w.:-]+)")
_SUBSET = r"""\[(?:<!--.*?-->|<\?.*?\?>|"[^"]*"|'[^']*'|[^\]"'])*+\]\s*+"""
_DOCTYPE = rf"""<!DOCTYPE(?:"[^"]*"|'[^']*'|[^\[>"'])*+(?:{_SUBSET})?+>"""
_PROLOG = re.compile(rf"(?:\s++|<\?.*?\?>|<!--.*?-->|{_DOCTYPE})*+", re.DOTALL)
_ROOT = re.compile(r"<([\w.:-]+)(?=[\s/>])")
_ENTITY = re.compile(r"""<!ENTITY\s+([\w.:-]+)\s+("[^"]*"|'[^']*'|(?:SYSTEM|PUBLIC)\b[^>]*)>""")
_REFERENCE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]|&#(?:x([0-9a-fA-F]+)|([0-9]+));|&([A-Za-z_][\w.:-]*);"
)
_NAMESPACE = re.compile(r"""\sxmlns:([\w.-]+)\s*=\s*("[^"<]*"|'[^'<]*')""")
_PREDEFINED = frozenset({"amp", "lt", "gt", "quot", "apos"})

# What libxml2 says -> what a reader understands.
_MESSAGES: tuple[tuple[str, str], ...] = (
    ("Excessive depth", "its elements are nested too deeply"),
    ("Premature end of data", "it ends before its elements are closed"),
    ("EndTag: '</' not found", "it ends before its elements are closed"),
    ("Opening and ending tag mismatch", "its tags do not match"),
    ("xmlSAX2Characters: huge text node", "it holds more than 10 million characters in one piece"),
    ("Namespace prefix", "it uses a prefix that it does not declare"),
)


@dataclass(frozen=True, slots=True)
class _Source:
    """A document opened: what its prolog declares, and its characters from the root element on."""

    name: str
    root: str
    entities: dict[str, str | None]
    pieces: Iterator[str]
    namespaces: dict[str, str] = field(default_factory=dict)  # declared around the records, filled as they are cut


@dataclass(frozen=True, slots=True)
class _Cut:
    """One record's characters as they stand in the stream."""

    ordinal: int
    line: int  # where it begins, counted from 1
    text: str
    whole: bool = True


def read_papers(blob: Blob, names: tuple[str, ...], read: Callable[[Element], Paper | None]) -> Iterator[Paper | Fault]:
    """Yield what `read` makes of each record element, in order, and a `Fault` for each record that cannot be read.

    `names` are the local names of record elements; `read` gets one without namespaces, returns None to pass it over,
    and raises `UnreadableFile` where it is no paper. Raises `UnreadableFile` where there is no record, or none is good.
    """
    good, held, seen = False, list[Fault](), 0
    for record in elements(blob, names):
        seen += 1
        result = record if isinstance(record, Fault) else _attempt(read, *record)
        if isinstance(result, Fault) and not good and len(held) < MAX_HELD:
            held.append(result)
            continue
        good = True
        yield from held
        held = []
        if result is not None:
            yield result
    if held:
        more = f" (and {len(held) - 1} more records)" if len(held) > 1 else ""
        raise UnreadableFile(f"{blob.name}: {held[0].reason}{more}")
    if not seen:
        raise UnreadableFile(f"{blob.name}: holds no <{names[0]}> element")


def _attempt(read: Callable[[Element], Paper | None], ordinal: int, element: Element) -> Paper | Fault | None:
    try:
        return read(element)
    except UnreadableFile as error:
        return Fault(ordinal, str(error))
    except RecursionError:
        return Fault(ordinal, "its elements are nested too deeply")


def elements(blob: Blob, names: tuple[str, ...]) -> Iterator[tuple[int, Element] | Fault]:
    """The record elements of a document as (ordinal, element without namespaces), and a `Fault` for each malformed one.

    Raises `UnreadableFile` on what is no XML, and on entities that expand to other entities or to files.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    with blob.open() as stream:
        source = _opened(blob.name, stream)
        for cut in _cut(source, _starts(names)):
            try:
                yield cut.ordinal, _parsed(cut, source.namespaces, parser)
            except etree.XMLSyntaxError as error:
                yield Fault(cut.ordinal, _reason(error, cut))


def _parsed(cut: _Cut, namespaces: dict[str, str], parser: etree.XMLParser) -> Element:
    declared = "".join(f" xmlns:{prefix}={value}" for prefix, value in namespaces.items())
    element = etree.fromstring(f"<r{declared}>{cut.text}</r>" if cut.whole else cut.text, parser)[0]
    for each in element.iter():
        if isinstance(each.tag, str) and each.tag[0] == "{":
            each.tag = each.tag.rpartition("}")[2]
    return element


def _reason(error: etree.XMLSyntaxError, cut: _Cut) -> str:
    said = str(error.msg)
    plain = next((plain for start, plain in _MESSAGES if start in said), "")
    if not cut.whole:
        plain = plain if "deep" in plain else "it ends before its elements are closed"
    line = cut.line + (error.lineno or 1) - 1
    return f"not well-formed XML, line {line}: {plain or re.sub(r', line [0-9]+, column.*', '', said)}"


def _opened(name: str, stream: BinaryIO) -> _Source:
    pieces = _decoded(name, stream)
    text = ""
    for piece in pieces:
        text += piece
        start = _PROLOG.match(text)
        root = _ROOT.match(text, start.end()) if start else None
        if start and root:
            prolog = start[0]
            rest = chain(["\n" * prolog.count("\n") + text[start.end() :]], pieces)
            return _Source(name, root[1], _entities(prolog), rest)
        if len(text) > MAX_PROLOG or text.lstrip()[:1] not in {"", "<"}:
            break
    raise UnreadableFile(f"{name}: is no XML document" if text.strip() else f"{name}: is empty")


def _decoded(name: str, stream: BinaryIO) -> Iterator[str]:
    """The stream's characters. Bytes that are wrong in the encoding are read as cp1252, their usual origin."""
    head = stream.read(CHUNK)
    decoder = codecs.getincrementaldecoder(_encoding(name, head))("litdex-cp1252")
    chunk = head
    while chunk:
        yield decoder.decode(chunk).removeprefix("\ufeff")
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


def _resolved(source: _Source) -> Iterator[str]:
    """The characters with named entities resolved, and without those that XML forbids."""

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


def _resolve(entity: str, source: _Source) -> str:
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
    return code in {9, 10, 13} or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000


def _starts(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"<((?:[\w.-]+:)?(?:{'|'.join(names)}))(?=[\s/>])([^<>]*/>)?")


def _cut(source: _Source, start: re.Pattern[str]) -> Iterator[_Cut]:
    """The records in order, each as soon as its end has been read."""
    buffer, line, ordinal, scanned = "", 1, 0, 0
    for piece in _resolved(source):
        buffer += piece
        at = 0
        while match := start.search(buffer, at):
            end = match.end() if match[2] else _end(buffer, match[1], max(match.end(), scanned))
            source.namespaces.update(_NAMESPACE.findall(buffer, at, match.start()))
            line += buffer.count("\n", at, match.start())
            at = match.start() if end is None else end
            if end is None:
                break
            yield _Cut(ordinal, line, buffer[match.start() : end])
            line += buffer.count("\n", match.start(), end)
            ordinal, scanned = ordinal + 1, 0
        keep = at if match else max(buffer.rfind("<", at), at)
        source.namespaces.update(_NAMESPACE.findall(buffer, at, keep))
        line += buffer.count("\n", at, keep)
        buffer = buffer[keep:]
        scanned = max(0, len(buffer) - 256) if match else 0
        if len(buffer) > MAX_RECORD:
            limit = f"{MAX_RECORD >> 20} million characters"
            raise UnreadableFile(f"{source.name}: its record at line {line} has more than {limit}")
    if match or not _closed(buffer, source.root):
        yield _Cut(ordinal, line, buffer if match else f"<{source.root}>", whole=False)


def _end(buffer: str, name: str, at: int) -> int | None:
    """Where the element of this name that is open at `at` ends, if that has been read."""
    while (found := buffer.find(f"</{name}", at)) >= 0:
        close = buffer.find(">", found)
        if close >= 0 and not buffer[found + 2 + len(name) : close].strip():
            return close + 1
        at = found + 1
    return None


def _closed(tail: str, root: str) -> bool:
    return not tail.strip() or tail.startswith((f"</{root}", "<!--", "<?"))
