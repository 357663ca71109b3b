"""The index in Elasticsearch: its settings and fields, and a passage as it is sent there.

- `title`, and `joined` (title and text, copied together by the server), analysed by `words`: what BM25 ranks by.
- `keywords.<field>`, entity types included, for filters and facets; `year`, also as a date for others' dashboards.
- On one passage of each paper, its head: `whole.<scope>`, what words and phrases are asked of, with a sub-field `exact`
  that is not stemmed. So papers are counted, exactly, by counting heads.
- `number`, `paper`, and `digest`, a hash of the whole passage.

Texts are sent as words with blanks between them, as the embedded engine cuts them: the server's standard tokenizer
would keep "alpha_s" and "3.5" whole, and the engines would not find the same phrases. It would also part each pair of
Chinese characters (`litdex.index.lexical.cjk`), so these are sent as their numbers: 深度 as "u6df15ea60".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from litdex.index.engine import KEYWORD_FIELDS, SCOPES, IndexedPassage
from litdex.index.lexical import analysers
from litdex.index.lexical.analysis import LONGEST_TERM, Writing, encodable
from litdex.index.lexical.cjk import RUN
from litdex.index.lexical.record import digest, scopes

DEEPEST = 1_000_000  # hits that one search may be asked for
MOST_TERMS = 10_000_000  # papers or values that one filter may name
MOST_TOKENS = 100_000  # words of a query that are analysed
LONGEST_VALUE = 8191  # characters of a keyword: Lucene takes 32,766 bytes
_BREAK = re.compile(r"[\W_]+")
_BLANKS = "".join(char if char.isalnum() else " " for char in map(chr, range(128)))


def index_body(settings: Mapping[str, Any]) -> dict[str, Any]:
    """What an index is made with. `settings` are the generation's: shards, replicas, analyzer, library."""
    return {
        "settings": {
            "number_of_shards": int(settings.get("shards", 1)),
            "number_of_replicas": int(settings.get("replicas", 0)),
            "refresh_interval": "-1",  # `replace` refreshes, once, when all of it is there
            "max_result_window": DEEPEST,
            "max_terms_count": MOST_TERMS,
            "analyze": {"max_token_count": MOST_TOKENS},
            "analysis": _analysis(str(settings.get("analyzer", analysers.DEFAULT))),
        },
        "mappings": _mappings(settings),
    }


def _analysis(name: str) -> dict[str, Any]:
    folded = ["lowercase", "asciifolding"]
    endings = [] if name == analysers.PLAIN else ["stop_words", "endings"]
    filters = {
        "stop_words": {"type": "stop", "stopwords": f"_{name}_"},
        "endings": {"type": "stemmer", "language": name},
    }
    return {
        "filter": filters if endings else {},
        "analyzer": {
            "words": {"type": "custom", "tokenizer": "standard", "filter": [*folded, *endings]},
            "exact": {"type": "custom", "tokenizer": "standard", "filter": folded},
        },
    }


def _mappings(settings: Mapping[str, Any]) -> dict[str, Any]:
    stored = {"type": "long", "index": False}
    ranked = {"type": "text", "analyzer": "words", "index_options": "freqs"}
    keyword = {"type": "keyword", "ignore_above": LONGEST_VALUE}
    exact = {"type": "text", "analyzer": "exact", "norms": False}
    asked = {"type": "text", "analyzer": "words", "index_options": "docs", "norms": False, "fields": {"exact": exact}}
    date = {"type": "date", "format": "yyyy", "ignore_malformed": True}
    return {
        "_meta": {"litdex": 1, "library": settings.get("library", "")},
        "_source": {"excludes": ["whole"]},
        "dynamic": False,
        "dynamic_templates": [
            {"values": {"path_match": "keywords.*", "match_mapping_type": "string", "mapping": keyword}}
        ],
        "properties": {
            "number": stored,
            "paper": {"type": "long"},
            "digest": stored,
            "head": {"type": "boolean"},
            "year": {"type": "integer", "fields": {"date": date}},
            "section": {"type": "keyword", "index": False, "doc_values": False},
            "title": {**ranked, "copy_to": "joined"},
            "text": {"type": "text", "index": False, "copy_to": "joined"},
            "joined": ranked,
            "keywords": {"dynamic": True, "properties": dict.fromkeys(KEYWORD_FIELDS, keyword)},
            "whole": {"properties": dict.fromkeys(SCOPES, asked)},
        },
    }


def source(document: IndexedPassage, paper: Sequence[IndexedPassage], writing: Writing) -> dict[str, Any]:
    """A passage as it is sent; `paper` is every passage of the paper where this one is its head, else empty."""

    def shown(text: str) -> str:
        return apart(text, writing)

    found: dict[str, Any] = {
        "number": document.number,
        "paper": document.paper,
        "digest": digest(document),
        "title": shown(document.title),
        "text": shown(document.text),
        "section": encodable(document.section),
        "keywords": {name: [*map(encodable, values)] for name, values in document.keywords.items()},
    }
    if document.year is not None:
        found["year"] = document.year
    if paper:
        found["head"] = True
        found["whole"] = {scope: [*map(shown, texts)] for scope, texts in scopes(paper).items()}
    return found


@lru_cache(maxsize=1024)  # a passage's text comes with the passage and with its paper, a title with every passage
def apart(text: str, writing: Writing) -> str:
    """A text with its runs of letters and digits, and blanks for all else."""
    shown = writing(text)
    if writing.cjk and not shown.isascii():
        shown = RUN.sub(_numbered, shown)
    return shown.translate(_BLANKS) if shown.isascii() else _BREAK.sub(" ", shown)


def _numbered(pair: re.Match[str]) -> str:
    """A word that no tokenizer parts, and, as it ends in a digit, no stemmer shortens."""
    return f"u{pair[0].encode('utf-16-be').hex()}0"


def words(text: str, writing: Writing) -> str:
    """The runs of letters and digits in a query, without those that are too long to be words."""
    return " ".join(word for word in apart(text, writing).split() if len(word) <= LONGEST_TERM)
