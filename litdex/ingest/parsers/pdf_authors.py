"""Authors printed at the head of a PDF: its author lines cut into names, marks, degrees and addresses taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litdex.ingest.names import PARTICLES, parse_name
from litdex.ingest.paper import Author
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.parsers.pdf_text import mended

MAX_AUTHORS = 5000

_MARK = "\x1f"  # stands where marks of places and notes stood
_MARKS = re.compile(
    r"[*†‡§¶∗#‖⋆⊥|✉☯◊♦♯★☆\U0001d400-\U0001d7ff\u5110-\u5150]+|(?<!\w)\(?(?:\d{1,3}|"
    r"[a-z])\)?(?!\w)|(?<=\D)\d+(?:[,\s]+\d+)*"
)
_NOISE = re.compile(r"\S*@\S*|\([^()]*\)|\{[^{}]*\}|https?:\S+|\b(?:ORCID|iD|ID)\b(?!\.)")
_ROLES = re.compile(
    r",?\s*\b(?:(?:[Ss]enior|[Ss]tudent|[Ll]ife|[Aa]ssociate|[Gg]raduate)?\s*(?:[Mm]ember|[Ff]ellow|MEMBER|FELLOW),?"
    r"\s*(?:IEEE|ACM|OSA|SIAM)?|IEEE|Ph\.?\s?D\.?|PHD|M\.?D\.?(?!\w)|[MB]\.?Sc\.?|M\.?P\.?H\.?|FRC[PS]|DVM)"
    r"(?=[,;\s\x1f]|$)"
)
_TITLE = re.compile(r"\b(?:Dr|Prof|Mr|Mrs|Ms)\.(?:-?Ing\.)?\s*")
_DEGREE = re.compile(
    r"MD|PhD|PHD|MPH|MSc?|BSc?|SM|BA|MA|MBA|MBBS|DPhil|ScD|DrPH|DO|RN|FAC[SCP]|DDS|MHS|MRCP|FRC[PS]|[A-Z]{4,5}"
)
_SPLIT = re.compile(r"\s*(?:[,;·•∙&\x1f]|\band\b|\bund\b|\bet\b(?!\s+al))+\s*", re.I)
_INITIALS = re.compile(r"(?:[A-Z]\.?[\s-]?){1,4}")
_LEAD = re.compile(r"^(?:by|authors?:?|and|with|from)\s+", re.I)
_PLACE = re.compile(
    r"universi|departe?a?ment|\bdept|dipartimento|institut|istituto|laborator|\blab\b|"
    r"college|school|facult|cent(?:er|re)\b|academy|"
    r"hospital|division|observator|fakult|physikalis|section of|ministry|corporation|"
    r"\bgmbh\b|\binc\b|\bltd\b|research group|polytechni|politecnico|"
    r"\bp\.?o\.? box|street|avenue|\broad\b|campus|foundation\b",
    re.I,
)
_LAND = re.compile(
    r"\b(?:U\.?S\.?A|U\.?K|United (?:States|Kingdom)|Germany|Deutschland|France|Italy|"
    r"Italia|Japan|China|Russia|Spain|Canada|India|"
    r"Netherlands|Switzerland|Sweden|Poland|Australia|Brazil|Israel|Korea|Austria|Belgium|"
    r"Denmark|Norway|Finland|Greece|Portugal|"
    r"Mexico|Chile|Argentina|Taiwan|Hungary|Czech Republic|Ireland|Scotland|England|"
    r"Turkey|Iran|Ukraine|Singapore|New Zealand|Pakistan|Bangladesh|Egypt|"
    r"Saudi Arabia|Malaysia|Thailand|Vietnam|Indonesia|"
    r"Colombia|Slovenia|Croatia|Serbia|"
    r"Romania|Bulgaria|Estonia|Latvia|Lithuania|Iceland|Luxembourg|"
    r"South Africa|(?:[A-Z]{2}) \d{5})\b"
)
_GROUP = re.compile(
    r"(?:the |for the |on behalf of the )?[\w .&-]{1,60}\b(?:collaborations?|consortium|team|working group)", re.I
)


def authors_in(lines: Sequence[Line]) -> tuple[Author, ...]:
    """The authors that lines name which are known to name authors."""
    names = (_author(name) for text in _unbroken(lines) for name in _names(text))
    unique = {author.name: author for author in names}
    return tuple(unique.values())[:MAX_AUTHORS]


def _unbroken(lines: Sequence[Line]) -> list[str]:
    """The texts of lines without marks; two in one where the first ends, or the second begins, with half a name."""
    result: list[str] = []
    before: Line | None = None
    for line in lines:
        text = _bare(line)
        if before is not None and result and line.page == before.page and abs(line.y - before.y) < 2:
            result[-1] = f"{result[-1]} {text}" if line.x0 - before.x1 < line.size else f"{result[-1]}, {text}"
        elif before is not None and result and _runs_on(result[-1], text) and line.page == before.page:
            result[-1] = f"{result[-1]} {text}"
        elif text:
            result.append(text)
        before = line
    return result


def _bare(line: Line) -> str:
    """A line's text with a stroke where something is raised or marks a note, and wide gaps as commas."""
    text = "".join(
        _MARK if (raised and not text.isalpha()) or (raised and len(text) < 3) else text for text, raised in line.parts
    )
    text = re.sub(r"\t", ", ", text)
    text = _NOISE.sub(" ", mended(text.replace(_MARK, "\u2191")).replace("\u2191", _MARK))
    text = _MARKS.sub(_MARK, text)
    return re.sub(rf"[\s,]*{_MARK}[\s,{_MARK}]*", _MARK, " ".join(text.split())).lstrip(" ,;")


def _runs_on(before: str, text: str) -> bool:
    """Whether a list of names goes on within a name: "..., Rohan" / "Misra", "Md. Khalid" / "Hossain"."""
    if (
        before.endswith((_MARK, ",", ";", "&"))
        or re.search(r"\band$", before)
        or not re.search(r"[,;·•\x1f]|\band\b", before)
    ):
        return False
    last, first = _SPLIT.split(before)[-1].split(), _SPLIT.split(text)[0].split()
    if not last or not first:
        return False
    half = len(last) == 1 or bool(_INITIALS.fullmatch(" ".join(last))) or last[-1].endswith(".")
    half = half or last[-1].lower() in PARTICLES
    return (half and 1 <= len(first) <= 2) or (
        len(first) == 1 and len(last) >= 1 and not _PLACE.search(text) and len(last) < 3
    )


def _names(text: str) -> Iterator[str]:
    """The names in the text of a line. After an address only what an "and" announces is a name again."""
    text = _LEAD.sub("", _ROLES.sub("", _TITLE.sub("", text)))
    if group := _GROUP.fullmatch(text.replace(_MARK, " ").strip()):
        yield group[0]
        return
    pieces = [
        piece.strip(" .:-–") if not re.search(r"\b[A-Z]\.$", piece.strip()) else piece.strip()
        for piece in _SPLIT.split(text)
    ]
    pieces = [piece for piece in pieces if piece and not (_DEGREE.fullmatch(piece) and len(pieces) > 1)]
    if sum(bool(_INITIALS.fullmatch(piece)) for piece in pieces) >= 0.4 * len(pieces) > 0 and len(pieces) > 1:
        yield from _paired(pieces)
        return
    placed = False
    for piece in pieces:
        if (_PLACE.search(piece) or _LAND.search(piece) or re.search(r"\d", piece)) and not _GROUP.fullmatch(piece):
            placed = True
        elif _is_name(piece) and not (placed and not re.search(rf"\band\s+{re.escape(piece)}", text)):
            yield piece


def _paired(pieces: Sequence[str]) -> Iterator[str]:
    """Names written with the surname first: "Smith", "J. A." -> "J. A. Smith"."""
    family = ""
    for piece in pieces:
        if _INITIALS.fullmatch(piece) and family:
            yield f"{piece} {family}"
            family = ""
        else:
            if family and _is_name(family):
                yield family
            family = piece
    if family and _is_name(family):
        yield family


def _is_name(text: str) -> bool:
    if _GROUP.fullmatch(text):
        return True
    tokens = text.replace(",", " ").split()
    proper = [token for token in tokens if token not in PARTICLES]
    return (
        2 <= len(tokens) <= 6
        and len(proper) >= 2
        and len(text) < 50
        and all(re.fullmatch(r"[^\W\d_][\w'’´`.-]*", token) and token[0].isupper() for token in proper)
        and any(len(token.strip(".")) > 1 for token in proper)
        and not re.search(r"\b(and|of|the|for|in|on|to|abstract|article|journal|received|editors?)\b", text, re.I)
    )


def _author(text: str) -> Author:
    if _GROUP.fullmatch(text):
        return Author(family=re.sub(r"^(for |on behalf of )", "", text, flags=re.I))
    if text.isupper() and len(text) > 6:
        text = " ".join(word if len(word) < 3 or "." in word else word.title() for word in text.split())
    return parse_name(text)
