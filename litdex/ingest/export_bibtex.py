"""Papers as BibTeX that biber, Zotero and JabRef read too: what TeX would take for commands is escaped."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from litdex.ingest.identity import paper_id
from litdex.ingest.kinds import kind_to_write
from litdex.ingest.names import SUFFIX, fold
from litdex.ingest.paper import Author, Paper
from litdex.ingest.titles import SMALL_WORDS, title_key

_MATH = re.compile(r"(\$(?:[^$\\]|\\.)+\$|\\\(.{1,2000}?\\\))", re.DOTALL)
_CAPITALS = re.compile(r"(?<![\\\w])[^\W_]+[A-Z][^\W_]*")  # a word that a bibliography style must not put in lower case
_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    **{char: f"\\{char}" for char in "&%$#_"},
}
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_LIGATURE = re.compile(r"-(?=-)|`(?=`)|'(?=')")  # what TeX would draw together
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_VENUES = {"article": "journal", **dict.fromkeys(("inproceedings", "incollection", "inbook"), "booktitle")}
_PUBLISHERS = {"techreport": "institution", **dict.fromkeys(("phdthesis", "mastersthesis", "thesis"), "school")}


def to_bibtex(papers: Iterable[Paper]) -> Iterator[str]:
    """BibTeX entries in UTF-8.

    `papers` is gone through twice, for the keys to be disambiguated (an iterator is held in memory therefore).
    """
    again = list(papers) if iter(papers) is papers else papers
    for paper, key in zip(again, citation_keys(again), strict=True):
        kind = kind_to_write(paper)
        fields = [f"  {name} = {value}" for name, value in _fields(paper, kind) if value != "{}"]
        yield f"@{kind}{{{key},\n" + ",\n".join(fields) + "\n}\n\n"


def citation_keys(papers: Iterable[Paper]) -> list[str]:
    """A key a paper: family name, year and first telling word of the title ("hawking1974black").

    Papers that would have the same key get a, b, c, … behind it in the order of their ids, whatever the order given.
    """
    stems: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for i, paper in enumerate(papers):
        stems[_stem(paper)].append((paper_id(paper), i))
    keys = {}
    for stem, members in stems.items():
        for rank, (_, i) in enumerate(sorted(members)):
            keys[i] = stem + (_letters(rank) if len(members) > 1 else "")
    return [keys[i] for i in range(len(keys))]


def family_and_suffix(author: Author) -> tuple[str, str]:
    """The family name, and "Jr." or the like that stands at its end."""
    family, _, last = author.family.rpartition(" ")
    return (family, last) if family and SUFFIX.fullmatch(last) else (author.family, "")


def line(text: str) -> str:
    """`text` on one line, without control characters."""
    return " ".join(_CONTROLS.sub("", text).split())


def joined(keywords: Iterable[str]) -> str:
    """Keywords in one string, parted by commas, or by semicolons where one has a comma itself."""
    keywords = list(keywords)
    return ", ".join(keywords) if not any("," in word for word in keywords) else "; ".join(keywords) + ";"


def _stem(paper: Paper) -> str:
    family = re.sub(r" collaborations?$", "", fold(paper.authors[0].family)) if paper.authors else ""
    words = [word for word in title_key(paper.title).split() if word.isascii() and word not in SMALL_WORDS]
    word = next((word for word in words if len(word) > 1), "")
    return (family.encode("ascii", "ignore").decode().replace(" ", "") or "anon") + paper.date[:4] + word


def _letters(rank: int) -> str:
    """0 -> "a", 25 -> "z", 26 -> "aa"."""
    letters = ""
    while rank >= 0:
        letters = chr(ord("a") + rank % 26) + letters
        rank = rank // 26 - 1
    return letters


def _fields(paper: Paper, kind: str) -> Iterator[tuple[str, str]]:
    ids = paper.identifiers
    yield "author", _names(paper.authors if paper.authors != paper.editors else ())
    yield "editor", _names(paper.editors)
    yield "title", "{" + _tex(paper.title, protect=True) + "}"
    yield _VENUES.get(kind, "howpublished"), _braced(paper.venue)
    yield "year", _braced(paper.date[:4])
    if len(paper.date) >= 7:
        yield "month", _MONTHS[int(paper.date[5:7]) - 1]
        yield "date", _braced(paper.date)
    yield "volume", _braced(paper.volume)
    yield "number", _braced(paper.issue)
    yield _PUBLISHERS.get(kind, "publisher"), _braced(paper.publisher)
    yield "pages", _braced(paper.pages).replace("-{}-", "-").replace("-", "--")
    for scheme in ("doi", "pmid", "pmcid", "isbn"):
        yield scheme, _verbatim(ids.get(scheme, ""))
    if "arxiv" in ids:
        yield "eprint", _verbatim(ids["arxiv"])
        yield "archiveprefix", "{arXiv}"
        yield "primaryclass", _braced(paper.categories[0] if paper.categories else "")
    yield "keywords", _braced(joined(paper.keywords))
    yield "language", _braced(paper.language)
    yield "copyright", _braced(paper.license)
    yield "abstract", _braced(paper.abstract)


def _names(authors: Iterable[Author]) -> str:
    return "{" + " and ".join(map(_name, authors)) + "}"


def _name(author: Author) -> str:
    if not author.given:
        return _braced(author.family)
    family, suffix = family_and_suffix(author)
    return ", ".join(_tex(part) for part in (family, suffix, author.given) if part)


def _verbatim(text: str) -> str:
    r"""A field that biblatex takes as it stands, so that "\_" in it would break a link."""
    text = line(text)
    return "{" + (text if _is_balanced(text) else text.replace("{", "%7B").replace("}", "%7D")) + "}"


def _braced(text: str) -> str:
    return "{" + _tex(text) + "}"


def _is_balanced(text: str) -> bool:
    """Whether every brace that closes was opened before, and every one that opens is closed."""
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def _tex(text: str, protect: bool = False) -> str:
    """`text` on one line, escaped outside of formulas; `protect` puts braces around words with inner capitals."""
    pieces = []
    for i, piece in enumerate(_MATH.split(line(text))):
        if i % 2 and _is_balanced(piece):
            pieces.append(piece)
            continue
        piece = _LIGATURE.sub("\\g<0>\0", piece)  # a stand-in for the braces that part them
        piece = "".join(_TEX.get(char, char) for char in piece)
        pieces.append((_CAPITALS.sub(r"{\g<0>}", piece) if protect else piece).replace("\0", "{}"))
    return "".join(pieces)
