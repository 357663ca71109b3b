"""What a lexical engine may make of words: the names that `litdex rebuild --analyzer` takes."""

from __future__ import annotations

from litdex.errors import UserError

DEFAULT = "english"
PLAIN = "plain"
LANGUAGES = (
    "danish",
    "dutch",
    "english",
    "finnish",
    "french",
    "german",
    "hungarian",
    "italian",
    "norwegian",
    "portuguese",
    "russian",
    "spanish",
    "swedish",
)
"""Each drops its stop words and cuts its endings."""

ANALYSERS = (*LANGUAGES, PLAIN)
"""`plain` leaves words as they are written, but for case and accents."""


WRITING = {"formulas": True, "cjk": True}
"""Said in the settings of a generation in which formulas are words (`litdex.index.lexical.formulas`), and pairs of
Chinese, Japanese and Korean characters (`litdex.index.lexical.cjk`): of all that are made now. One of an earlier litdex
does not say it, and is searched as it was made until it is built again."""


def known(name: str) -> str:
    """The name itself. Raises UserError for one that is no analyser's."""
    if name not in ANALYSERS:
        raise UserError(f"--analyzer {name}: give one of {', '.join(ANALYSERS)}")
    return name
