"""The canonical name of a mention, which all mentions of one entity share.

"Cystic Fibrosis", "cystic-fibrosis" and "CF", where the paper says what CF is, are "cystic fibrosis"; "TGF-β" is
"tgf beta", "IL-2" and "IL2" are "il2", "Parkinson's diseases" is "parkinson disease". A vocabulary, where the user has
one, names what it knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from litdex.ner.abbreviations import Abbreviation, abbreviations
from litdex.ner.mention import Mention
from litdex.ner.plurals import singular
from litdex.ner.vocabulary import Vocabulary, read_concepts

_LETTERS = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lamda mu nu xi omicron pi rho sigma tau upsilon phi chi psi
omega
"""
_GREEK = {unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}"): name for name in _LETTERS.split()}
_GREEK |= {"λ": "lambda", "ς": "sigma"}
_GREEK_SYMBOL = re.compile(f"[{''.join(_GREEK)}]")
_GREEK_AFTER_DIGIT = re.compile(rf"(?<=\d)({'|'.join(name for name in _GREEK.values() if len(name) > 3)})\b")
_POSSESSIVE = re.compile(r"(?<=\w) ?['’] ?[sS]\b|(?<=[sS])['’](?=\s|$)")
_ACRONYM_NUMBER = re.compile(r"\b([A-Z]{1,5}) (?=\d)")  # "NGC 1277", but not "type 2"
_HYPHEN_NUMBER = re.compile(  # "IL-2" and "Covid-19", but not "interleukin-2" nor "type-2"
    r"\b(?!(?:class|grade|group|phase|stage|type)\b)([^\W\d_]{1,5}) ?[-‐‑–—−] ?(?=\d)", re.IGNORECASE
)
_BREAK = re.compile(r"[^\w+*%]+|_")
_ARTICLE = re.compile(r"^(the|a|an) (?=.)")


def canonical(text: str) -> str:
    """The name of a mention as it stands, its case, plural, hyphens and Greek letters folded; never empty."""
    shape = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", text))
    shape = _ACRONYM_NUMBER.sub(r"\1", _HYPHEN_NUMBER.sub(r"\1", shape))
    folded = _GREEK_SYMBOL.sub(lambda match: f" {_GREEK[match[0]]} ", shape.casefold())
    folded = _GREEK_AFTER_DIGIT.sub(r" \1", folded)
    parts = _ARTICLE.sub("", _BREAK.sub(" ", folded).strip()).split()
    if not parts:
        return " ".join(text.split())
    return " ".join([*parts[:-1], singular(parts[-1]) if _may_be_plural(shape, parts) else parts[-1]])


def read_vocabulary(path: Path) -> Vocabulary:
    """The user's vocabulary in a TSV, see `litdex.ner.vocabulary`, its names folded as mentions are."""
    return Vocabulary(read_concepts(path), canonical)


def resolve(mentions: Sequence[Mention], text: str, vocabulary: Vocabulary | None = None) -> list[Mention]:
    """The mentions of one paper with their names, and identifiers where the vocabulary has them.

    `text` is the whole text of the paper: abbreviations that it defines are named by their long forms.
    """
    forms = abbreviations(text)
    named = [_named(mention, forms, vocabulary) for mention in mentions]
    singulars = {mention.name for mention in named}
    return [_joined(mention, singulars) for mention in named]


def counts(mentions: Iterable[Mention]) -> Counter[tuple[str, str]]:
    """How often each entity, (type, name), is mentioned."""
    return Counter((mention.type, mention.name) for mention in mentions)


def expanded(text: str, forms: Mapping[str, Abbreviation]) -> str:
    """A mention with its short forms written out: "CF mice", "cystic fibrosis (CF) mice" both say no "CF" any more."""
    for short in [short for short in forms if short.removesuffix("s") in text]:
        long, escaped = forms[short].long, re.escape(short.removesuffix("s"))
        text = re.sub(rf"\s*[(\[]{escaped}s?[)\]]", "", text) or text
        if long.casefold() not in text.casefold():
            text = long.join(re.split(rf"(?<![\w-]){escaped}s?(?![\w-])", text))
    return text


def _named(mention: Mention, forms: Mapping[str, Abbreviation], vocabulary: Vocabulary | None) -> Mention:
    names = [canonical(mention.text)]
    if forms:
        names.append(canonical(expanded(mention.text, forms)))
    for name in names[::-1]:
        concept = vocabulary.find(name, mention.type) if vocabulary else None
        if concept:
            return replace(mention, name=concept.name, identifier=concept.identifier)
    return replace(mention, name=names[-1])


def _may_be_plural(shape: str, parts: Sequence[str]) -> bool:
    """Whether a final s may be a plural's: not of "AIDS", nor of a name of one word, "Mars"."""
    last = shape.split()[-1]
    return not last.isupper() and not (len(parts) == 1 and last[:1].isupper() and last[1:].islower())


def _joined(mention: Mention, names: set[str]) -> Mention:
    """ "Tumours" at the beginning of a sentence, where the paper has "tumour" too, is the same."""
    single = singular(mention.name) if " " not in mention.name and not mention.identifier else mention.name
    return replace(mention, name=single) if single != mention.name and single in names else mention
