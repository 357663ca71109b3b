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


def known(name: str) -> str:
    """The name itself. Raises UserError for one that is no analyser's."""
    if name not in ANALYSERS:
        raise UserError(f"--analyzer {name}: give one of {', '.join(ANALYSERS)}")
    return name
