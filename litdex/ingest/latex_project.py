"""Which files make up one LaTeX paper: the root that holds `\\documentclass`, and what belongs to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from litdex.ingest.decoding import decode_head

TEX_SUFFIXES = frozenset({".tex", ".ltx", ".latex"})
SOURCE_SUFFIXES = TEX_SUFFIXES | {".bbl", ".bib", ".sty", ".cls"}
"""Files that the paper's text may be made from: it must be read again when one of them changes."""

FIGURE_SUFFIXES = frozenset({".eps", ".ps", ".png", ".jpg", ".jpeg", ".svg", ".epsi", ".pdf_tex", ".pgf", ".tikz"})
STYLE_SUFFIXES = frozenset(
    {".sty", ".cls", ".bst", ".bbx", ".cbx", ".clo", ".def", ".fd", ".aux", ".log", ".toc", ".out", ".blg", ".synctex"}
)

_ROOT = re.compile(r"\\document(?:class|style)\b\s{0,100}(?:\[[^\]]{0,2000}\])?\s{0,100}\{\s*([\w./-]*)")
_COMMENT = re.compile(r"(?<!\\)%")
_ARGUMENT = re.compile(r"[{=,]\s*([^{}=,\s\\%]{1,200})\s*(?=[},])")
PARTIAL_CLASSES = frozenset({"standalone", "subfiles"})  # a figure, and a chapter that can also be set by itself


def is_root(text: str) -> bool:
    """Whether LaTeX source (its beginning will do) is a document of its own."""
    for match in _ROOT.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if not _COMMENT.search(line):
            return match[1] not in PARTIAL_CLASSES
    return False


def is_root_head(name: str, head: bytes, cut: bool) -> bool:
    """Whether a file of this name that begins with `head` is the root of a LaTeX paper."""
    if PurePosixPath(name).suffix.lower() not in TEX_SUFFIXES | {""} or b"\\document" not in head:
        return False
    return is_root(decode_head(head, cut) or "")


def mentioned_stems(sources: Iterable[str]) -> set[str]:
    """The base names, without suffix, of whatever file the commands in these sources may ask for, and many a word."""
    return {_stem(word) for text in sources for word in _ARGUMENT.findall(text)}


def is_mentioned(name: str, mentioned: set[str]) -> bool:
    """Whether a figure or bibliography file is asked for; epstopdf's products by the name that they come from."""
    return _stem(name).removesuffix("-eps-converted-to") in mentioned


def _stem(name: str) -> str:
    base = name.rsplit("/", 1)[-1]
    stem, dot, suffix = base.rpartition(".")
    return stem if dot and stem and len(suffix) <= 4 else base
