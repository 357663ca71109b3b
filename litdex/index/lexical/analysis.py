"""How text becomes index terms: one way for all lexical engines, so that they cut words at the same places."""

from __future__ import annotations

import unicodedata

import tantivy

from litdex.index.lexical.analysers import PLAIN
from litdex.index.lexical.formulas import folded

LONGEST_TERM = 100  # characters; longer ones are sequences and encoded data, not words


def plain(text: str) -> str:
    """`text` with compatible characters made one (ligatures, composed accents), and none that UTF-8 lacks."""
    return encodable(unicodedata.normalize("NFKC", text))


def with_formulas(text: str) -> str:
    """As `plain`, with formulas as words (`litdex.index.lexical.formulas`)."""
    return plain(folded(text))


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
