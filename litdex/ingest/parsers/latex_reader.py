r"""The reader of a LaTeX document: sections, environments, captions and bibliography, in one pass over its tokens."""

from __future__ import annotations

import re
from collections.abc import Callable

from litdex.ingest.journals import JOURNALS
from litdex.ingest.paper import Caption, CaptionKind
from litdex.ingest.parsers import latex_bibliography as bibliography
from litdex.ingest.parsers.latex_bib import cited_references
from litdex.ingest.parsers.latex_draft import HARD_NEWLINE, RANKS
from litdex.ingest.parsers.latex_symbols import (
    DISCARDED,
    ENVIRONMENT_ARGUMENTS,
    FLOATS,
    MATH,
    TABLES,
)
from litdex.ingest.parsers.latex_text import Opened, TextReader
from litdex.ingest.parsers.latex_tokens import PARAGRAPH, STOP

_BLOCKS = {
    "itemize", "enumerate", "description", "quote", "quotation", "center", "flushleft", "flushright", "verse",
    "minipage", "titlepage", "list", "trivlist", "compactitem", "compactenum", "enumerate*", "itemize*",
}  # fmt: skip
_THANKS = {
    "acknowledgments", "acknowledgements", "acknowledgement", "acknowledgment", "acks", "ack", "theacknowledgments",
}  # fmt: skip
_KEYWORDS = {"keyword", "keywords", "IEEEkeywords", "Keywords"}
_ABSTRACTS = {"abstract", "Abstract", "onecolabstract", "abstracts"}
_BIBLIOGRAPHIES = {"thebibliography", "references", "thebibliography*", "chapthebibliography"}


class Reader(TextReader):
    """Reads the document of a project into `draft` and `front`."""

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

    def _handlers(self) -> dict[str, Callable[[], None]]:
        table: dict[str, Callable[[], None]] = {
            "\\abstract": self._abstract,
            "\\appendix": self._appendix,
            "\\bibliography": self._bibliography_files,
            "\\addbibresource": self._bibliography_resource,
            "\\printbibliography": self._printed_bibliography,
            "\\entry": self._biblatex_entry,
            "\\numberwithin": self._number_within,
            "\\captionof": lambda: self._caption("".join(self.expander.argument()).strip()),
            "\\figcaption": lambda: self._caption("Figure"),
            "\\tablecaption": lambda: self._caption("Table"),
            "\\caption": self._caption,
            "\\footnote": self._footnote,
            "\\footnotetext": self._footnote,
            "\\tablenotetext": self._table_note,
            "\\subcaption": self._caption,
            "\\bibitem": lambda: self._bibliography("", ["\\bibitem"]),
        }
        table |= {f"\\{name}": self._section(rank) for name, rank in RANKS.items()}
        table["\\bmhead"] = self._section(RANKS["paragraph"])
        table |= {f"\\{name}": self._acknowledgments for name in _THANKS | {"Acknowledgements", "Acknowledgments"}}
        return super()._handlers() | table

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

    def _number_within(self) -> None:
        counter = "".join(self.expander.argument())
        self.draft.within[counter] = "".join(self.expander.argument())

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

    def _footnote(self) -> None:
        """A footnote of the running text; one in a title or a list of authors goes."""
        self.expander.optional()
        text = self.render(self.expander.argument())
        if text and not self.nesting and len(self.draft.sections) > 1:
            self.draft.captions.append(Caption(label="", text=text, kind="footnote"))

    def _table_note(self) -> None:
        r"""\tablenotetext{mark}{note} of AASTeX."""
        self.expander.argument()
        self._keep_table(self.render(self.expander.argument()), "table-note")

    def _keep_table(self, text: str, kind: CaptionKind) -> None:
        """Keep the cells of a table, a row in a line, or the notes under them."""
        if re.search(r"[^\W\d_]{2}", text):
            rows = re.sub(rf"\s*{HARD_NEWLINE}\s*", HARD_NEWLINE, text)
            number = self.draft.number("table", max(1, self.draft.counters.get("table", 0)))
            self.draft.captions.append(Caption(label=f"Table {number}", text=rows.strip(f" {HARD_NEWLINE}"), kind=kind))

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
        elif name in _KEYWORDS or name in TABLES or hidden:
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
        if name in TABLES and self.sink is not self.opened[at].sink:
            self._keep_table("".join(self.sink), "table-note" if name == "tablenotes" else "table")
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
        if name in self.expander.theorem_counters:
            counter, within = self.expander.theorem_counters[name]
            self.draft.within.setdefault(counter, within)
            number = self.draft.number(counter, self.draft.step(counter))
            self.draft.current = (title, number)
            title = f"{title} {number}"
        self.sink.append(f"{PARAGRAPH}{title}{note}. ")

    # -- bibliography -------------------------------------------------------------------------------------------------

    def _bibliography(self, name: str, tokens: list[str]) -> None:
        closer = f"\\end{{{name}}}"
        while (token := self.expander.next()) is not None and token not in (closer, "\\end{document}", STOP):
            tokens.append(JOURNALS.get(token[1:], token) if token[0] == "\\" else token)
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
                start = text.find("\\entry{") if "\\endentry" in text else 0  # biber's begins with a program
                self.expander.open_text(text[max(start, 0) :], path)
                return
