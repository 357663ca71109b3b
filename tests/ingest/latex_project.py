"""LaTeX projects for tests and benchmarks: files in memory as a `Blob`, and projects written out of `Paper` records.

A project written here has what real ones have: sections in files of their own, user macros, citations, labels and
references to them, footnotes, floats, comments, accents as commands, quotes and dashes as they are typed.
"""

from __future__ import annotations

import io
import posixpath
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from litdex.ingest.blob import HEAD_BYTES, Blob
from litdex.ingest.paper import Paper, Section


@dataclass(frozen=True)
class MemoryBlob:
    """One of several files in memory; `sibling` gives the others and nothing else."""

    files: Mapping[str, bytes]
    path: str = "main.tex"

    @property
    def name(self) -> str:
        return f"paper.zip!{self.path}"

    def head(self) -> bytes:
        return self.files[self.path][:HEAD_BYTES]

    def open(self) -> BinaryIO:
        return io.BytesIO(self.files[self.path])

    def read(self) -> bytes:
        return self.files[self.path]

    def sibling(self, relative: str) -> Blob | None:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), relative))
        return MemoryBlob(self.files, path) if path in self.files else None

    def siblings(self) -> list[str]:
        return sorted(path for path in self.files if path != self.path)


def memory_blob(text: str | bytes, at: str = "main.tex", **others: str | bytes) -> MemoryBlob:
    """A blob of `text` with other files beside it; an underscore pair in a keyword stands for a dot (`a__tex`)."""
    files = {at: text} | {name.replace("__", "."): content for name, content in others.items()}
    return MemoryBlob({name: data.encode() if isinstance(data, str) else data for name, data in files.items()}, at)


CITATION = re.compile(r"\s?\[\d+(?:[\],–\[\s-]+\d+)*\]")
_SPECIAL = {
    "\\": r"\textbackslash{}", "%": r"\%", "&": r"\&", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}", "$": r"\$",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "“": "``", "”": "''", "‘": "`", "’": "'", "—": "---",
    "–": "--", "…": r"\ldots{}", "\xa0": "~", "ß": r"{\ss}", "ø": r"\o{}", "Ø": r"{\O}", "æ": r"\ae{}", "å": r"\aa{}",
    "ł": r"\l{}", "±": r"\textpm{}", "§": r"\S{}",
}  # fmt: skip
_ACCENTS = {"\u0301": "'", "\u0300": "`", "\u0308": '"', "\u0302": "^", "\u0303": "~", "\u0327": "c ", "\u030c": "v "}
_COMMANDS = ("section", "subsection", "subsubsection", "paragraph", "subparagraph")
_PREAMBLE = r"""\documentclass[twocolumn]{article} % made by a test
\usepackage[utf8]{inputenc}
\usepackage{graphicx,amsmath} %% { an open brace in a comment
\newcommand{\highlight}[2][black]{\textcolor{#1}{\em #2}}
\newcommand{\beq}{\begin{equation}}
\newcommand{\eeq}{\end{equation}}
\def\fig#1{Figure~\ref{fig:#1}}
"""


def body_text(paper: Paper) -> str:
    """The body text that a project made from `paper` must give back: without citations, which print as marks."""
    return CITATION.sub("", "\n\n".join(section.text for section in paper.sections if section.text))


def to_tex(text: str) -> str:
    """Text as LaTeX source; formulas in dollars stay."""
    parts = re.split(r"(\$\$[^$]+\$\$|\$[^$]+\$)", text)
    return "".join(_formula(part) if at % 2 else "".join(map(_character, part)) for at, part in enumerate(parts))


def _formula(part: str) -> str:
    return f"\n\\beq\n{part[2:-2]}\n\\eeq\n" if part.startswith("$$") else part


def _character(char: str) -> str:
    if char in _SPECIAL:
        return _SPECIAL[char]
    decomposed = unicodedata.normalize("NFD", char)
    if len(decomposed) == 2 and decomposed[1] in _ACCENTS:
        base = r"\i" if decomposed[0] == "i" else decomposed[0]
        return f"\\{_ACCENTS[decomposed[1]]}{{{base}}}"
    return char


def project_of(paper: Paper) -> MemoryBlob:
    """A LaTeX project that prints `paper`: main.tex, a file for each top section, main.bbl."""
    term = _frequent_word(paper)
    macro = f"\\newcommand{{\\term}}{{{term}}}\n" if term else ""
    authors = " \\and ".join(to_tex(author.name) + "\\thanks{A note.}" for author in paper.authors)
    front = f"\\title[Short]{{{to_tex(paper.title)}}}\n\\author{{{authors}}}\n\\date{{{paper.date}}}\n"
    files: dict[str, str] = {}
    floats = [_float(paper, at) for at, one in enumerate(paper.captions) if one.kind == "caption"]
    inputs: list[str] = []
    for at, section in enumerate(paper.sections):
        if section.level == 1 or not inputs:
            inputs.append(f"sections/part{at}")
        source = _section_source(section, paper, term, floats.pop(0) if floats else "")
        files[f"{inputs[-1]}.tex"] = files.get(f"{inputs[-1]}.tex", "") + source
    files[f"{inputs[-1]}.tex"] += "\n\n".join(floats)
    main = _PREAMBLE + macro + front + "\\begin{document}\n\\maketitle\n"
    main += f"\\begin{{abstract}}\n{_wrapped(to_tex(paper.abstract))}\n\\end{{abstract}}\n"
    main += "".join(f"\\input{{{path}}}\n" for path in inputs) + "\\bibliography{refs}\n\\end{document}\n"
    files |= {"main.tex": main, "main.bbl": _bbl(paper)}
    return MemoryBlob({path: text.encode() for path, text in files.items()}, "main.tex")


def _frequent_word(paper: Paper) -> str:
    words = re.findall(r"\b[a-z]{7,}\b", body_text(paper))
    return max(sorted(set(words)), key=words.count, default="")


def _section_source(section: Section, paper: Paper, term: str, floating: str) -> str:
    command = _COMMANDS[min(section.level, len(_COMMANDS)) - 1]
    heading = f"\\{command}{{{to_tex(section.title)}}}\\label{{sec:{section.level}}}\n" if section.title else "\n\n"
    paragraphs = [_paragraph(text, paper, term, at) for at, text in enumerate(section.text.split("\n\n"))]
    paragraphs.insert(1, floating)
    return heading + "\n\n".join(part for part in paragraphs if part) + "\n\n"


def _paragraph(text: str, paper: Paper, term: str, at: int) -> str:
    pieces = CITATION.split(text)
    cites = [f"~\\cite{{ref{re.search(r'[0-9]+', mark)[0]}}}" for mark in CITATION.findall(text)]  # type: ignore[index]
    source = "".join(to_tex(piece) + cite for piece, cite in zip(pieces, [*cites, ""], strict=True))
    if term:
        source = re.sub(
            rf"(?<![\w\\{{]){term}(?![\w}}])", r"\\term{}" if at % 2 else r"\\highlight[red]{\\term}", source
        )
    figures = [caption.label for caption in paper.captions if caption.label.startswith("Figure")]
    for number, label in enumerate(figures, start=1):
        if label == f"Figure {number}":
            source = re.sub(rf"\bFigure {number}(?![\d.])", rf"\\fig{{{number}}}", source)
    first, stop, rest = source.partition(". ")
    if stop and first.count("{") == first.count("}") and first.count("$") % 2 == 0:
        source = f"{first}.\\footnote{{A remark that is {{no}} part of the text.}} {rest}"
    return _wrapped(source)


def _wrapped(source: str) -> str:
    """Lines as people type them, each third one with a comment at its end."""
    lines: list[str] = [""]
    for word in source.split(" "):
        if len(lines[-1]) > 76:
            lines[-1] += " % done" if len(lines) % 3 == 0 and "\n" not in word else ""
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + word
    return "\n".join(lines)


def _float(paper: Paper, at: int) -> str:
    caption = paper.captions[at]
    kind = "table" if caption.label.startswith("Table") else "figure"
    number = sum(other.label.split(" ")[0] == caption.label.split(" ")[0] for other in paper.captions[: at + 1])
    content = "\\begin{tabular}{ll} a & b \\\\ \\hline 1 & 2 \\end{tabular}"
    content = content if kind == "table" else f"\\includegraphics[width=\\columnwidth]{{plot{number}}}"
    label = f"\\label{{fig:{number}}}" if caption.label.startswith("Figure") else ""
    return f"\\begin{{{kind}}}[t]\n\\centering {content}\n\\caption{{{to_tex(caption.text)}}}{label}\n\\end{{{kind}}}"


def _bbl(paper: Paper) -> str:
    items = "\n\n".join(
        f"\\bibitem{{ref{at}}}\n{to_tex('; '.join(item.authors))}.\n\\newblock {to_tex(item.title or item.text)}.\n"
        f"\\newblock {{\\em {to_tex(item.venue)}}}, {item.year or ''}."
        for at, item in enumerate(paper.references, start=1)
    )
    return f"\\begin{{thebibliography}}{{99}}\n\n{items}\n\n\\end{{thebibliography}}\n"


def ngrams(text: str, length: int = 5) -> set[tuple[str, ...]]:
    """The word n-grams of a text, in lower case, punctuation aside."""
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


def recovered(expected: str, found: str) -> float:
    """The share of the 5-grams of `expected` that `found` has."""
    wanted = ngrams(expected)
    return len(wanted & ngrams(found)) / len(wanted) if wanted else 1.0
