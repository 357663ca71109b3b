"""Papers for tests: strategies that draw any record, and a document held in memory."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import strategies as st

from litdex.ingest.blob import Blob
from litdex.ingest.documents import Alone, Document
from litdex.ingest.paper import Author, Caption, Paper, Reference, Section


def blob(data: str | bytes, name: str = "file") -> Blob:
    """A document over `data`."""
    raw = data.encode() if isinstance(data, str) else data
    return Document(name, lambda: io.BytesIO(raw), len(raw), Alone(), name)


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
DATES = st.sampled_from(["", "2008", "2008-09", "2008-09-19"])
IDENTIFIERS: st.SearchStrategy[dict[str, str]] = st.dictionaries(
    st.sampled_from(["arxiv", "doi", "pmid", "local", "bibcode"]), TEXT.filter(bool), max_size=3
)


def _tuples(item: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(item, max_size=2).map(tuple)


_AUTHOR = st.builds(Author, family=TEXT, given=TEXT, orcid=TEXT, also=_tuples(TEXT))
PAPERS = st.builds(
    Paper,
    identifiers=IDENTIFIERS,
    claims=IDENTIFIERS,
    kind=TEXT,
    version=st.integers(0, 9),
    title=TEXT,
    abstract=TEXT,
    authors=_tuples(_AUTHOR),
    editors=_tuples(_AUTHOR),
    date=DATES,
    categories=_tuples(TEXT),
    keywords=_tuples(TEXT),
    venue=TEXT,
    volume=TEXT,
    issue=TEXT,
    pages=TEXT,
    publisher=TEXT,
    language=TEXT,
    license=TEXT,
    retracted=st.booleans(),
    sections=_tuples(
        st.builds(Section, title=TEXT, text=TEXT, level=st.integers(1, 6), kind=st.sampled_from(["body", "back"]))
    ),
    captions=_tuples(st.builds(Caption, label=TEXT, text=TEXT)),
    references=_tuples(
        st.builds(
            Reference,
            text=TEXT,
            title=TEXT,
            authors=_tuples(TEXT),
            volume=TEXT,
            pages=TEXT,
            year=st.none() | st.integers(1500, 2100),
            venue=TEXT,
            identifiers=IDENTIFIERS,
        )
    ),
)
