"""How text becomes index terms: one way for all lexical engines, so that they cut words at the same places."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import tantivy

from litdex.index.lexical.analysers import PLAIN
from litdex.index.lexical.cjk import paired
from litdex.index.lexical.formulas import folded

LONGEST_TERM = 100  # characters; longer ones are sequences and encoded data, not words


def plain(text: str) -> str:
    """`text` with compatible characters made one (ligatures, composed accents), and none that UTF-8 lacks."""
    return encodable(unicodedata.normalize("NFKC", text))


@dataclass(frozen=True, slots=True)
class Writing:
    """How a generation of an index writes a text before it is cut into words; the same for texts and queries."""

    formulas: bool = True  # formulas as words
    cjk: bool = True  # pairs of Chinese, Japanese and Korean characters as words

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self:
        """What the settings of a generation say; an earlier litdex said nothing and did neither."""
        return cls(formulas=bool(settings.get("formulas")), cjk=bool(settings.get("cjk")))

    def __call__(self, text: str) -> str:
        """`text` as it is given to the analyser."""
        shown = plain(folded(text) if self.formulas else text)
        return paired(shown) if self.cjk else shown


NOW = Writing()
"""As generations are written that are made now."""


def encodable(text: str) -> str:
    """`text` with a question mark for every character that UTF-8 lacks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def words_analyser(name: str) -> tantivy.TextAnalyzer:
    """Runs of letters and digits, in lower case, without accents, and without a language's stop words and endings."""
    if name == PLAIN:
        return exact_analyser()
    return _built(tantivy.Filter.stopword(name), tantivy.Filter.stemmer(name))


def exact_analyser() -> tantivy.TextAnalyzer:
    """The same runs as they are written, but for case and accents."""
    return _built()


def _built(*more: tantivy.Filter) -> tantivy.TextAnalyzer:
    filters = (
        tantivy.Filter.remove_long(LONGEST_TERM),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        *more,
    )
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for one in filters:
        builder = builder.filter(one)
    return builder.build()
