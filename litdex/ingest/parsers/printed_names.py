"""A line under a title: is it a list of names?"""

from __future__ import annotations

import re

from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Author
from litdex.ingest.parsers.latex_front import plausible
from litdex.ingest.parsers.markdown_inline import inline

MAX_LINE = 5000  # characters; longer is prose
_MARKS = re.compile(
    r"\$[^$]*\$|[*†‡§¶∗⋆★#^]|(?<=[^\W\d_.])\d+(?:,\d+)*|\(\d+\)|\[[^\]]*\]|\S+@\S+|<su[bp]>.*?</su[bp]>"
)


def names_line(text: str) -> tuple[Author, ...]:
    """The authors that a printed line lists; none unless every piece of it can be a name of two words or more."""
    if len(text) > MAX_LINE:
        return ()
    text = " ".join(_MARKS.sub(" ", inline(_MARKS.sub(" ", text) if "<su" in text else text)).split())
    text = re.sub(r"(\s*,)+", ",", re.sub(r"^by\s+", "", text, flags=re.IGNORECASE)).strip(" ,;")
    if not text or text.endswith((".", ":")) or not text[0].isupper():
        return ()
    names = split_names(text)
    if not names or not all(_is_name(name) for name in names):
        return ()
    return tuple(author for author in map(parse_name, names) if author.family)


def _is_name(name: str) -> bool:
    words = [word for word in re.split(r"[\s,]+", name) if word]
    capital = sum(word[0].isupper() for word in words)
    return plausible(name) and 2 <= len(words) <= 6 and capital >= 2 and capital >= len(words) - 2
