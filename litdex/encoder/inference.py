"""The encoder that litdex runs: ONNX Runtime and the tokenizers library, no torch.

Each run takes one text, on one thread, and several runs go side by side. So no time goes into padding, no thread spins
between runs, and a text's vector is the same bits whatever else is encoded with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from litdex.encoder.base import Vectors
from litdex.encoder.exported import MODEL, TOKENIZER, read_settings
from litdex.errors import SystemFault
from litdex.runtime.session import clean, load_session, load_tokenizer, thread_count

CHUNK = 64  # texts between two calls of `progress`; also bounds the tokens in memory


class OnnxEncoder:
    """An exported encoder (see `litdex.encoder.exported`), loaded from its folder.

    Raises `UserError` where the settings are bad and `SystemFault` where model or tokenizer cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        self._settings = read_settings(folder)
        self._threads = thread_count()
        try:
            self._tokenizer = load_tokenizer(folder / TOKENIZER)
            self._tokenizer.enable_truncation(self._settings.max_tokens)
            self._session = load_session(folder / MODEL)
        except Exception as error:  # both libraries raise plain Exception subclasses of their own
            raise SystemFault(f"{folder}: the encoder cannot be loaded: {str(error).splitlines()[0]}") from error

    @property
    def name(self) -> str:
        """The name in the encoder's settings."""
        return self._settings.name

    @property
    def fingerprint(self) -> str:
        """The hash written at export."""
        return self._settings.fingerprint

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._settings.dimension

    def encode_passages(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Vectors of shape (len(texts), dimension), float32, unit length. `progress` is told each chunk's size."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        with ThreadPoolExecutor(self._threads) as pool:
            for start in range(0, len(texts), CHUNK):
                chunk = [clean(self._settings.passage_prefix + text) for text in texts[start : start + CHUNK]]
                tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(chunk)]
                for offset, vector in enumerate(pool.map(self._vector, tokens)):
                    vectors[start + offset] = vector
                if progress:
                    progress(len(chunk))
        return vectors

    def encode_query(self, text: str) -> Vectors:
        """One vector of shape (dimension,), float32, unit length."""
        return self._vector(self._tokenizer.encode(clean(self._settings.query_prefix + text)).ids)

    def _vector(self, tokens: list[int]) -> Vectors:
        hidden = self._session.run(None, {"input_ids": np.array([tokens], dtype=np.int64)})[0][0]  # (tokens, dimension)
        vector: Vectors = hidden.mean(axis=0) if self._settings.pooling == "mean" else hidden[0]
        return vector / np.linalg.norm(vector)
