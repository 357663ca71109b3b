"""Lines of type to running text: words cut at line ends rejoined, ligatures and accents mended, paragraphs parted."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from litdex.ingest.parsers.pdf_glyphs import HYPHEN
from litdex.ingest.parsers.pdf_lines import COMBINING, Line

Vocabulary = Counter[str]

_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st",
    0xA0: " ", 0x2007: " ", 0x2009: " ", 0x200A: " ", 0x202F: " ", 0xAD: None, 0x200B: None, 0xFEFF: None,
}  # fmt: skip
_ACCENTED = re.compile(f"([{''.join(COMBINING)}])\\s?([A-Za-zıȷ])")
_CEDILLA = re.compile(r"([csCSt])¸|¸([csCSt])")
_CONTROL = re.compile(r"[\x00-\x01\x03-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\ufffe]")
_CUT = re.compile(r"([^\W_]+(?:[-–][^\W_]+)*)(?:\x02|-|\u00ad|‐)$")
_START = re.compile(r"[^\W_]+(-[^\W_])?")
_FULL_STOP = re.compile(r"[.!?:;][\])”\"'’]*\s*(\[[\d,\s–-]+\])?\d*(,\d+)*$")
_ITEM = re.compile(r"(?:[•●▪■◦–—*]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s")
_PREFIXES = {"self", "non", "quasi", "well", "semi", "anti", "half", "high", "low", "long", "short", "two", "three",
             "one", "multi", "first", "second", "third", "post", "pre", "ill", "all", "cross", "co"}  # fmt: skip

_SUFFIXES = {"like", "based", "free", "wide", "type", "dependent", "induced", "controlled", "mediated", "specific",
             "derived", "related", "driven", "shaped", "sized", "known", "of", "to", "in", "by"}  # fmt: skip


def mended(text: str) -> str:
    """Text in NFC with ligatures spelled out, accents set over their letters, and no control characters."""
    if not text.isascii():
        text = text.translate(_LIGATURES)
        text = _ACCENTED.sub(_set_accent, text)
        text = _CEDILLA.sub(lambda match: f"{match[1] or match[2]}\u0327", text)
        text = unicodedata.normalize("NFC", text)
    return " ".join(_CONTROL.sub("", text).split())


def _set_accent(match: re.Match[str]) -> str:
    letter = {"ı": "i", "ȷ": "j"}.get(match[2], match[2])
    return letter + COMBINING[match[1]]


def vocabulary(lines: Iterable[Line]) -> Vocabulary:
    """How often each word stands whole in the document, hyphenated words as one and by their parts."""
    counts: Vocabulary = Counter()
    cut = False
    for line in lines:
        words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*[\x02-]?", line.text.lower())
        whole = [word for word in words[int(cut) :] if word[-1] not in f"-{HYPHEN}"]
        cut = line.text.endswith(("-", HYPHEN))  # the next line begins with the rest of a word
        counts.update(whole)
        counts.update(part for word in whole if "-" in word for part in word.split("-"))
    return counts


def joined(lines: Sequence[str], words: Vocabulary) -> str:
    """Lines of one paragraph as one string."""
    pieces: list[str] = []
    for line in lines:
        cut = _CUT.search(pieces[-1][-60:]) if pieces else None
        start = _START.match(line)
        if cut and start:
            pieces[-1] = pieces[-1][:-1] + ("-" if _keeps_hyphen(cut[1], start[0], words) else "")
        elif pieces:
            pieces.append(" ")
        pieces.append(line)
    return mended("".join(pieces).replace(HYPHEN, "-"))


def _keeps_hyphen(before: str, after: str, words: Vocabulary) -> bool:
    """Whether the hyphen between the two pieces of a word is its own, not the line's."""
    before, low = before.lower(), after.lower()
    last = re.split(r"[-–]", before)[-1]
    apart, together = words[f"{last}-{low}"] + words[f"{before}-{low}"], words[last + low]
    if apart != together:
        return apart > together
    if not after[0].islower() or last[-1].isdigit() or "-" in before + after:
        return True
    if last in _PREFIXES or len(last) == 1 or low in _SUFFIXES:
        return True
    common = 0 if min(len(last), len(low)) > 4 else 1
    return len(last) > 3 and len(low) > 3 and words[last] > common and words[low] > common


def ends_sentence(text: str) -> bool:
    """Whether a line may end a paragraph: a stop, then at most brackets, quotes and marks of references."""
    return bool(_FULL_STOP.search(text))


def starts_paragraph(line: Line, before: Line, leading: float) -> bool:
    """Whether a line begins a new paragraph after the line before it, in reading order."""
    if not ends_sentence(before.text):
        return False
    if _ITEM.match(line.text):
        return True
    indent = line.x0 - line.left
    if 0.6 * line.size < indent < 5 * line.size and line.x0 - before.x0 - (line.left - before.left) > 0.5 * line.size:
        return True
    if line.column == before.column and line.y - before.y > 1.4 * leading:
        return True
    return _would_have_fitted(line, before)


def _would_have_fitted(line: Line, before: Line) -> bool:
    """Whether the first word of a line would have found room at the end of the line before."""
    word = line.text.split(" ", 1)[0]
    width = (line.x1 - line.x0) * len(word) / max(1, len(line.text))
    return before.x1 + width + 1.2 * line.size < before.right


def paragraphs(lines: Sequence[Line], words: Vocabulary, leading: float) -> list[str]:
    """The paragraphs that lines make; lines may come from several columns and pages."""
    groups: list[list[str]] = []
    before: Line | None = None
    for line in lines:
        if before is None or starts_paragraph(line, before, leading):
            groups.append([])
        groups[-1].append(line.text)
        before = line
    return [text for group in groups if (text := joined(group, words))]
