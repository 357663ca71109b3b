"""Markdown cut into blocks: headings, paragraphs, list items, code, captions. Tables and footnotes are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `kind` is heading, text, code or caption; `source` is the block with its list mark."""

    kind: str
    text: str
    level: int = 0
    label: str = ""
    source: str = ""


MAX_FLOAT = 500  # lines; a table that has no end by then has lost it
_MISSING = re.compile(r"\[MISSING_PAGE[^\]]*\]|\\?\[MISSING\\?_PAGE[^\]]*\]")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_HEADING = re.compile(r"\s{0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?=\S)")
_RULE = re.compile(r"\s{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_TABLE = re.compile(r"\s*\|.*|\s*[:|-]+[:|\s-]*\|[:|\s-]*$")
_FLOAT = re.compile(r"\\begin\{(table|tabular|figure|longtable)\*?\}")
_FOOTNOTE = re.compile(r"\s{0,3}\[\^[^\]]+\]:|Footnote \d+:|\\footnotetext")
_LINK = re.compile(r"\s{0,3}\[[^\]^][^\]]*\]:\s+(?:<[^>]*>|\S+)(?:\s+[\"'(].*[\"')])?\s*$")
_CAPTION = re.compile(
    r"[*_]*(Figure|Fig\.|Table)\s*(\d{1,3}|[IVX]{1,5}|S\d{1,2})[*_]*\s*[.:|—–]+[*_]*\s*(?=\S)", re.IGNORECASE
)
_IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])\s*(?:\{[^}]*\})?$")


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a Markdown text, in order."""
    text = _MISSING.sub("", _without_comments(text))
    lines = text.split("\n")
    at, images = 0, 0
    while at < len(lines):
        line = lines[at]
        if fence := _FENCE.match(line):
            end = _closing(lines, at + 1, fence[1])
            yield Block("code", "\n".join(lines[at + 1 : end]).strip("\n"))
            at = end + 1
        elif heading := _HEADING.match(line):
            yield Block("heading", heading[2], level=len(heading[1]))
            at += 1
        elif float_ := _FLOAT.match(line.strip()):
            at, caption = _float(lines, at, float_[1])
            if caption:
                yield _captioned(caption)
        elif not line.strip() or _RULE.match(line) or _TABLE.match(line) or _LINK.match(line):
            at += 1
        elif image := _IMAGE.match(line.strip()):
            images += 1
            yield Block("caption", image[1], label=f"Figure {images}")
            at += 1
        else:
            end = _paragraph_end(lines, at)
            yield from _paragraph(lines, at, end)
            at = end + (end < len(lines) and _underline(lines, at, end) > 0)


def _without_comments(text: str) -> str:
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join(kept) + text[at:]


def _closing(lines: list[str], at: int, fence: str) -> int:
    while at < len(lines) and not lines[at].strip().startswith(fence):
        at += 1
    return at


def _float(lines: list[str], at: int, name: str) -> tuple[int, str]:
    r"""The line after a LaTeX float and its caption: inside \caption, or in the line below as Nougat prints it."""
    end, last = at, min(len(lines), at + MAX_FLOAT)
    while end < last and f"\\end{{{name}" not in lines[end]:
        end += 1
    if end == last:
        return at + 1, ""
    inside = re.search(r"\\caption\{((?:[^{}]|\{[^{}]*\})*)\}", "\n".join(lines[at : end + 1]))
    return end + 1, inside[1] if inside else lines[end].partition(f"\\end{{{name}")[2].partition("}")[2].strip()


def _captioned(text: str) -> Block:
    match = _CAPTION.match(text)
    label = _label(match) if match else "Table"
    return Block("caption", text[match.end() :] if match else text, label=label)


def _label(match: re.Match[str]) -> str:
    return f"{'Table' if match[1].lower() == 'table' else 'Figure'} {match[2]}"


def _paragraph_end(lines: list[str], at: int) -> int:
    """The line after the paragraph or list item that starts at `at`; formulas over several lines stay in it."""
    end, open_formula = at, False
    while end < len(lines):
        line = lines[end]
        if not line.strip() and not (open_formula and end - at < 60):
            break
        starts = _ITEM.match(line) or _HEADING.match(line) or _FENCE.match(line) or _FOOTNOTE.match(line)
        if end > at and not open_formula and (starts or _RULE.match(line) or re.match(r"\s{0,3}=+\s*$", line)):
            break
        if line.count("\\[") != line.count("\\]") or line.count("$$") % 2:
            open_formula = not open_formula
        end += 1
    return end


def _underline(lines: list[str], at: int, end: int) -> int:
    """The level of the heading that the line at `end` makes of the one line before it; 0 for none."""
    if end - at != 1 or end >= len(lines) or _ITEM.match(lines[at]):
        return 0
    if re.match(r"\s{0,3}=+\s*$", lines[end]):
        return 1
    return 2 if re.match(r"\s{0,3}-{3,}\s*$", lines[end]) else 0


def _paragraph(lines: list[str], at: int, end: int) -> Iterator[Block]:
    text = "\n".join(re.sub(r"^\s*(?:>\s?)+", "", line) for line in lines[at:end])
    if level := _underline(lines, at, end):
        yield Block("heading", text.strip(), level=level)
    elif _FOOTNOTE.match(text):
        return
    elif caption := _CAPTION.match(text):
        yield Block("caption", text[caption.end() :], label=_label(caption))
    else:
        yield Block("text", _ITEM.sub("", text, count=1), source=text)
