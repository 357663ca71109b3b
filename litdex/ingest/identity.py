"""Which sources are one paper, and what that paper is called. Pure functions: the answer never depends on the order.

Three kinds of evidence, in falling order:

1. *Strong*: a shared identifier (`strong_ids`). Sources that share one are one paper, unless titles and authors are
   both known and neither are alike: then one has another's identifier by a slip, and they stay two (`strangers`).
2. *The same record*: title, authors, date, venue and text are equal character by character.
3. *Weak*: equal title, year and first author; the same without a year, where a source tells none and the authors agree
   (`_same_name`); or an identifier that one source only *claims* (printed in its text), or
   of a scheme that several papers may share (`SHARED_SCHEMES`), where title or authors agree besides (`agree`).

Evidence of kinds 2 and 3 never joins groups that contradict each other: two DOIs, two PMIDs, two arXiv numbers. A title
alone joins nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from litdex.ingest.identifiers import format_id, normalise_arxiv
from litdex.ingest.names import family_key, fold
from litdex.ingest.paper import Paper
from litdex.ingest.titles import SAME_TITLE, is_telling, title_key, title_likeness, titles_apart

ID_ORDER = ("arxiv", "doi", "pmid", "pmcid")
SHARED_SCHEMES = frozenset({"local", "beir", "isbn", "issn", "url"})
"""Schemes whose value may stand for several papers: a corpus numbers from 1, the chapters of a book have its ISBN."""

RELATED_TITLE = 0.3  # token overlap under which no list of authors makes two titles one paper
MAX_CLAIMANTS = 50  # an identifier printed in more sources than this is a publisher's, not a paper's
MIN_TITLE_WORDS = 4  # from which title and authors alone, without a year, may mean one paper
OPENING = 3000  # characters of the text in which a paper prints its own title

_NOTICE = re.compile(
    r"(erratum|errata|corrigendum|correction|addendum|retraction|retracted|reply|response|comments? on)\b"
)


def strong_ids(paper: Paper) -> dict[str, str]:
    """The identifiers that mean this paper and no other. A DOI that arXiv gave out counts as the arXiv number."""
    found = {scheme: value for scheme, value in paper.identifiers.items() if value and scheme not in SHARED_SCHEMES}
    if found.get("doi", "").startswith("10.48550/") and (arxiv := normalise_arxiv(found["doi"])):
        del found["doi"]
        found.setdefault("arxiv", arxiv[0])
    return found


def paper_id(paper: Paper) -> str:
    """The public id: arXiv, DOI, PMID, PMCID, then other schemes by name; "litdex:" and a hash where there is none.

    Ids of a shared scheme ("local:17") may stand for two papers of one library: use `fallback_id` for the second.
    """
    identifiers = strong_ids(paper) or {s: v for s, v in paper.identifiers.items() if s in ("local", "beir") and v}
    for scheme in (*ID_ORDER, *sorted(identifiers)):
        if scheme in identifiers:
            return format_id(scheme, identifiers[scheme])
    return fallback_id(paper)


def fallback_id(paper: Paper) -> str:
    """An id made from the content: "litdex:" and 16 hexadecimal digits.

    Hashed are title, year and first author where all are there and the title tells something, else the whole record.
    """
    return f"litdex:{_digest(_work_key(paper) or _record_key(paper))}"


def keys(paper: Paper) -> set[str]:
    """Every key under which another source of the same paper can be found in an index.

    "doi:10.1/x" for an identifier, "claim:doi:10.1/x" for a claim, "work:…" for title, year and first author, "name:…"
    for the same without the year, and "record:…" for the record itself. Look up with `search_keys`; `cluster` then
    decides.
    """
    shared = {scheme: value for scheme, value in paper.identifiers.items() if scheme in SHARED_SCHEMES and value}
    found = {f"{scheme}:{value}" for scheme, value in {**strong_ids(paper), **shared}.items()}
    found |= {f"claim:{scheme}:{value}" for scheme, value in paper.claims.items() if value}
    found.add(f"record:{_digest(_record_key(paper))}")
    if work := _work_key(paper):
        found.add(f"work:{_digest(work)}")
    if name := _name_key(paper):
        found.add(f"name:{_digest(name)}")
    return found


def search_keys(paper: Paper) -> set[str]:
    """The keys to look up among other sources' `keys`: identifiers as claims too, and claims as identifiers."""
    own = keys(paper)
    plain = {key.removeprefix("claim:") for key in own}
    ids = {key for key in plain if not key.startswith(("work:", "name:", "record:"))}
    return own | plain | {f"claim:{key}" for key in ids}


def _work_key(paper: Paper) -> str:
    """Title, year and first author as one string; "" where one is missing or the title fits any paper."""
    title = title_key(paper.title)
    first = family_key(paper.authors[0]) if paper.authors else ""
    if not (paper.year and first and is_telling(paper.title)):
        return ""
    return f"{title.replace(' ', '')}\x1f{paper.year}\x1f{first}"


def _name_key(paper: Paper) -> str:
    """Title and first author as one string, whatever the year; "" where one is missing or the title is short."""
    title = title_key(paper.title)
    first = family_key(paper.authors[0]) if paper.authors else ""
    if not first or len(title.split()) < MIN_TITLE_WORDS or not is_telling(paper.title):
        return ""
    return f"{title.replace(' ', '')}\x1f{first}"


def _record_key(paper: Paper) -> str:
    names = ";".join(family_key(author) for author in paper.authors)
    printed = (paper.venue, paper.volume, paper.issue, paper.pages, paper.publisher, paper.running_text)
    return "\x1f".join((title_key(paper.title), names, paper.date, *printed))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def authors_agree(first: Paper, second: Paper) -> bool:
    """At least half of the family names of the shorter list stand in the other."""
    a = {family_key(author) for author in first.authors} - {""}
    b = {family_key(author) for author in second.authors} - {""}
    return bool(a and b) and 2 * len(a & b) >= min(len(a), len(b)) and bool(a & b)


def agree(first: Paper, second: Paper) -> bool:
    """Whether two sources tell of one paper, so that a claimed identifier may be believed.

    Either the titles are one, or one paper's title stands at the beginning of the other's text, or the authors agree
    and the titles do not speak against it (a paper's companion has the same authors, and is often cited with its DOI).
    """
    a, b = title_key(first.title), title_key(second.title)
    if a and b and bool(_NOTICE.match(a)) != bool(_NOTICE.match(b)):
        return False
    likeness = title_likeness(first.title, second.title)
    if likeness >= SAME_TITLE or _opens_with(first, b) or _opens_with(second, a):
        return True
    return (likeness >= RELATED_TITLE or not a or not b) and authors_agree(first, second)


def _opens_with(paper: Paper, title: str) -> bool:
    """Whether a title of at least four words stands at the beginning of the paper's text."""
    return len(title.split()) >= 4 and title.replace(" ", "") in fold(paper.text[:OPENING]).replace(" ", "")


def strangers(first: Paper, second: Paper) -> bool:
    """Whether two sources tell of different papers, whatever identifier they share: no title or author is alike.

    Nothing is said against a title in another script, which may be a translation.
    """
    a, b = title_key(first.title), title_key(second.title)
    comparable = is_telling(first.title) and is_telling(second.title) and a.isascii() == b.isascii()
    return (
        comparable
        and bool(first.authors and second.authors)
        and titles_apart(a, b)
        and title_likeness(first.title, second.title) < SAME_TITLE
        and not authors_agree(first, second)
        and not (_opens_with(first, b) or _opens_with(second, a))
    )


def _of_one_paper(sources: Sequence[Paper], holders: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Of sources that share an identifier, the pairs that are to be joined."""
    faces: dict[tuple[str, ...], int] = {}  # one source of those that have the same title and authors
    for holder in holders:
        paper = sources[holder]
        face = (title_key(paper.title), *map(family_key, paper.authors))
        yield faces.setdefault(face, holder), holder
    yield from (pair for pair in combinations(faces.values(), 2) if not strangers(*(sources[i] for i in pair)))


def cluster(sources: Sequence[Paper]) -> list[list[int]]:
    """Group the positions of sources that are one paper: groups and their members in rising order."""
    groups = _Groups(sources)
    for holders in _by_key(groups.ids).values():
        for first, second in _of_one_paper(sources, holders):
            groups.join(first, second)
    for _, _, first, second in sorted(_weak_links(sources, groups)):
        groups.join_unless_contradicted(first, second)
    members: dict[int, list[int]] = defaultdict(list)
    for i in range(len(sources)):
        members[groups.root(i)].append(i)
    return sorted(members.values())


@dataclass
class _Groups:
    """A union-find over sources that knows each group's identifiers."""

    sources: Sequence[Paper]
    ids: list[set[tuple[str, str]]] = field(init=False)
    parent: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = [set(strong_ids(paper).items()) for paper in self.sources]
        self.parent = list(range(len(self.sources)))

    def root(self, i: int) -> int:
        while self.parent[i] != i:
            self.parent[i] = i = self.parent[self.parent[i]]
        return i

    def join(self, first: int, second: int) -> None:
        a, b = self.root(first), self.root(second)
        if a != b:
            self.parent[b] = a
            self.ids[a] = self.ids[a] | self.ids[b]

    def join_unless_contradicted(self, first: int, second: int) -> None:
        a, b = self.root(first), self.root(second)
        schemes = {scheme for scheme, _ in self.ids[a]} & {scheme for scheme, _ in self.ids[b]}
        if not schemes:  # one scheme in both means two values, or one value of strangers
            self.join(a, b)


def _by_key(keys_of: Iterable[Iterable[tuple[str, str]]]) -> dict[tuple[str, str], list[int]]:
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, own in enumerate(keys_of):
        for key in own:
            holders[key].append(i)
    return holders


Link = tuple[int, tuple[str, str], int, int]  # rank, contents of both ends (no positions: order must not matter), ends


def _weak_links(sources: Sequence[Paper], groups: _Groups) -> Iterator[Link]:
    """Every pair that evidence of kinds 2 and 3 speaks for, across the groups there are."""
    records = [_digest(_record_key(paper)) for paper in sources]
    ends = [
        f"{record} {sorted(strong_ids(p).items())} {sorted(p.claims.items())} {sorted(p.identifiers.items())}"
        for p, record in zip(sources, records, strict=True)
    ]
    for rank, pairs in enumerate(
        (_same_record(sources, records), _same_work(sources), _same_name(sources), _claimed(sources))
    ):
        for first, second in pairs:
            if groups.root(first) != groups.root(second):
                low, high = sorted((ends[first], ends[second]))
                yield rank, (low, high), first, second


def _same_record(sources: Sequence[Paper], records: Sequence[str]) -> Iterator[tuple[int, int]]:
    for holders in _by_key([("record", record)] for record in records).values():
        for first, second in combinations(holders, 2):
            a, b = sources[first], sources[second]
            bare = len(a.running_text) - len(a.title) < 200  # a bare title: only for sources without any identifier
            if not bare or (not a.identifiers and not b.identifiers):
                yield first, second


def _same_work(sources: Sequence[Paper]) -> Iterator[tuple[int, int]]:
    works = [_work_key(paper) for paper in sources]
    for holders in _by_key([("work", work)] if work else [] for work in works).values():
        yield from combinations(holders, 2)


def _same_name(sources: Sequence[Paper]) -> Iterator[tuple[int, int]]:
    """Pairs of one title and one first author of which one tells no year, where all that do tell the same.

    Of two papers of one name and different years, a third without a year may be either: it joins none.
    """
    names = [_name_key(paper) for paper in sources]
    for holders in _by_key([("name", name)] if name else [] for name in names).values():
        if len({sources[i].year for i in holders} - {None}) < 2:
            for first, second in combinations(holders, 2):
                undated = sources[first].year is None or sources[second].year is None
                if undated and authors_agree(sources[first], sources[second]):
                    yield first, second


def _claimed(sources: Sequence[Paper]) -> Iterator[tuple[int, int]]:
    """Pairs in which one source claims what the other has or claims too, and title or authors agree."""
    strong = _by_key(strong_ids(paper).items() for paper in sources)
    weak = _by_key(
        {*paper.claims.items(), *((s, v) for s, v in paper.identifiers.items() if s in SHARED_SCHEMES)}
        for paper in sources
    )
    for key, claimants in weak.items():
        pairs = [(claimant, holder) for claimant in claimants for holder in strong.get(key, ()) if claimant != holder]
        if len(claimants) <= MAX_CLAIMANTS:
            pairs += combinations(claimants, 2)
        yield from (pair for pair in pairs if agree(sources[pair[0]], sources[pair[1]]))
