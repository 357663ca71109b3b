"""A LaTeX document while it is read: sections, captions, numbers of labels; and what its text becomes in the end.

Citations and references to numbers are known only when all is read, so the text holds marks for them until then.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from litdex.ingest.paper import Caption, Reference, Section, SectionKind
from litdex.ingest.parsers.headings import kind_of

CITE = "\ue000"  # a citation that prints as a number or in brackets
REF = "\ue001"  # \ref: the mark, "" or "()" or "word", a colon, the keys, END
TEXTUAL = "\ue002"  # \citet: the mark, the keys, END
END = "\ue003"
PAGE = "\ue006"  # \pageref: no page is known
HARD_SPACE, HARD_NEWLINE = "\ue004", "\ue005"  # inside verbatim text

RANKS = {
    "part": 0, "chapter": 1, "section": 2, "specialsection": 2, "subsection": 3, "subsubsection": 4, "paragraph": 5,
    "subparagraph": 6,
}  # fmt: skip


@dataclass(slots=True)
class DraftSection:
    """A section being read; `rank` as in `RANKS`."""

    title: str = ""
    rank: int = 2
    kind: SectionKind = "body"
    chunks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """What has been read so far. `current` is what a \\label would name: (kind, number)."""

    sections: list[DraftSection] = field(default_factory=lambda: [DraftSection()])
    abstract: list[str] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    cited: dict[str, None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # key of a citation -> "Smith et al. (2010)"
    labels: dict[str, tuple[str, str]] = field(default_factory=dict)
    current: tuple[str, str] = ("", "")
    counters: dict[str, int] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)  # counter -> counter that is printed before it
    appendix: bool = False

    def start_section(self, title: str, rank: int, numbered: bool) -> list[str]:
        """Opens a section; returns the list that its text goes to."""
        if numbered:
            self._number_section(rank)
        kind = kind_of(title)
        if rank > 2 and self.sections and self.sections[-1].kind == "back" and self.sections[-1].rank < rank:
            kind = "back"
        self.sections.append(DraftSection(title, rank, kind))
        return self.sections[-1].chunks

    def _number_section(self, rank: int) -> None:
        self.step(f"rank{rank}")
        for lower in range(rank + 1, 7):
            self.counters.pop(f"rank{lower}", None)
        for counter, outer in self.within.items():
            if outer == "section" and rank == 2:
                self.counters.pop(counter, None)
        numbers = [self.counters.get(f"rank{r}", 0) for r in range(1, rank + 1)]
        parts = [str(number) for number in numbers if number]
        if self.appendix and parts:
            parts[0] = chr(ord("A") + min(int(parts[0]), 26) - 1)
        self.current = ("Appendix" if self.appendix else "Section", ".".join(parts))

    def start_appendix(self) -> None:
        """Numbers sections with letters from here on."""
        self.appendix = True
        for rank in range(7):
            self.counters.pop(f"rank{rank}", None)

    def step(self, counter: str) -> int:
        """Adds one to a counter."""
        self.counters[counter] = self.counters.get(counter, 0) + 1
        return self.counters[counter]

    def number(self, counter: str, value: int) -> str:
        """A counter's value as printed: with the section before it where the source asks for that."""
        section = self.counters.get("rank2", 0) if self.within.get(counter) == "section" else 0
        return f"{section}.{value}" if section else str(value)

    def finish(self, text: str) -> str:
        """`text` as it is kept: marks resolved, white space tidied, paragraphs parted by a blank line."""
        if "\ue000" <= max(text, default="") <= "\ue01f" or any(mark in text for mark in (CITE, REF, TEXTUAL)):
            text = _PAGES.sub("", text)
            text = _drop_citations(resolve(text, self.labels, self.names))
        paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", text))
        tidy = (_tidy(paragraph) for paragraph in paragraphs)
        text = "\n\n".join(paragraph for paragraph in tidy if re.search(r"\w", paragraph))
        return text.replace(HARD_SPACE, " ").replace(HARD_NEWLINE, "\n")

    def finished_sections(self) -> tuple[Section, ...]:
        """The sections that have a title or text, levels counted from 1."""
        done = [(self.finish(draft.title), self.finish("".join(draft.chunks)), draft) for draft in self.sections]
        kept = [
            (title, text, draft)
            for title, text, draft in done
            if text or (title and not re.fullmatch(r"(?i)references|bibliography|literature cited", title))
        ]
        top = min((draft.rank for _, _, draft in kept), default=0)
        return tuple(
            Section(title=title, text=text, level=draft.rank - top + 1, kind=draft.kind) for title, text, draft in kept
        )


def resolve(text: str, labels: Mapping[str, tuple[str, str]], names: Mapping[str, str]) -> str:
    r"""`text` with \ref and \citet printed as far as their numbers and names are known, else left out."""

    def reference(match: re.Match[str]) -> str:
        form, _, keys = match[1].partition(":")
        found = [labels[key.strip()] for key in keys.split(",") if labels.get(key.strip(), ("", ""))[1]]
        if not found:
            return CITE
        numbers = ", ".join(f"({number})" if form == "()" else number for _, number in found)
        return f"{found[0][0]} {numbers}" if form in ("word", "range") else numbers

    def citation(match: re.Match[str]) -> str:
        found = [names[key.strip()] for key in match[1].split(",") if key.strip() in names]
        return "; ".join(found) or CITE

    text = re.sub(f"{REF}([^{END}]*){END}", reference, text)
    return re.sub(f"{TEXTUAL}([^{END}]*){END}", citation, text)


_LINKING = rf"(?:{CITE}|see|also|e\.g\.|i\.e\.|cf\.|and|in|references therein|Refs?\.|for (?:a )?reviews?|[\s,;~–—-])*"
_PAGES = re.compile(
    rf"[\s,]*\((?:see |on |cf\. )*(?:pages?|pp?\.)?\s*{PAGE}(?:[\s–,-]|and|{PAGE})*\)"
    rf"|[\s,]*(?:\b(?:see|on|at|from)\s+)?(?:\b(?:pages?|pp?\.)\s*)?{PAGE}(?:(?:[\s–,-]|and)*{PAGE})*"
)
_BRACKETS = re.compile(rf"\s*(?:\(({_LINKING})\)|\[({_LINKING})\])")
_CITES = re.compile(rf"[ \t]*{CITE}(?:[\s,;–-]*{CITE})*")


def _drop_citations(text: str) -> str:
    text = _BRACKETS.sub(lambda match: "" if CITE in (match[1] or match[2] or "") else match[0], text)
    return _CITES.sub("", text)


def _tidy(paragraph: str) -> str:
    """No space before the punctuation that follows what was left out; formulas are not touched."""
    return re.sub(r"(?<=\w) +([,;.])(?=\s|$)", r"\1", paragraph)
