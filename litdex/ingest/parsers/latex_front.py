r"""Title, authors, date, keywords and identifiers of a LaTeX document, in the ways of the journals' classes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from litdex.ingest.dates import find_date
from litdex.ingest.identifiers import normalise
from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Author
from litdex.ingest.parsers.latex_macros import Expander

_SEPARATORS = {
    "\\and", "\\And", "\\AND", "\\newauthor", "\\IEEEauthorblockN", "\\nextauthor", "\\name", "\\Name",
}  # fmt: skip
_GAPS = {"\\quad", "\\qquad", "\\hfill", "\\hfil", "\\hspace", "&", "\\&"}  # between names in a line
_MARKED = {"$", "^", "\\textsuperscript", "\\IEEEauthorrefmark"}  # what a line of affiliations starts with
_LINE = {"\\\\", "\\newline", "\\par", "\n\n"}
_NOT_NAMES = {
    "\\inst", "\\thanks", "\\footnote", "\\footnotemark", "\\corref", "\\fnref", "\\altaffilmark", "\\email", "\\affil",
    "\\affiliation", "\\IEEEauthorblockA", "\\IEEEmembership", "\\institute", "\\orcid", "\\orcidlink", "\\orcidID",
    "\\note", "\\address", "\\textsuperscript", "\\tnoteref", "\\mailto", "\\authornote", "\\authornotemark", "\\ead",
    "\\ensuremath", "\\fnmsep", "\\thanksref", "\\href", "\\vspace", "\\hspace", "\\cortext", "\\addr", "\\institution",
    "\\IEEEcompsocitemizethanks", "\\texttt", "\\affiliations", "\\city", "\\country", "\\label", "\\includegraphics",
    "\\aff", "\\Email", "\\nametag",
    "\\authorrefmark", "\\IEEEauthorrefmark", "\\color", "\\textcolor@", "\\altaffiliation", "\\rule",
}  # fmt: skip
_TO_LINE_END = {"\\email", "\\addr", "\\Email", "\\affiliations", "\\institution"}
r"""Commands that, without braces, are about all that follows on their line: `\email a@x.org \\`."""
_PLACES = re.compile(
    r"universi|institut|department|\bdept|laborator|\bschool\b|college|\bcent(er|re)s?\b|academy|faculty|observator|"
    r"avenue|street|e-?mail|\bdivision\b|research|hospital|\bphysics\b|\bcorresponding|\bequal|member, ieee|"
    r"^the authors?$",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"collaboration|consortium|team|group", re.IGNORECASE)
_ORCID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")


def parse_date(text: str) -> str:
    r"""The date that \date prints, as ISO 8601 and as precise as it is; "" where it is none."""
    return find_date(re.sub(r"\$[^$]*\$|(?<=\d)(?:st|nd|rd|th)\b", "", text))


def parse_keywords(text: str) -> tuple[str, ...]:
    """Keywords parted by semicolons, dashes, bullets or commas, whichever the list uses first in that order."""
    for separator in (r";|\n\s*\n", r"\s[–—]+\s|\s-+\s|[—·•]|\$\\(?:cdot|bullet)\$", r",(?![^()]*\))"):
        if re.search(separator, text):
            break
    parts = (" ".join(part.split()).strip(" .,;:") for part in re.split(separator, text))
    return tuple(dict.fromkeys(part for part in parts if re.search(r"\w", part)))


@dataclass(slots=True)
class Front:
    """Collects metadata. `render` turns tokens to text as the document's own text is turned."""

    expander: Expander
    render: Callable[[list[str]], str]
    titles: list[str] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    date: str = ""
    claims: dict[str, str] = field(default_factory=dict)

    def handlers(self) -> dict[str, Callable[[], None]]:
        """Command -> what to do when it is read."""
        table: dict[str, Callable[[], None]] = {
            "\\date": self._date,
            "\\author": self._author,
            "\\collaboration": self._collaboration,
        }
        table |= dict.fromkeys(("\\title", "\\Title", "\\icmltitle", "\\subtitle"), self._title)
        table |= {"\\coltauthor": self._author, "\\icmlauthor": self._icml_author, "\\Author": self._capital_author}
        table["\\name"] = self._name
        keywords = ("\\keywords", "\\keyword", "\\pacs", "\\PACS", "\\kword", "\\icmlkeywords")
        table |= dict.fromkeys(keywords, self._keywords)
        table |= dict.fromkeys(("\\arxivnumber", "\\arXivnumber", "\\arxiv", "\\arxivid"), self._arxiv)
        return table

    def _title(self) -> None:
        self.expander.star()
        self.expander.optional()
        tokens = [" " if token in ("\\\\", "\n\n") else token for token in self.expander.argument()]
        if title := self.render(tokens):
            self.titles.append(title)

    def _icml_author(self) -> None:
        self._author()
        self.expander.argument()  # keys of affiliations

    def _capital_author(self) -> None:
        r"""\Author{list of names} of MDPI, and \Author[key][address]{Given}{Family} of Copernicus."""
        while self.expander.optional() is not None:
            pass
        tokens = self.expander.argument()
        if (following := self.expander.raw()) is not None:
            self.expander.unread(following)
        self.expander.push(["{", *tokens, *([" ", *self.expander.argument()] if following == "{" else []), "}"])
        self._author()

    def _author(self) -> None:
        self.expander.star()
        option = "".join(self.expander.optional() or [])
        tokens = self.expander.argument()
        orcids = _ORCID.findall(option) or _ORCID.findall("".join(tokens))
        found = list(self._names(tokens))
        if len(found) == 1 and orcids:
            found = [Author(family=found[0].family, given=found[0].given, orcid=orcids[0])]
        self.authors.extend(author for author in found if author not in self.authors)

    def _name(self) -> None:
        r"""\name{…} as conferences on speech have it for \author; elsewhere its argument is text."""
        tokens = self.expander.argument()
        if self.authors or not (found := self._names(tokens)):
            self.expander.push(tokens)
        else:
            self.authors.extend(found)

    def _names(self, tokens: list[str]) -> list[Author]:
        names = []
        for piece in _split(tokens, _SEPARATORS):
            continues = True
            for line in _split(piece, _LINE):
                parts = [text for part in _split(_without(line), _GAPS) if (text := _bare(self.render(part)))]
                if parts and not (continues or re.match(r"and\b", parts[0]) or _goes_on(line, parts)):
                    break
                found = [name for part in parts for name in split_names(re.sub(r"^and\s+", "", part))]
                names += [name for name in found if plausible(name)]
                continues = continues and (not parts or bool(re.search(r"(,|\band)$", parts[-1])))
        return [author for name in names if (author := parse_name(name)).family]

    def _collaboration(self) -> None:
        self.expander.optional()
        first, second = self.expander.argument(), None
        text = self.render(first)
        if text.isdecimal():  # aastex: \collaboration{number}{name}
            second = self.expander.argument()
            text = self.render(second)
        name = re.sub(r"(?i)^\(?(?:for |on behalf of )?(?:the )?|\)$", "", text).strip()
        if name and re.search(r"[^\W\d_]", name):
            self.authors.append(Author(family=name if _GROUPS.search(name) else f"{name} Collaboration"))

    def _keywords(self) -> None:
        self.expander.optional()
        tokens = self.expander.argument()
        if len(tokens) == 1 and len(tokens[0]) == 1:  # elsarticle's \PACS, a heading within the list of keywords
            self.expander.push([";", *tokens])
        else:
            self.add_keywords(self.render([";" if token in ("\\and", "\\sep") else token for token in tokens]))

    def add_keywords(self, text: str) -> None:
        """Adds a printed list of keywords."""
        self.keywords.extend(word for word in parse_keywords(text) if word not in self.keywords)

    def _date(self) -> None:
        self.date = parse_date(self.render(self.expander.argument())) or self.date

    def claim(self, scheme: str, value: str) -> None:
        """Keeps an identifier that the source prints near its title."""
        if value := normalise(scheme, value):
            self.claims.setdefault(scheme, value)

    def _arxiv(self) -> None:
        self.claim("arxiv", self.render(self.expander.argument()))


def plausible(name: str) -> bool:
    """Whether a piece of an author list can be a name rather than an affiliation or a note."""
    if _GROUPS.search(name) and len(name) < 80:
        return True
    return (
        1 <= len(name.split()) <= 7
        and len(re.findall(r"[^\W\d_]", name)) >= 2
        and not re.search(r"[@\d:=]", name)
        and not _PLACES.search(name)
    )


def _bare(text: str) -> str:
    """A line of names without marks of footnotes and stray commas."""
    text = re.sub(r"[*†‡§¶∗⋆★#^]|\[[^\]]*\]|\b\d+(?:st|nd|rd|th)?\b|[\ue000-\ue01f]", "", text)
    return re.sub(r"(\s*,)+", ",", " ".join(text.split())).strip(" ;.") if text.strip(" ,;") else ""


def _goes_on(line: list[str], parts: list[str]) -> bool:
    """Whether a line after a line of names is one more: names with gaps between them, and no affiliations."""
    first = next((token for token in line if token in _MARKED or not (token in "{ " or token[0] == "\\")), "")
    return (
        len(parts) > 1
        and first not in _MARKED
        and not any(re.search(r"\b[A-Z]{3,}\b", part) for part in parts)  # MIT, CERN
        and all(plausible(part) and len(part.split()) > 1 and part[0].isupper() for part in parts)
    )


def _split(tokens: list[str], separators: set[str]) -> list[list[str]]:
    pieces: list[list[str]] = [[]]
    for token in tokens:
        if token in separators:
            pieces.append([])
        else:
            pieces[-1].append(token)
    return pieces


def _without(tokens: list[str]) -> list[str]:
    r"""A line of authors without formulas, tables' frames, and the commands of `_NOT_NAMES` with their arguments."""
    kept: list[str] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        at += 1
        if token == "$":
            at = (tokens.index("$", at) + 1) if "$" in tokens[at : at + 40] else at
        elif token in _NOT_NAMES or token.startswith(("\\begin{tabular", "\\orcid")):
            whole = token in _TO_LINE_END and not _is_group_next(tokens, at)
            at = len(tokens) if whole else _after_arguments(tokens, at)
            kept.append(token if token == "\\hspace" else " ")
        elif not token.startswith(("\\begin{", "\\end{")):
            kept.append(token)
    return kept


def _is_group_next(tokens: list[str], at: int) -> bool:
    """Return True if an argument in braces or an option follows."""
    return next((token in "{[" for token in tokens[at:] if token != " "), False)


def _after_arguments(tokens: list[str], at: int) -> int:
    """The position after the options and one group that start at `at`."""
    for opener, closer in (("[", "]"), ("{", "}")):
        while at < len(tokens) and tokens[at] == " ":
            at += 1
        if at < len(tokens) and tokens[at] == opener:
            depth = 0
            while at < len(tokens):
                depth += (tokens[at] == opener) - (tokens[at] == closer)
                at += 1
                if depth == 0:
                    break
    return at
