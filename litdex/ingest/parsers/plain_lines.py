"""Hard-wrapped lines of plain text back to paragraphs, words cut at a line's end included."""

from __future__ import annotations

import re

_CUT = re.compile(r"([^\W\d_]+)[-\u00ad]\n[ \t]*([a-zß-ÿ][\w]*)")


def paragraphs(text: str) -> list[list[str]]:
    """The paragraphs of a text, each a list of its lines: parted by blank lines, or by form feeds."""
    parts = re.split(r"\n[ \t]*(?:\n|\f)\s*", text.replace("\f", "\n\n"))
    return [[line.strip() for line in part.split("\n") if line.strip()] for part in parts if part.strip()]


def rejoined(lines: list[str], words: frozenset[str]) -> str:
    """The lines of a paragraph as one, cut words put together: with their hyphen where the text knows them so."""

    def join(match: re.Match[str]) -> str:
        whole, hyphened = match[1] + match[2], f"{match[1]}-{match[2]}"
        return hyphened if hyphened.lower() in words and whole.lower() not in words else whole

    return " ".join(_CUT.sub(join, "\n".join(lines)).split())


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text in lower case, hyphened ones whole, those at the end of a line left out."""
    return frozenset(re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*(?![\w-])", text.lower()))
