r"""The reader of a LaTeX document: one pass over its expanded tokens, writing text where it belongs.

Braces and font commands fall away, so nothing depends on their balance. Text goes to a *sink*, a list of strings:
the section that is open, the abstract, or, inside a float or a drawing, one that is thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from litdex.ingest.paper import Caption
from litdex.ingest.parsers import latex_bibliography as bibliography
from litdex.ingest.parsers.latex_bib import cited_references
from litdex.ingest.parsers.latex_draft import CITE, END, HARD_NEWLINE, HARD_SPACE, RANKS, REF, TEXTUAL, Draft
from litdex.ingest.parsers.latex_front import Front
from litdex.ingest.parsers.latex_macros import Expander
from litdex.ingest.parsers.latex_math import display_rows, read_formula
from litdex.ingest.parsers.latex_source import Project
from litdex.ingest.parsers.latex_symbols import (
    ACCENTS,
    CITES,
    DISCARDED,
    DROPPED,
    ENVIRONMENT_ARGUMENTS,
    FLOATS,
    MATH,
    PARAGRAPHS,
    REFERENCES,
    TEXTUAL_CITES,
    accented,
    symbols,
    typeset,
)
from litdex.ingest.parsers.latex_tokens import LINK, PARAGRAPH, STOP, URL, VERBATIM, is_word
from litdex.ingest.parsers.latex_units import unit

MAX_NESTING = 12  # arguments that are rendered inside one another
_ASSIGNED = re.compile(r"=-?[\d.]+[a-z]*|=?-?[\d.]+(?:true)?(?:cm|mm|pt|em|ex|in|pc|bp|sp)")
_BLOCKS = {
    "itemize", "enumerate", "description", "quote", "quotation", "center", "flushleft", "flushright", "verse",
    "minipage", "titlepage", "list", "trivlist", "compactitem", "compactenum", "enumerate*", "itemize*",
}  # fmt: skip
_THANKS = {
    "acknowledgments",
    "acknowledgements",
    "acknowledgement",
    "acknowledgment",
    "acks",
    "ack",
    "theacknowledgments",
}
_KEYWORDS = {"keyword", "keywords", "IEEEkeywords", "Keywords"}
_ABSTRACTS = {"abstract", "Abstract", "onecolabstract", "abstracts"}
_BIBLIOGRAPHIES = {"thebibliography", "references", "thebibliography*", "chapthebibliography"}


@dataclass(slots=True)
class Opened:
    """An environment being read, and the sink to go back to after it."""

    name: str
    sink: list[str]


class Reader:
    """Reads the document of a project into `draft` and `front`."""

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

    def read(self) -> None:
        """Reads to the end of the document."""
        self._run()
        while self.opened:  # floats that are never closed hide no text
            opened = self.opened.pop()
            if self.sink is not opened.sink and (opened.name in FLOATS or opened.name in DISCARDED):
                opened.sink.extend(self.sink)
            self.sink = opened.sink
        if not self.draft.references:
            for key, found in cited_references(self.project, self.bibfiles, self.draft.cited):
                self.draft.references.append(found)
                self.draft.names.setdefault(key, bibliography.printed_label("", found))

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
                self.sink.append(" ")
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
        table: dict[str, Callable[[], None]] = {
            "\\[": lambda: self._formula("\\]"),
            "\\(": lambda: self._formula("\\)"),
            "\\ensuremath": self._ensure_math,
            "\\\\": self._line_end,
            "\\item": self._item,
            "\\label": self._label,
            "\\abstract": self._abstract,
            "\\appendix": self._appendix,
            "\\href": lambda: self._drop("mg"),
            "\\bibliography": self._bibliography_files,
            "\\addbibresource": self._bibliography_resource,
            "\\printbibliography": self._printed_bibliography,
            "\\entry": self._biblatex_entry,
            "\\numberwithin": self._number_within,
            "\\captionof": lambda: self._caption("".join(self.expander.argument()).strip()),
            "\\figcaption": lambda: self._caption("Figure"),
            "\\tablecaption": lambda: self._caption("Table"),
            "\\caption": self._caption,
            "\\subcaption": self._caption,
            "\\enquote": lambda: self.sink.append(f"“{self.render(self.expander.argument())}”"),
            "\\doi": self._doi,
            "\\bibitem": lambda: self._bibliography("", ["\\bibitem"]),
        }
        table |= {f"\\{name}": self._section(rank) for name, rank in RANKS.items()}
        table |= dict.fromkeys(CITES, self._cite) | dict.fromkeys(TEXTUAL_CITES, self._textual_cite)
        table |= {name: self._reference(form) for name, form in REFERENCES.items()}
        table |= {f"\\{name}": self._acknowledgments for name in _THANKS | {"Acknowledgements", "Acknowledgments"}}
        quantities = ("SI", "qty", "num", "ang", "si", "unit", "SIrange", "qtyrange")
        table |= {f"\\{name}": self._quantity(name) for name in quantities}
        return table

    def _line_end(self) -> None:
        self.expander.star()
        self.sink.append(" ")

    def _item(self) -> None:
        label = self.expander.optional()
        self.sink.append(PARAGRAPH)
        if label:
            self.sink.append(self.render(label) + " ")

    def _label(self) -> None:
        self.draft.labels.setdefault("".join(self.expander.argument()).strip(), self.draft.current)

    def _number_within(self) -> None:
        counter = "".join(self.expander.argument())
        self.draft.within[counter] = "".join(self.expander.argument())

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
            self.sink.append(f"{REF}{form}:{''.join(self.expander.argument())}{END}" if form != "none" else "")
            if form == "none":
                self.expander.argument()

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

    # -- structure ----------------------------------------------------------------------------------------------------

    def _section(self, rank: int) -> Callable[[], None]:
        def handle() -> None:
            starred = self.expander.star()
            self.expander.optional()
            tokens = [" " if token == "\\\\" else token for token in self.expander.argument()]
            title = self.render(tokens)
            if self.nesting:
                self.sink.append(title)
            else:
                self._open_section(title, rank, not starred)

        return handle

    def _open_section(self, title: str, rank: int, numbered: bool) -> None:
        self.opened.clear()  # nothing goes on over a section's end, whatever was left open
        self.sink = self.draft.start_section(title, rank, numbered)

    def _appendix(self) -> None:
        self.draft.start_appendix()

    def _acknowledgments(self) -> None:
        self.expander.skip_space()
        if not self.nesting:
            self._open_section("Acknowledgments", RANKS["section"], False)

    def _abstract(self) -> None:
        r"""\abstract{…}, and the five arguments that Astronomy & Astrophysics gives it."""
        self.expander.optional()
        parts = [self.render(self.expander.argument())]
        while len(parts) < 5:
            self.expander.skip_space()
            token = self.expander.raw()
            if token is None:
                break
            self.expander.unread(token)
            if token != "{":
                break
            parts.append(self.render(self.expander.argument()))
        self.draft.abstract.append(PARAGRAPH.join(parts))

    def _caption(self, kind: str = "") -> None:
        starred = self.expander.star()
        self.expander.optional()
        tokens = self.expander.argument()
        within = next((opened.name for opened in reversed(self.opened) if opened.name in FLOATS), "figure")
        kind = kind.capitalize() or FLOATS[within]
        counter = kind.lower()
        part = within == "subfigure" or within.startswith("subtable")
        number = self.draft.counters.get(counter, 0) + 1 if part or starred else self.draft.step(counter)
        label = f"{kind} {self.draft.number(counter, number)}"
        self.draft.current = (kind, self.draft.number(counter, number))
        if text := self.render(tokens):
            self.draft.captions.append(Caption(label=label, text=text))

    # -- environments -------------------------------------------------------------------------------------------------

    def _begin(self, name: str) -> None:
        plain = name.rstrip("*")
        if name == "document":
            if not self.nesting:
                self._start_document()
        elif name in MATH:
            self._drop({"alignat": "m", "xalignat": "m", "IEEEeqnarray": "om"}.get(plain, ""))
            self._formula(f"\\end{{{name}}}")
        elif name in _BIBLIOGRAPHIES:
            self._bibliography(name, [])
        elif plain in _THANKS:
            self._acknowledgments()
            self.opened.append(Opened(name, self.sink))
        elif name in self.expander.theorems or name == "proof":
            self._theorem(name)
        else:
            self._begin_block(name)

    def _begin_block(self, name: str) -> None:
        hidden = name in FLOATS or name in DISCARDED
        self.opened.append(Opened(name, self.sink))
        if name in ENVIRONMENT_ARGUMENTS:
            self._drop(ENVIRONMENT_ARGUMENTS[name])
        else:
            token = self.expander.raw()
            if token is not None:
                self.expander.unread(token)
            if token == "[":
                self.expander.optional()
        if self.nesting and not hidden:
            self.sink.append(" ")
        elif name in _ABSTRACTS:
            self.sink = self.draft.abstract
        elif name in _KEYWORDS or hidden:
            self.sink = []
        else:
            self.sink.append(PARAGRAPH if name in _BLOCKS else " ")

    def _end(self, name: str) -> None:
        recent = range(len(self.opened) - 1, max(-1, len(self.opened) - 50), -1)
        at = next((at for at in recent if self.opened[at].name == name), None)
        if at is None:
            return
        if name in _KEYWORDS and self.sink is not self.opened[at].sink:
            self.front.add_keywords(self.draft.finish("".join(self.sink)))
        self.sink = self.opened[at].sink
        del self.opened[at:]
        if name.rstrip("*") in _THANKS and not self.nesting:
            self._open_section("", RANKS["section"], False)
        elif name not in FLOATS and name not in DISCARDED:
            self.sink.append(PARAGRAPH if name in _BLOCKS or name in self.expander.theorems else " ")

    def _start_document(self) -> None:
        self.draft.sections.clear()
        self.opened.clear()
        self.sink = self.draft.start_section("", RANKS["section"], False)

    def _theorem(self, name: str) -> None:
        option = self.expander.optional()
        title = self.expander.theorems.get(name, "Proof")
        note = f" ({self.render(option)})" if option else ""
        self.opened.append(Opened(name, self.sink))
        self.sink.append(f"{PARAGRAPH}{title}{note}. ")

    # -- formulas and verbatim ----------------------------------------------------------------------------------------

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

    # -- bibliography -------------------------------------------------------------------------------------------------

    def _bibliography(self, name: str, tokens: list[str]) -> None:
        closer = f"\\end{{{name}}}"
        while (token := self.expander.next()) is not None and token not in (closer, "\\end{document}", STOP):
            tokens.append(token)
        if token is not None and token != closer:
            self.expander.unread(token)
        for entry in bibliography.entries(tokens):
            found = bibliography.reference(entry.body, self.render)
            if found.text:
                self.draft.references.append(found)
                label = bibliography.printed_label(self.render(entry.label), found)
                self.draft.names.setdefault(entry.key, label)

    def _biblatex_entry(self) -> None:
        key = "".join(self.expander.argument())
        tokens: list[str] = []
        while (token := self.expander.raw()) is not None and token not in ("\\endentry", STOP):
            tokens.append(token)
        found = bibliography.biblatex_reference(tokens, self.render)
        if found.text:
            self.draft.references.append(found)
            self.draft.names.setdefault(key, bibliography.printed_label("", found))

    def _bibliography_resource(self) -> None:
        self.expander.optional()
        self.bibfiles.append("".join(self.expander.argument()).strip().removesuffix(".bib"))

    def _bibliography_files(self) -> None:
        names = "".join(self.expander.argument()).split(",")
        self.bibfiles += [name.strip().removesuffix(".bib") for name in names]
        self._printed_bibliography()

    def _printed_bibliography(self) -> None:
        """Reads the .bbl that BibTeX or biber left, here where it is printed."""
        self.expander.optional()
        made = self.project.with_ending(".bbl")
        for path in (f"{self.project.stem}.bbl", *(made if len(made) == 1 else [])):
            text = None if path in self.project.used else self.project.read(path)
            if text is not None:
                self.expander.open_text(text, path)
                return


def _protected() -> frozenset[str]:
    """What no definition in the source may change: the commands that give a document its structure."""
    structure = "title author abstract section subsection subsubsection chapter part paragraph subparagraph appendix "
    structure += (
        "caption label item bibitem bibliography cite citep citet ref eqref begin end date keywords entry href url "
    )
    structure += (
        "bibinfo bibfield BibitemShut affiliation address email thanks footnote collaboration printbibliography"
    )
    return frozenset(f"\\{name}" for name in structure.split())
