"""Chinese, Japanese and Korean as words: such scripts put no blanks between words, so each pair of characters is one.

A run of n characters becomes its n - 1 overlapping pairs, in order, so a phrase of them is the run itself; a character
that stands alone is a word. As Lucene's CJKBigramFilter does it, here in the text, so that every engine sees the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SCRIPTS = (
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Hangul
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"  # Han, with signs of repetition
    "\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # Hiragana and Katakana
)
RUN = re.compile(f"[{_SCRIPTS}]+")


def pairs(run: str) -> Iterator[str]:
    """The overlapping pairs of a run of characters; the character itself where it is one."""
    return (run[at : at + 2] for at in range(max(len(run) - 1, 1)))


def paired(text: str) -> str:
    """`text` with its runs as pairs, blanks around them. What has none is returned as it is."""
    return text if text.isascii() else RUN.sub(lambda run: f" {' '.join(pairs(run[0]))} ", text)
