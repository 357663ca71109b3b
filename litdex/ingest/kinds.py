"""Kinds of works: what other programs call an article, a chapter or a thesis, and what litdex calls it.

litdex's names are those of BibTeX and biblatex. A program's own names stand in one table with the nearest of ours, both
for reading (many to one) and for writing (the first of each).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from litdex.ingest.names import fold
from litdex.ingest.paper import Paper


class Kind(NamedTuple):
    """One kind: its name in RIS and in CSL, and other programs' names of it, folded and without spaces."""

    ris: str
    csl: str
    others: str = ""


KINDS: dict[str, Kind] = {
    "article": Kind(
        "JOUR",
        "article-journal",
        "mgzn news ejour ejou abst inpr jfull journal magazine newspaper article articlemagazine"
        " articlenewspaper review journalarticle magazinearticle newspaperarticle electronicarticle"
        " articleinperiodical periodical j articlejournal periodicalarticle letter editorial clinicaltrial"
        " casereport metaanalysis suppperiodical",
    ),
    "inproceedings": Kind(
        "CONF",
        "paper-conference",
        "cpaper conference conferencepaper conferenceproceeding conferenceproceedings proceedingspaper meetingabstract"
        " papersconference inproceeding paperconference proceedingsarticle conferencearticle s",
    ),
    "incollection": Kind(
        "CHAP",
        "chapter",
        "echap encyc dict booksection bookchapter electronicbooksection chapterinbook bookpart encyclopedia"
        " encyclopaedia dictionary entryencyclopedia entrydictionary bookitinbook inreference suppcollection"
        " suppbook",
    ),
    "inbook": Kind("CHAP", "chapter", "bookinbook"),
    "book": Kind(
        "BOOK",
        "book",
        "collection mvcollection reference mvreference manual ebook edbook editedbook electronicbook monograph"
        " classic ancient ancienttext mvbook booklet b",
    ),
    "proceedings": Kind("BOOK", "book", "mvproceedings conferencevolume"),
    "phdthesis": Kind("THES", "thesis", "dissertation phd doctoralthesis phddissertation doctoraldissertation"),
    "mastersthesis": Kind("THES", "thesis", "masterthesis mscthesis mathesis"),
    "thesis": Kind("THES", "thesis", "thes bachelorsthesis bathesis"),
    "techreport": Kind(
        "RPRT", "report", "rprt report workingpaper technicalreport govdoc governmentdocument stand standard whitepaper"
    ),
    "unpublished": Kind("UNPB", "manuscript", "unpd manscpt manuscript unpublishedwork"),
    "misc": Kind("GEN", "document", "generic other preprint posteditem unknown art video figure map ser"),
    "dataset": Kind("DATA", "dataset", "data aggd database"),
    "software": Kind("COMP", "software", "computerprogram program"),
    "patent": Kind("PAT", "patent", "p"),
    "online": Kind(
        "ELEC", "webpage", "icomm blog webpage website electronic www web forumpost blogpost postweblog post"
    ),
}
"""Every kind under litdex's name for it. Two may have one name elsewhere: the first is meant when that is read."""

_KNOWN = {
    alias: name
    for name, kind in reversed(KINDS.items())
    for alias in (*kind.others.split(), fold(kind.csl).replace(" ", ""), kind.ris.lower())
} | {name: name for name in KINDS}
_CLUES = (  # what of a name that nobody knows tells the kind
    ("inproceedings", ("conference", "proceeding", "symposium", "workshop", "meeting")),
    ("phdthesis", ("phd", "doctor", "dissertation")),
    ("mastersthesis", ("master",)),
    ("thesis", ("thesis",)),
    ("incollection", ("chapter", "section", "encyclop", "dictionary")),
    ("book", ("book", "monograph")),
    ("techreport", ("report", "working")),
    ("patent", ("patent",)),
    ("dataset", ("dataset", "database")),
    ("software", ("software", "program")),
    ("online", ("web", "internet", "online", "blog")),
    ("article", ("journal", "article", "review", "magazine", "newspaper", "periodical")),
)
DEGREES = {"phdthesis": "PhD thesis", "mastersthesis": "Master's thesis"}
"""What tells the kinds of theses apart where a program has one name for all."""

_BOOK_KINDS = frozenset({"book", "proceedings"})


def kind_of(called: str) -> str:
    """litdex's name for a kind that some program calls `called`, or for the nearest; "misc" where nothing tells.

    "JOUR", "journal-article", "Conference Proceedings" and "['JournalArticle', 'Conference']" are all understood, of a
    list the first name that is. "" for "".
    """
    words = re.findall(r"[\w. -]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", called))
    folded = [fold(word).replace(" ", "") for word in words]
    if not any(folded):
        return ""
    known = next((_KNOWN[word] for word in ("".join(folded), *folded) if word in _KNOWN), "")
    clue = (kind for kind, parts in _CLUES if any(part in word for part in parts for word in folded))
    return known or next(clue, "misc")


def kind_to_write(paper: Paper) -> str:
    """The kind under which a paper is exported: its own, else what its fields make likely."""
    if paper.kind in KINDS:
        return paper.kind
    return "book" if "isbn" in paper.identifiers else "article" if paper.venue else "misc"


def has_isbn_of_its_own(kind: str) -> bool:
    """Whether an ISBN in the record is this work's, and not that of the book it stands in."""
    return kind in _BOOK_KINDS
