"""XML from anywhere, read safely: a stream is cut into its record elements, and each is parsed on its own.

So one malformed record leaves the others readable, and memory is bounded by the largest record. What the parser proper
is given comes from `litdex.ingest.parsers.xml_source`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from litdex.errors import UnreadableFile
from litdex.ingest.blob import MAX_WHOLE, Blob, Fault
from litdex.ingest.paper import Paper
from litdex.ingest.parsers.xml_source import Source, open_source, resolved

Element = etree._Element

MAX_RECORD = MAX_WHOLE // 2  # characters
MAX_HELD = 100  # faults held back while no record has been good

_NAMESPACE = re.compile(r"""\sxmlns:([\w.-]+)\s*=\s*("[^"<]*"|'[^'<]*')""")

# What libxml2 says -> what a reader understands.
_MESSAGES: tuple[tuple[str, str], ...] = (
    ("Excessive depth", "its elements are nested too deeply"),
    ("Premature end of data", "it ends before its elements are closed"),
    ("EndTag: '</' not found", "it ends before its elements are closed"),
    ("Opening and ending tag mismatch", "its tags do not match"),
    ("Text node too long", "it holds more than 10 million characters in one piece"),
    ("Namespace prefix", "it uses a prefix that it does not declare"),
)


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
        source = open_source(blob.name, stream)
        for cut in _cut(source, _starts(names)):
            try:
                yield cut.ordinal, _parsed(cut, source.namespaces, parser)
            except etree.XMLSyntaxError as error:
                yield Fault(cut.ordinal, _reason(error, cut))


def _parsed(cut: _Cut, namespaces: dict[str, str], parser: etree.XMLParser) -> Element:
    declared = "".join(f" xmlns:{prefix}={value}" for prefix, value in namespaces.items())
    text = f"<r{declared}>{cut.text}</r>" if cut.whole else cut.text
    element = etree.fromstring(text, parser)[0]
    for each in element.iter() if "xmlns" in text else ():
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


def _starts(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"<((?:[\w.-]+:)?(?:{'|'.join(names)}))(?=[\s/>])([^<>]*/>)?")


def _cut(source: Source, start: re.Pattern[str]) -> Iterator[_Cut]:
    """The records in order, each as soon as its end has been read."""
    buffer, line, ordinal, scanned = "", 1, 0, 0
    for piece in resolved(source):
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
