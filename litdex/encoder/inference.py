"""The encoder that litdex runs: ONNX Runtime and the tokenizers library, no torch.

Each run takes one text, on one thread, and several runs go side by side. So no time goes into padding, no thread spins
between runs, and a text's vector is the same bits whatever else is encoded with it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from litdex.encoder.base import Vectors
from litdex.encoder.exported import MODEL, TOKENIZER, read_settings
from litdex.errors import SystemFault, UserError

CHUNK = 64  # texts between two calls of `progress`; also bounds the tokens in memory


class OnnxEncoder:
    """An exported encoder (see `litdex.encoder.exported`), loaded from its folder.

    Raises `UserError` where the settings are bad and `SystemFault` where model or tokenizer cannot be loaded.
    """

    def __init__(self, folder: Path) -> None:
        self._settings = read_settings(folder)
        self._threads = thread_count()
        try:
            self._tokenizer = _load_tokenizer(folder / TOKENIZER, self._settings.max_tokens)
            self._session = _load_session(folder / MODEL)
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
                chunk = [_clean(self._settings.passage_prefix + text) for text in texts[start : start + CHUNK]]
                tokens = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(chunk)]
                for offset, vector in enumerate(pool.map(self._vector, tokens)):
                    vectors[start + offset] = vector
                if progress:
                    progress(len(chunk))
        return vectors

    def encode_query(self, text: str) -> Vectors:
        """One vector of shape (dimension,), float32, unit length."""
        return self._vector(self._tokenizer.encode(_clean(self._settings.query_prefix + text)).ids)

    def _vector(self, tokens: list[int]) -> Vectors:
        hidden = self._session.run(None, {"input_ids": np.array([tokens], dtype=np.int64)})[0][0]  # (tokens, dimension)
        vector: Vectors = hidden.mean(axis=0) if self._settings.pooling == "mean" else hidden[0]
        return vector / np.linalg.norm(vector)


def thread_count() -> int:
    """How many texts are encoded side by side: LITDEX_THREADS, else the physical cores this process may use."""
    asked = os.environ.get("LITDEX_THREADS", "")
    if not asked:
        return len({_core(cpu) for cpu in _usable_cpus()})
    if not asked.isdecimal() or int(asked) < 1:
        raise UserError(f"LITDEX_THREADS must be a whole number from 1 up, not {asked!r}")
    return int(asked)


def _usable_cpus() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return set(os.sched_getaffinity(0))
    return set(range(os.cpu_count() or 1))


def _core(cpu: int) -> str:
    """A name shared by the hardware threads of one core; the cpu itself where the system does not tell."""
    siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
    try:
        return siblings.read_text()
    except OSError:
        return str(cpu)


def _load_tokenizer(path: Path, max_tokens: int) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_tokens)
    return tokenizer


def _load_session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # The weights are stored in 8 bits and computed with in 32: have them widened once, at load.
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _clean(text: str) -> str:
    """Lone surrogates, which a Python string may hold and UTF-8 may not, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
