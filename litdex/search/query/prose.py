"""A pasted text is not a query: what in it looks like the language is mostly punctuation.

A sentence may quote a word, or have a dash before one. Were the word then required, or its papers left out, the paper
that the sentence was taken from might not be found. So in a query of more than `MOST_WORDS` bare words quotation marks
and minus signs mean nothing: their words rank like the others. Fields are conditions as ever, since prose has none.
"""

from __future__ import annotations

from litdex.search.query.tree import All, Any, Field, Group, Node, Not, Phrase, Word

MOST_WORDS = 10


def is_prose(root: Node) -> bool:
    """Whether a query is so long that it was hardly written in the language."""
    return _words(root) > MOST_WORDS


def as_prose(node: Node) -> Node:
    """The tree with words in place of quotations and negations, but for negated fields."""
    if isinstance(node, Phrase):
        return All(tuple(map(Word, node.text.split())))
    if isinstance(node, Not) and not isinstance(node.part, Field):
        return as_prose(node.part)
    if isinstance(node, Group):
        return Group(as_prose(node.part))
    if isinstance(node, All | Any):
        return type(node)(tuple(map(as_prose, node.parts)))
    return node


def is_plain(node: Node) -> bool:
    """Whether there is nothing but words, in brackets or not."""
    if isinstance(node, All):
        return all(map(is_plain, node.parts))
    return is_plain(node.part) if isinstance(node, Group) else isinstance(node, Word)


def _words(node: Node) -> int:
    """How many bare words there are: runs with a letter or digit, outside quotations and fields."""
    if isinstance(node, Word):
        return any(map(str.isalnum, node.text))
    if isinstance(node, Group | Not):
        return _words(node.part)
    return sum(map(_words, node.parts)) if isinstance(node, All | Any) else 0
