"""Words to the pieces that an encoder reads, by its own tokenizer; the same for training and for inference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litdex.ner.windows import WINDOW
from litdex.runtime.session import clean

KEPT = 200_000
"""Words whose pieces are kept, about; past that all are forgotten."""


class Pieces:
    """Cuts words for one encoder. Every word has at least one piece, and its vector is that of its first one.

    A word is cut the same wherever it stands, so what was cut once is kept.
    """

    def __init__(self, tokenizer: Any, most: int = WINDOW) -> None:
        """`tokenizer` is a `tokenizers.Tokenizer`; a word keeps the first `most` of its pieces."""
        self._tokenizer = tokenizer
        self._most = most
        tokenizer.no_padding()
        tokenizer.no_truncation()
        special = tokenizer.encode("").ids
        self.before, self.after = special[: len(special) // 2], special[len(special) // 2 :]
        unknown = tokenizer.token_to_id(getattr(tokenizer.model, "unk_token", None) or "")
        self._unknown = self.after[-1] if unknown is None else unknown
        self._known: dict[str, list[int]] = {}

    def cut(self, sentences: Sequence[Sequence[str]]) -> list[list[list[int]]]:
        """For each sentence, given as words, the pieces of each word."""
        if len(self._known) > KEPT:
            self._known = {}
        known = self._known  # another thread may take a new one meanwhile
        new = list({word for words in sentences for word in words if word not in known})
        if new:
            found = self._tokenizer.encode(
                [clean(word) for word in new], is_pretokenized=True, add_special_tokens=False
            )
            known.update(zip(new, self._by_word(found, len(new)), strict=True))
        return [[known[word] for word in words] for words in sentences]

    def _by_word(self, encoding: Any, count: int) -> list[list[int]]:
        pieces: list[list[int]] = [[] for _ in range(count)]
        for piece, word in zip(encoding.ids, encoding.word_ids, strict=True):
            pieces[word].append(piece)
        return [found[: self._most] or [self._unknown] for found in pieces]
