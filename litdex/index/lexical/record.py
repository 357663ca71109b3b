"""What lexical engines keep of passages: a digest of each, and on one passage of a paper, its head, the whole paper."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

from litdex.index.engine import IndexedPassage, Scope


def digest(document: IndexedPassage) -> int:
    """A 63-bit hash of everything in the passage that an index stores."""
    keywords = sorted((name, tuple(values)) for name, values in document.keywords.items())
    texts = (document.title, document.text, document.section)
    whole = repr((document.number, document.paper, *texts, document.year, keywords))
    hashed = hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(hashed, "big") >> 1


def heads(documents: Iterable[IndexedPassage]) -> dict[int, list[IndexedPassage]]:
    """For each paper's first passage, by number: all passages of the paper, in order."""
    by_paper: dict[int, list[IndexedPassage]] = defaultdict(list)
    for document in sorted(documents, key=lambda document: document.number):
        by_paper[document.paper].append(document)
    return {passages[0].number: passages for passages in by_paper.values()}


def scopes(paper: Sequence[IndexedPassage]) -> dict[Scope, list[str]]:
    """The texts in which words and phrases are asked for, of a paper given by all its passages in order."""
    head = paper[0]
    titles = list(dict.fromkeys([head.title, *(one.text for one in paper if one.section == "Title")]))
    return {
        "text": [*titles, *(one.text for one in paper if one.section != "Title")],
        "title": titles,
        "abstract": [one.text for one in paper if one.section == "Abstract"],
        "venue": list(head.keywords.get("venue", ())),
        "keyword": list(head.keywords.get("keyword", ())),
    }
