"""Text that a language model repeats without end, noticed while it is written and cut out of what was written.

Nougat is known for it (Blecher et al., 2023, section 5.4): on pages unlike those it was trained on, it writes one
phrase again and again until it runs out of tokens.
"""

from __future__ import annotations

from collections.abc import Sequence

MAX_PERIOD = 96  # tokens or words
TIMES = 4  # a phrase so often on end is no text
MIN_LENGTH = 48  # tokens or words that repeat: rows of a table are alike, too


def period_of(items: Sequence[object]) -> int:
    """The length of the phrase that the end of `items` consists of, over and over; 0 where it does not."""
    for period in range(1, min(MAX_PERIOD, len(items) // TIMES) + 1):
        length = max(MIN_LENGTH, period * TIMES)
        if length <= len(items):
            tail = items[len(items) - length :]
            if all(tail[place] == tail[place - period] for place in range(period, length)):
                return period
    return 0


def without_repetition(text: str) -> tuple[str, bool]:
    """The text with a repeated phrase at its end kept once, and whether there was one.

    The last repetition may be cut short, as it is where the tokens ran out.
    """
    words = text.split(" ")
    for broken in range(min(MAX_PERIOD, len(words))):
        whole = words[: len(words) - broken]
        period = period_of(whole)
        if period and all(words[-1 - place] == words[-1 - place - period] for place in range(1, broken)):
            keep = len(whole)
            while keep - period >= period and whole[keep - period : keep] == whole[keep - 2 * period : keep - period]:
                keep -= period
            return " ".join(whole[:keep]), True
    return text, False
