"""Words to the pieces that an encoder reads, by its own tokenizer; the same for training and for inference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from litdex.ner.windows import WINDOW
from litdex.runtime.session import clean


class Pieces:
    """Cuts words for one encoder. Every word has at least one piece, and its vector is that of its first one."""

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

    def cut(self, sentences: Sequence[Sequence[str]]) -> list[list[list[int]]]:
        """For each sentence, given as words, the pieces of each word."""
        cleaned = [[clean(word) for word in words] for words in sentences]
        found = self._tokenizer.encode_batch(cleaned, is_pretokenized=True, add_special_tokens=False)
        return [self._by_word(encoding, len(words)) for encoding, words in zip(found, sentences, strict=True)]

    def _by_word(self, encoding: Any, count: int) -> list[list[int]]:
        pieces: list[list[int]] = [[] for _ in range(count)]
        for piece, word in zip(encoding.ids, encoding.word_ids, strict=True):
            pieces[word].append(piece)
        return [found[: self._most] or [self._unknown] for found in pieces]
