"""Markdown cut into blocks: headings, paragraphs, list items, code, captions, tables row by row, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `kind` is heading, text, code, table, note or caption; `source` is the block with its list mark."""

    kind: str
    text: str
    level: int = 0
    label: str = ""
    source: str = ""


MAX_FLOAT = 500  # lines; a table that has no end by then has lost it
_MISSING = re.compile(r"\[MISSING_PAGE[^\]]*\]|\\?\[MISSING\\?_PAGE[^\]]*\]")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_HEADING = re.compile(r"\s{0,3}(#{1,6})[ \t]+(.*)")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?=\S)")
_RULE = re.compile(r"\s{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_HTML_TABLE = re.compile(r"\s*(?:<(?:html|body|div)[^<>]*>\s*)*<table\b", re.IGNORECASE)
_FLOAT = re.compile(r"\\begin\{(table|tabular|figure|longtable)\*?\}")
_TABULAR = re.compile(
    r"\\begin\{tabular\*?\}(?:\{(?:[^{}]|\{[^{}]*\})*\}){0,2}(.{0,60000}?)\\end\{tabular\*?\}", re.DOTALL
)
_LINES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule)\b|\\(?:cline|cmidrule)(?:\([^)]*\))?\{[^{}]*\}")
_MULTI = re.compile(r"\\multi(?:column|row)\{[^{}]*\}\{[^{}]*\}\{((?:[^{}]|\{[^{}]*\})*)\}")
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
            yield Block("heading", heading[2].rstrip(" \t#"), level=len(heading[1]))
            at += 1
        elif float_ := _FLOAT.match(line.strip()):
            start = at
            at, caption = _float(lines, at, float_[1])
            if caption:
                yield _captioned(caption)
            yield from _rows(_latex_rows("\n".join(lines[start:at])))
        elif _HTML_TABLE.match(line):
            start = at
            at = _after_html_table(lines, at)
            yield from _rows(_html_rows("\n".join(lines[start:at])))
        elif _is_row(line):
            start = at
            while at < len(lines) and _is_row(lines[at]):
                at += 1
            yield from _rows([row for row in map(_piped, lines[start:at]) if any(row)])
        elif not line.strip() or _RULE.match(line) or _LINK.match(line):
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


def _latex_rows(text: str) -> list[list[str]]:
    """The cells of all tabulars in a LaTeX text, a list a row."""
    rows = []
    for body in _TABULAR.findall(text):
        for row in re.split(r"\\\\(?:\[[^\]]{0,20}\])?|\\tabularnewline", _LINES.sub(" ", body)):
            cells = [_MULTI.sub(r"\1", cell).strip() for cell in re.split(r"(?<!\\)&", row)]
            rows.append([" ".join(cell.split()) for cell in cells])
    return [row for row in rows if any(row)]


def _is_row(line: str) -> bool:
    """Whether a line is a row of a Markdown table, or the rule below its head."""
    line = line.strip()
    return line.startswith("|") or ("|" in line and not line.strip("|:- \t"))


def _after_html_table(lines: list[str], at: int) -> int:
    """The line after the HTML table that begins at `at`; the next line where the table has no end."""
    end = next((end for end in range(at, min(len(lines), at + MAX_FLOAT)) if "</table" in lines[end].lower()), at)
    return end + 1


def _html_rows(text: str) -> list[list[str]]:
    """The cells of an HTML table, a list a row. What stands in no cell goes."""
    rows = []
    for row in re.split(r"(?i)<tr\b", text)[1:]:
        cells = [cell.partition(">")[2] for cell in re.split(r"(?i)<t[dh]\b", row.split("</tr", 1)[0])[1:]]
        rows.append([" ".join(re.sub(r"<[^<>]{0,300}>", " ", cell).split()) for cell in cells])
    return [row for row in rows if any(row)]


def _piped(line: str) -> list[str]:
    """The cells of a row of a Markdown table; none for the line between head and body."""
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
    return [] if all(re.fullmatch(r":?-*:?", cell) for cell in cells) else cells


def _rows(rows: list[list[str]]) -> Iterator[Block]:
    """A table as one block, a row a line, cells parted by bars."""
    if rows:
        text = "\n".join(" | ".join(cell for cell in row if cell) for row in rows)
        yield Block("table", text, source=text)


def _noted(text: str, mark: re.Match[str]) -> str:
    """A footnote without its mark."""
    note = text[mark.end() :].strip()
    return re.sub(r"^\{(.*)\}$", r"\1", note, flags=re.DOTALL) if mark[0].startswith("\\") else note


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
    elif note := _FOOTNOTE.match(text):
        yield Block("note", _noted(text, note), source=text)
    elif caption := _CAPTION.match(text):
        yield Block("caption", text[caption.end() :], label=_label(caption))
    else:
        yield Block("text", _ITEM.sub("", text, count=1), source=text)
