r"""Tokens of a LaTeX document to text: commands, accents, citations, formulas, quantities.

Braces and font commands fall away, so nothing depends on their balance. Text goes to a *sink*, a list of strings:
the section that is open, the abstract, or, inside a float or a drawing, one that is thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from litdex.ingest.parsers.latex_draft import CITE, END, HARD_NEWLINE, HARD_SPACE, PAGE, REF, TEXTUAL, Draft
from litdex.ingest.parsers.latex_front import Front
from litdex.ingest.parsers.latex_macros import Expander
from litdex.ingest.parsers.latex_math import display_rows, read_formula
from litdex.ingest.parsers.latex_source import Project
from litdex.ingest.parsers.latex_symbols import (
    ACCENTS,
    CITES,
    DROPPED,
    PARAGRAPHS,
    REFERENCES,
    TABLES,
    TEXTUAL_CITES,
    accented,
    symbols,
    typeset,
)
from litdex.ingest.parsers.latex_tokens import LINK, PARAGRAPH, STOP, URL, VERBATIM, is_word
from litdex.ingest.parsers.latex_units import unit

MAX_NESTING = 12  # arguments that are rendered inside one another
_ASSIGNED = re.compile(r"=-?[\d.]+[a-z]*|=?-?[\d.]+(?:true)?(?:cm|mm|pt|em|ex|in|pc|bp|sp)")


_NO_XSPACE = {"\\ ", "\\/", "\\space", "\\footnote", "\\footnotemark", "\\xspace"}


@dataclass(slots=True)
class Opened:
    """An environment being read, and the sink to go back to after it."""

    name: str
    sink: list[str]


class TextReader:
    """Writes the text of tokens to `sink`. What environments and sections do is for `latex_reader` to say."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.draft = Draft()
        self.symbols = symbols()
        self.expander = Expander(project, project.main(), _protected())
        self.front = Front(self.expander, self.render)
        self.sink = self.draft.sections[0].chunks
        self.opened: list[Opened] = []
        self.nesting = 0
        self.bibfiles: list[str] = []
        self.handlers: dict[str, Callable[[], None]] = self.front.handlers() | self._handlers()

    def render(self, tokens: list[str]) -> str:
        """`tokens` as text; "" where arguments are nested too deep."""
        if self.nesting >= MAX_NESTING or not tokens:
            return ""
        sink, opened = self.sink, self.opened
        self.sink, self.opened = [], []
        self.nesting += 1
        self.expander.push([*tokens, STOP])
        self._run()
        text = "".join(self.sink)
        self.nesting -= 1
        self.sink, self.opened = sink, opened
        return text.strip()

    def _run(self) -> None:
        while (token := self.expander.next()) is not None:
            first = token[0]
            if first == "\\":
                if token == "\\end{document}" and not self.nesting:
                    return
                self._command(token)
            elif first == "$":
                self._dollar()
            elif first == STOP:
                return
            elif first in "{}#":
                continue
            elif first in "~&":
                self.sink.append(" | " if first == "&" else " ")
            elif first == VERBATIM:
                self._verbatim(token[1:])
            elif first == URL:
                self.sink.append(token[1:])
            elif first != LINK:
                self.sink.append(typeset(token))

    # -- commands -----------------------------------------------------------------------------------------------------

    def _command(self, token: str) -> None:
        if token[-1] == "}" and token.startswith("\\begin{"):
            self._begin(token[7:-1])
        elif token[-1] == "}" and token.startswith("\\end{"):
            self._end(token[5:-1])
        elif handler := self.handlers.get(token):
            handler()
        elif token in DROPPED:
            self._drop(DROPPED[token])
        elif token in ACCENTS:
            self.sink.append(accented(self.render(self.expander.argument()), token))
        elif token in PARAGRAPHS:
            self.expander.skip_space()
            self._assignment()
            self.sink.append(PARAGRAPH)
        elif (text := self.symbols.get(token)) is not None:
            self._space_after(token)
            self.sink.append(text)
        elif is_word(token):
            self._unknown()

    def _unknown(self) -> None:
        """A command without meaning here: it goes, with its options; its arguments stay as text."""
        token = self.expander.raw()
        if token is None:
            return
        self.expander.unread(token)
        if token == "[":
            self.expander.optional()
        elif token == "*":
            self.expander.raw()
        self.expander.skip_space()
        self._assignment()

    def _assignment(self) -> None:
        r"""Skips what plain TeX writes after a parameter or a skip: `=14pt`, ` .5cm`."""
        token = self.expander.raw()
        if token is not None and not _ASSIGNED.fullmatch(token):
            self.expander.unread(token)

    def _space_after(self, token: str) -> None:
        if is_word(token):
            self.expander.skip_space()

    def _drop(self, pattern: str) -> None:
        for letter in pattern:
            if letter == "s":
                self.expander.star()
            elif letter == "o":
                self.expander.optional()
            elif letter == "g":
                self.expander.skip_space()
            else:
                self.expander.argument()

    def _handlers(self) -> dict[str, Callable[[], None]]:
        """Command -> what to do when it is read."""
        table: dict[str, Callable[[], None]] = {
            "\\[": lambda: self._formula("\\]"),
            "\\(": lambda: self._formula("\\)"),
            "\\ensuremath": self._ensure_math,
            "\\\\": self._line_end,
            "\\item": self._item,
            "\\label": self._label,
            "\\href": lambda: self._drop("mg"),
            "\\enquote": lambda: self.sink.append(f"“{self.render(self.expander.argument())}”"),
            "\\doi": self._doi,
            "\\xspace": self._xspace,
            "\\texorpdfstring": self._keep_first,
            "\\replaced": self._keep_first,
            "\\twocolumn": self.expander.columns,
        }
        table |= dict.fromkeys(CITES, self._cite) | dict.fromkeys(TEXTUAL_CITES, self._textual_cite)
        table |= {name: self._reference(form) for name, form in REFERENCES.items()}
        quantities = ("SI", "qty", "num", "ang", "si", "unit", "SIrange", "qtyrange")
        table |= {f"\\{name}": self._quantity(name) for name in quantities}
        return table

    def _xspace(self) -> None:
        """A space, unless punctuation or the end of a group follows."""
        self.expander.skip_space()
        token = self.expander.raw()
        if token is None:
            return
        self.expander.unread(token)
        if token[0] not in ",.'/?;:!~-)}\n" and token[0] != STOP and token not in _NO_XSPACE:
            self.sink.append(" ")

    def _keep_first(self) -> None:
        self.expander.optional()
        kept = self.expander.argument()
        self.expander.argument()
        self.expander.push(kept)

    def _line_end(self) -> None:
        self.expander.star()
        self.sink.append(HARD_NEWLINE if self.opened and self.opened[-1].name in TABLES else " ")

    def _item(self) -> None:
        label = self.expander.optional()
        self.sink.append(PARAGRAPH)
        if label:
            self.sink.append(self.render(label) + " ")

    def _label(self) -> None:
        self.draft.labels.setdefault("".join(self.expander.argument()).strip(), self.draft.current)

    def _cite(self) -> None:
        self._cited_keys()
        self.sink.append(CITE)

    def _textual_cite(self) -> None:
        self.sink.append(TEXTUAL + self._cited_keys() + END)

    def _cited_keys(self) -> str:
        self.expander.star()
        self.expander.optional()
        self.expander.optional()
        keys = "".join(self.expander.argument())
        self.draft.cited.update((key.strip(), None) for key in keys.split(","))
        return keys

    def _reference(self, form: str) -> Callable[[], None]:
        def handle() -> None:
            self.expander.star()
            keys = "".join(self.expander.argument())
            if form == "range":
                keys += "," + "".join(self.expander.argument())
            self.sink.append(PAGE if form == "page" else f"{REF}{form}:{keys}{END}")

        return handle

    def _quantity(self, name: str) -> Callable[[], None]:
        def handle() -> None:
            self.expander.optional()
            numbers = 0 if name in ("si", "unit") else 2 if "range" in name else 1
            values = [self.render(self.expander.argument()) for _ in range(numbers)]
            pieces = ["–".join(values)]
            if name not in ("num", "ang"):
                pieces.append(unit(self.expander.argument()))
            self.sink.append(" ".join(piece for piece in pieces if piece) + ("°" if name == "ang" else ""))

        return handle

    def _doi(self) -> None:
        doi = self.render(self.expander.argument())
        if len(self.draft.sections) == 1:
            self.front.claim("doi", doi)
        else:
            self.sink.append(f"doi:{doi}")

    def _dollar(self) -> None:
        token = self.expander.raw()
        if token == "$":
            self._formula("$$")
        else:
            if token is not None:
                self.expander.unread(token)
            self._formula("$")

    def _formula(self, closer: str) -> None:
        number = display_rows(self.draft, closer)
        formula = read_formula(self.expander, closer, number)
        if formula:
            mark = "$" if closer in ("$", "\\)", "\\end{math}") else "$$"
            space = "" if mark == "$" else " "
            self.sink.append(f"{space}{mark}{formula}{mark}{space}")

    def _ensure_math(self) -> None:
        self.expander.push(["$", *(token for token in self.expander.argument() if token != "$"), "$"])

    def _verbatim(self, text: str) -> None:
        text = text.strip("\n")
        if "\n" in text:
            self.sink.append(PARAGRAPH)
        self.sink.append(text.replace(" ", HARD_SPACE).replace("\t", HARD_SPACE * 4).replace("\n", HARD_NEWLINE))
        if HARD_NEWLINE in self.sink[-1]:
            self.sink.append(PARAGRAPH)

    def _begin(self, name: str) -> None:
        """An environment begins."""
        raise NotImplementedError

    def _end(self, name: str) -> None:
        """An environment ends."""
        raise NotImplementedError


def _protected() -> frozenset[str]:
    """What no definition in the source may change: the commands that give a document its structure."""
    structure = "title author abstract section subsection subsubsection chapter part paragraph subparagraph appendix "
    structure += (
        "caption label item bibitem bibliography cite citep citet ref eqref begin end date keywords entry href url "
    )
    structure += (
        "bibinfo bibfield BibitemShut affiliation address email thanks footnote collaboration printbibliography"
    )
    environments = "abstract document keywords figure figure* table table* thebibliography acknowledgments"
    begins = (f"\\begin{{{name}}}" for name in environments.split())
    return frozenset(f"\\{name}" for name in structure.split()) | frozenset(begins)
