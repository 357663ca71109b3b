"""Papers as other programs read them: BibTeX, RIS, CSL-JSON, and JSON lines of our own form.

Every function yields pieces of text whose concatenation is the file, one piece a paper or so. What our own readers make
of it has the same metadata again; full text goes out in JSON lines only.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from litdex.ingest.identity import paper_id, title_key
from litdex.ingest.names import SUFFIX, fold
from litdex.ingest.paper import Author, Paper
from litdex.ingest.serialise import to_json

_SMALL_WORDS = frozenset(
    ("a", "an", "the", "of", "on", "in", "at", "by", "for", "from", "to", "and", "or", "with", "is", "are", "as", "its")
)
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


def to_jsonl(papers: Iterable[Paper]) -> Iterator[str]:
    """One line of `litdex.ingest.serialise` a paper, full text included."""
    return (to_json(paper).decode() + "\n" for paper in papers)


def to_bibtex(papers: Iterable[Paper]) -> Iterator[str]:
    """BibTeX entries in UTF-8, what TeX would read as commands escaped.

    `papers` is gone through twice, for the keys to be disambiguated (an iterator is held in memory therefore).
    """
    again = list(papers) if iter(papers) is papers else papers
    for paper, key in zip(again, citation_keys(again), strict=True):
        fields = [f"  {name} = {value}" for name, value in _bibtex_fields(paper) if value != "{}"]
        yield f"@{_bibtex_kind(paper)}{{{key},\n" + ",\n".join(fields) + "\n}\n\n"


def to_ris(papers: Iterable[Paper]) -> Iterator[str]:
    """RIS records."""
    for paper in papers:
        lines = (f"{tag}  - {line}\n" for tag, value in _ris_tags(paper) if (line := _line(value)))
        yield "".join(lines) + "ER  - \n\n"


def to_csl_json(papers: Iterable[Paper]) -> Iterator[str]:
    """One JSON array of CSL items."""
    lead = "[\n"
    for paper in papers:
        item = {name: value for name, value in _csl_item(paper).items() if value}
        yield lead + json.dumps(item, ensure_ascii=False)
        lead = ",\n"
    yield "[]\n" if lead == "[\n" else "\n]\n"


EXPORTERS: dict[str, Callable[[Iterable[Paper]], Iterator[str]]] = {
    "jsonl": to_jsonl,
    "bibtex": to_bibtex,
    "ris": to_ris,
    "csl": to_csl_json,
}
"""Every form of export under the name that a user types."""


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


def _stem(paper: Paper) -> str:
    family = re.sub(r" collaborations?$", "", fold(paper.authors[0].family)) if paper.authors else ""
    words = [word for word in title_key(paper.title).split() if word.isascii() and word not in _SMALL_WORDS]
    word = next((word for word in words if len(word) > 1), "")
    return (family.encode("ascii", "ignore").decode().replace(" ", "") or "anon") + paper.date[:4] + word


def _letters(rank: int) -> str:
    """0 -> "a", 25 -> "z", 26 -> "aa"."""
    letters = ""
    while rank >= 0:
        letters = chr(ord("a") + rank % 26) + letters
        rank = rank // 26 - 1
    return letters


def _bibtex_kind(paper: Paper) -> str:
    return "book" if "isbn" in paper.identifiers else "article" if paper.venue else "misc"


def _bibtex_fields(paper: Paper) -> Iterator[tuple[str, str]]:
    ids = paper.identifiers
    yield "author", "{" + " and ".join(map(_bibtex_name, paper.authors)) + "}"
    yield "title", "{" + _tex(paper.title, protect=True) + "}"
    yield "journal", _braced(paper.venue)
    yield "year", _braced(paper.date[:4])
    if len(paper.date) >= 7:
        yield "month", _MONTHS[int(paper.date[5:7]) - 1]
        yield "date", _braced(paper.date)
    for name, value in (("volume", paper.volume), ("number", paper.issue), ("publisher", paper.publisher)):
        yield name, _braced(value)
    yield "pages", _braced(paper.pages).replace("-{}-", "-").replace("-", "--")
    for scheme in ("doi", "pmid", "pmcid", "isbn"):
        yield scheme, _braced(ids.get(scheme, ""))
    if "arxiv" in ids:
        yield "eprint", _braced(ids["arxiv"])
        yield "archiveprefix", "{arXiv}"
        yield "primaryclass", _braced(paper.categories[0] if paper.categories else "")
    yield "keywords", _braced(_joined(paper.keywords))
    yield "language", _braced(paper.language)
    yield "copyright", _braced(paper.license)
    yield "abstract", _braced(paper.abstract)


def _joined(keywords: Iterable[str]) -> str:
    """Keywords in one string, parted by commas, or by semicolons where one has a comma itself."""
    keywords = list(keywords)
    return ", ".join(keywords) if not any("," in word for word in keywords) else "; ".join(keywords) + ";"


def _bibtex_name(author: Author) -> str:
    if not author.given:
        return _braced(author.family)
    family, suffix = _family_and_suffix(author)
    return ", ".join(_tex(part) for part in (family, suffix, author.given) if part)


def _family_and_suffix(author: Author) -> tuple[str, str]:
    family, _, last = author.family.rpartition(" ")
    return (family, last) if family and SUFFIX.fullmatch(last) else (author.family, "")


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


def _line(text: str) -> str:
    """`text` on one line, without control characters."""
    return " ".join(_CONTROLS.sub("", text).split())


def _tex(text: str, protect: bool = False) -> str:
    """`text` on one line, escaped outside of formulas; `protect` puts braces around words with inner capitals."""
    pieces = []
    for i, piece in enumerate(_MATH.split(_line(text))):
        if i % 2 and _is_balanced(piece):
            pieces.append(piece)
            continue
        piece = _LIGATURE.sub("\\g<0>\0", piece)  # a stand-in for the braces that part them
        piece = "".join(_TEX.get(char, char) for char in piece)
        pieces.append((_CAPITALS.sub(r"{\g<0>}", piece) if protect else piece).replace("\0", "{}"))
    return "".join(pieces)


def _ris_tags(paper: Paper) -> Iterator[tuple[str, str]]:
    ids = paper.identifiers
    yield "TY", "BOOK" if "isbn" in ids else "JOUR" if paper.venue else "GEN"
    yield "ID", paper_id(paper)
    yield "TI", paper.title
    for author in paper.authors:
        family, suffix = _family_and_suffix(author)
        yield "AU", ", ".join(part for part in (family, author.given, suffix) if part)
    yield "PY", paper.date[:4]
    yield "DA", paper.date.replace("-", "/") if len(paper.date) > 4 else ""
    start, _, end = paper.pages.partition("-") if re.fullmatch(r"[^-,]+-[^-,]+", paper.pages) else (paper.pages, "", "")
    yield from (("T2", paper.venue), ("VL", paper.volume), ("IS", paper.issue), ("SP", start), ("EP", end))
    yield from (
        ("PB", paper.publisher),
        ("SN", ids.get("isbn", "")),
        ("LA", paper.language),
        ("DO", ids.get("doi", "")),
    )
    yield from (("KW", keyword) for keyword in paper.keywords)
    yield "C2", ids.get("pmcid", "")
    for scheme, address in (("arxiv", "https://arxiv.org/abs/"), ("pmid", "https://pubmed.ncbi.nlm.nih.gov/")):
        yield "UR", address + ids[scheme] if scheme in ids else ""
    yield "AB", paper.abstract


def _csl_item(paper: Paper) -> dict[str, Any]:
    ids = paper.identifiers
    return {
        "id": paper_id(paper),
        "type": "book" if "isbn" in ids else "article-journal" if paper.venue else "article",
        "title": paper.title,
        "author": [
            {"family": author.family, "given": author.given} if author.given else {"literal": author.family}
            for author in paper.authors
        ],
        "issued": {"date-parts": [[int(part) for part in paper.date.split("-")]]} if paper.date else None,
        "container-title": paper.venue,
        "volume": paper.volume,
        "issue": paper.issue,
        "page": paper.pages,
        "publisher": paper.publisher,
        "language": paper.language,
        "license": paper.license,
        "number": f"arXiv:{ids['arxiv']}" if "arxiv" in ids else "",
        "DOI": ids.get("doi"),
        "PMID": ids.get("pmid"),
        "PMCID": ids.get("pmcid"),
        "ISBN": ids.get("isbn"),
        "keyword": _joined(paper.keywords),
        "abstract": paper.abstract,
    }
