"""Column files: a token a line, its tag in the last column, an empty line between sentences.

Token/label TSV and CoNLL-2003 (token, part of speech, chunk, tag, parted by spaces; -DOCSTART- between documents) are
one format here. Tokens are split further by `litdex.ner.words`, and a mention's tags go with all the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from litdex.ner.corpora.lines import at, numbered
from litdex.ner.corpora.schemes import Scheme, parse, spans_of, tags_of
from litdex.ner.corpora.sentence import Sentence, Span
from litdex.ner.words import words

_DOCUMENT = "-DOCSTART-"
_CLOSING = {")": "(", "]": "[", "}": "{", "”": "“"}
_LEADING = frozenset("([{“‘\"'/")
_TRAILING = frozenset(".,;:!?\"'’/")


def read_columns(path: Path) -> Iterator[Sentence]:
    """The sentences of a column file. Raises UserError with the number of a line that is no token and tag."""
    tokens: list[str] = []
    tags: list[str] = []
    document, documents = "", 0
    for number, line in numbered(path):
        if line.startswith(_DOCUMENT):
            documents += 1
            document = f"{path.name.partition('.')[0]}-{documents}"
        elif line.strip():
            token, tag = _row(path, number, line)
            tokens.append(token)
            tags.append(tag)
            continue
        if tokens:
            yield sentence_of(tokens, tags, document)
            tokens, tags = [], []
    if tokens:
        yield sentence_of(tokens, tags, document)


def sentence_of(tokens: Sequence[str], tags: Sequence[str], document: str = "") -> Sentence:
    """Tokens and their tags as a sentence; each token is split into words."""
    cuts = [[token] if token.isalnum() else [token[start:end] for start, end in words(token)] for token in tokens]
    first = [0]
    for cut in cuts:
        first.append(first[-1] + len(cut))
    flat = tuple(word for cut in cuts for word in cut)
    spaces = tuple(at + 1 == len(cut) for cut in cuts for at in range(len(cut)))
    spans = (_trimmed(Span(first[span.start], first[span.end], span.type), flat, spaces) for span in spans_of(tags))
    return Sentence(flat, spaces, tuple(span for span in spans if span.start < span.end), document)


def write_columns(sentences: Iterable[Sentence], scheme: Scheme, filler: Sequence[str] = ()) -> Iterator[str]:
    """The lines, with their ends, of a column file: word, `filler` columns, tag; spaces between if there is filler."""
    between, document = " " if filler else "\t", ""
    for sentence in sentences:
        if sentence.document != document:
            document = sentence.document
            if filler:
                yield between.join([_DOCUMENT, *filler, "O"]) + "\n\n"
        for word, tag in zip(sentence.words, tags_of(sentence.spans, len(sentence.words), scheme), strict=True):
            yield between.join([word, *filler, tag]) + "\n"
        yield "\n"


def _row(path: Path, number: int, line: str) -> tuple[str, str]:
    cells = line.split("\t") if "\t" in line else line.split()
    if len(cells) < 2:
        raise at(path, number, f"one column where a token and a tag belong: {line[:40]!r}", "part them with a tab")
    tag = cells[-1].strip()
    try:
        parse(tag)
    except ValueError as error:
        raise at(path, number, str(error), "the tag is the last column") from None
    return cells[0], tag


def _trimmed(span: Span, flat: Sequence[str], spaces: Sequence[bool]) -> Span:
    """The span without punctuation that only hung on its first or last token: of "(CFHT)," what is left is "CFHT".

    Where the corpus itself parted the punctuation from the word, its annotators meant it, and it stays.
    """
    start, end = span.start, span.end
    while end - 1 > start and not spaces[end - 2] and _hangs(flat[start:end]):
        end -= 1
    while start < end - 1 and not spaces[start] and _leads(flat[start:end]):
        start += 1
    while end - 1 > start and not spaces[end - 2] and _hangs(flat[start:end]):
        end -= 1  # a bracket may have lost its partner
    return Span(start, end, span.type)


def _hangs(mention: Sequence[str]) -> bool:
    last = mention[-1]
    opening = _CLOSING.get(last)
    if opening is None:
        return last in _TRAILING
    return mention.count(opening) < mention.count(last) or mention[0] == opening


def _leads(mention: Sequence[str]) -> bool:
    first = mention[0]
    closing = next((close for close, opening in _CLOSING.items() if opening == first), "")
    return first in _LEADING and (not closing or mention.count(closing) < mention.count(first))
