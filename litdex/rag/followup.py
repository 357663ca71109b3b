"""A follow-up question, made into one that can be searched for: by rule, or by a language model, else by rule.

The rule: a question that points back ("it", "these", "what about …") or is too short to mean anything alone takes
over content words of what was searched for before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, islice

from litdex.errors import SystemFault
from litdex.rag.model import LanguageModel
from litdex.rag.prompts import Prompts
from litdex.rag.question import words_of
from litdex.rag.wording import terms

CARRIED = 6
"""How many words are taken over at most."""
ALONE = 3
"""A question with fewer content words does not stand alone."""
LONGEST = 400
"""Characters of a question that a model may write."""

_POINTS_BACK = re.compile(
    r"^\W*(?:and|but|or|so|also|then|what about|how about|what else|why|why not)\b"
    r"|\b(?:it|its|itself|they|them|their|theirs|this|these|those|he|him|his|she|her|hers|such|both|former|latter)\b"
    r"|\bthe (?:same|other|first|second|last)\b"
    r"|\bthat\b(?=\W*$|\s+(?:is|was|are|does|do|did|can|has|one|paper|study|work)\b)",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\s?!;,]+")


def by_rule(question: str, earlier: Sequence[str]) -> str:
    """`question` with content words of the last of the `earlier` questions, where it does not stand alone."""
    asked = terms(words_of(question))
    if not earlier or (not _POINTS_BACK.search(question) and len(asked) >= ALONE):
        return question
    carried = islice(_new_words(words_of(earlier[-1]), asked), CARRIED)
    return " ".join([question.strip(), *carried])


def by_model(question: str, earlier: Sequence[str], model: LanguageModel, prompts: Prompts) -> str:
    """`question` as the model writes it, if what it writes is about what was asked; else by rule."""
    if not earlier:
        return question
    try:
        reply = "".join(islice(model.stream(prompts.rewrite(earlier, question)), LONGEST))
    except SystemFault:
        return by_rule(question, earlier)
    lines = [line.strip(" \"'*-") for line in reply.splitlines() if line.strip()]
    return lines[0] if lines and _faithful(lines[0], question, earlier) else by_rule(question, earlier)


def _new_words(text: str, known: frozenset[str]) -> chain[str]:
    """The words of `text` that carry content and are not known, in order, each once."""
    fresh: dict[frozenset[str], str] = {}
    for word in _TOKEN.findall(text):
        stems = terms(word)
        if stems and not stems & known:
            fresh.setdefault(stems, word.strip("().\"'"))
    return chain(fresh.values())


def _faithful(written: str, question: str, earlier: Sequence[str]) -> bool:
    """Whether a rewritten question keeps what was asked and adds nothing that nobody spoke of."""
    asked = terms(words_of(question))
    spoken = asked.union(*(terms(text) for text in earlier))
    made = terms(written)
    return len(written) <= LONGEST and bool(made) and asked <= made and made <= spoken
