"""Text formats told by their commands and marks: LaTeX, BibTeX, RIS, Markdown, and prose without any."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath

from litdex.ingest.columns import is_table_of_papers
from litdex.ingest.detect_tagged import is_tagged, tagged_format
from litdex.ingest.latex_project import is_root

_BIBTEX = re.compile(
    r"^[ \t]*@[ \t]*(?:article|book|booklet|collection|conference|dataset|inbook|incollection|inproceedings|manual|"
    r"mastersthesis|misc|mvbook|online|patent|periodical|phdthesis|proceedings|report|software|techreport|thesis|"
    r"unpublished|www)[ \t]*[{(]\s{0,20}[^\s,{}()=]{0,200}\s{0,20},"
    r"|^[ \t]*@[^\n@={}\"]{0,200}\{[^\s,={}()\"]{0,200}\s{0,20},\s{0,20}[a-z][\w-]{0,40}[ \t]*=[ \t]*[\w{\"]",
    re.MULTILINE | re.IGNORECASE,
)
_BIBTEX_OPENING = re.compile(r"(?:%.*\n|\s)*@[ \t]*(?:string|preamble|comment)[ \t]*[{(]", re.IGNORECASE)
_RIS = re.compile(r"^TY {0,2}-[ \t]{0,2}\S[^\n]{0,60}\n(?:[ \t]*\n)*[A-Z][A-Z0-9]{1,3}[ \t]{0,2}-", re.MULTILINE)

_STYLE = re.compile(r"^[^%\n]{0,200}\\(?:ProvidesPackage|ProvidesClass|NeedsTeXFormat|ProvidesFile)\b", re.MULTILINE)
_TEX = re.compile(
    r"^[ \t]*\\(?:begin[ \t]*\{document\}|magnification\b|bye\b"
    r"|input[ \t]+(?:harvmac|phyzzx|amstex|amsppt|lanlmac|jnl))",
    re.MULTILINE,
)
_TEX_COMMAND = re.compile(
    r"\\(?:begin|end|section|subsection|chapter|cite|ref|label|title|author|item|def|newcommand|emph|bf|it|em|input)"
    r"(?![A-Za-z])"
)
_BIBLIOGRAPHY = re.compile(r"(?:%.*\n|\s|\\(?:provide|re|new)command.*\n)*\\begin[ \t]*\{thebibliography\}")

_HEADING = re.compile(r"^#{1,6}[ \t]+\S", re.MULTILINE)
_UNDERLINED = re.compile(r"^\S[^\n]*\n(?:={3,}|-{3,})[ \t]*$", re.MULTILINE)
_MARKS = re.compile(
    r"\]\((?:https?:|#|\.{0,2}/)|^```|\*\*\S[^*\n]*\*\*|\\\([^\n]{1,300}?\\\)|^\\\[|\\\]$|^[-*] \S|^!\[", re.MULTILINE
)
_MARKDOWN_NAMES = frozenset({".md", ".mmd", ".markdown", ".mkd"})

_CODE_NAMES = re.compile(
    r"\.(?:pyi?|ipynb|[ch]|cc|[ch]pp|f|for|f90|java|js|ts|css|r|jl|m|go|rs|rb|p[lm]|sh|bash|bat|sql|[ct]sv|log|ini|cfg"
    r"|toml|ya?ml|make|mk|cmake|sty|cls|bst|bbl)"
)
"""Names of what is text but no paper. They decide only where nothing but plain text was found."""

_WORD = re.compile(r"[^\W\d_]{2,}")
MIN_WORDS = 5
MIN_LETTERS = 0.5  # share among characters other than blanks: below that it is a table of numbers or code
PACKED = frozenset({".gz", ".xz", ".bz2"})


def text_format(text: str, name: str) -> str | None:
    """The format of a text that is neither XML nor JSON; None where it is no paper in any."""
    if _STYLE.search(text) and not is_root(text):
        return None
    return tagged_format(text) or next((form for form, fits in RULES if fits(text, name)), None)


def _is_root(text: str, name: str) -> bool:
    """A document of its own, and not an account of LaTeX in Markdown that shows one."""
    return is_root(text) and not _HEADING.search(text, 0, text.find("\\document"))


def _is_bibtex(text: str, name: str) -> bool:
    entry = _BIBTEX.search(text)
    if entry is None:
        return _BIBTEX_OPENING.match(text) is not None
    # An entry far into a document may be one that it shows; a bibliography has nothing but comments before the first.
    return not _HEADING.search(text, 0, entry.start()) and not _TEX.search(text, 0, entry.start())


def _is_ris(text: str, name: str) -> bool:
    return _RIS.search(text[:4096]) is not None


def _is_tex(text: str, name: str) -> bool:
    command = _TEX.search(text)
    return command is not None and not _HEADING.search(text, 0, command.start())


def _is_markdown(text: str, name: str) -> bool:
    headings = len(_HEADING.findall(text)) + len(_UNDERLINED.findall(text))
    if _CODE_NAMES.fullmatch(_suffix(name)):
        return False
    if _suffix(name) in _MARKDOWN_NAMES:
        return _is_prose(text) or headings > 0
    marks = len(_MARKS.findall(text))
    return _is_prose(text) and (headings > 1 or (headings == 1 and (marks > 0 or _HEADING.match(text) is not None)))


def _is_tex_part(text: str, name: str) -> bool:
    """A part of a LaTeX document that is read by itself: many commands for its length, and not a bare bibliography."""
    commands = len(_TEX_COMMAND.findall(text))
    return commands >= 3 and commands * 1500 > len(text) and not _BIBLIOGRAPHY.match(text)


def _is_plain(text: str, name: str) -> bool:
    return not _CODE_NAMES.fullmatch(_suffix(name)) and _is_prose(text) and not _BIBLIOGRAPHY.match(text)


def _is_prose(text: str) -> bool:
    """Whether there are words, and mostly letters. Scripts without blanks between words have few long ones."""
    letters = sum(char.isalpha() for char in text)
    shown = sum(not char.isspace() for char in text)
    words = sum(len(match[0]) // 20 + 1 for match in _WORD.finditer(text))
    return words >= MIN_WORDS and letters >= MIN_LETTERS * shown


def _suffix(name: str) -> str:
    path = PurePath(name)
    return (PurePath(path.stem) if path.suffix.lower() in PACKED else path).suffix.lower()


RULES: tuple[tuple[str, Callable[[str, str], bool]], ...] = (
    ("latex", _is_root),
    ("ris", _is_ris),
    ("bibtex", _is_bibtex),
    ("latex", _is_tex),
    ("csv", lambda text, name: is_table_of_papers(text)),
    ("tagged", lambda text, name: is_tagged(text)),
    ("markdown", _is_markdown),
    ("latex", _is_tex_part),
    ("text", _is_plain),
)
"""The first rule that holds decides."""
