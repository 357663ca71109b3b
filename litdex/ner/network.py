"""The computing part of an exported tagger: words to one vector each, and each head on them. ONNX Runtime and numpy."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from litdex.errors import SystemFault
from litdex.ner.exported import ARRAYS, TaggerSettings
from litdex.ner.layers import Floats, Fusion, heads_of
from litdex.ner.pieces import Pieces
from litdex.ner.windows import windows
from litdex.runtime.session import load_session, load_tokenizer

Place = tuple[int, int]  # row and token


class Network:
    """Encoders, fusion and heads, loaded from a folder. Raises `SystemFault` where they cannot be."""

    def __init__(self, folder: Path, settings: TaggerSettings) -> None:
        self._window, self._overlap = settings.window, settings.overlap
        try:
            self._cutters = {one.tokenizer: Pieces(load_tokenizer(folder / one.tokenizer)) for one in settings.encoders}
            self._encoders = [(one.tokenizer, load_session(folder / one.graph)) for one in settings.encoders]
            with np.load(folder / ARRAYS, allow_pickle=False) as stored:
                arrays = {name: stored[name].astype(np.float32) for name in stored.files}
            self._fusion = Fusion(arrays, settings)
            self.heads = heads_of(arrays, settings)
        except Exception as error:  # the libraries raise plain Exception subclasses of their own
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise SystemFault(f"{folder}: the tagger cannot be loaded: {reason}") from error

    def states(self, texts: Sequence[Sequence[str]]) -> Floats:
        """The fused vectors of the words of all texts, one text after the other: (words, hidden)."""
        laid = {name: self._laid_out(cutter, texts) for name, cutter in self._cutters.items()}
        encoded = [_encode(session, *laid[tokenizer]) for tokenizer, session in self._encoders]
        return self._fusion(encoded, list(chain.from_iterable(texts)))

    def _laid_out(self, cutter: Pieces, texts: Sequence[Sequence[str]]) -> tuple[list[list[int]], list[Place]]:
        """The rows of pieces to run, and where in them each word of all texts has its first piece."""
        rows: list[list[int]] = []
        places: list[Place] = []
        for cut in cutter.cut(texts):
            for window in windows([len(pieces) for pieces in cut], self._window, self._overlap):
                row, starts = list(cutter.before), []
                for pieces in cut[window.first : window.last]:
                    starts.append(len(row))
                    row += pieces
                places += [(len(rows), starts[word - window.first]) for word in range(window.begin, window.end)]
                rows.append(row + list(cutter.after))
        return rows, places


def _encode(session: Any, rows: Sequence[list[int]], places: Sequence[Place]) -> Floats:
    """The vectors of the words at `places`, (words, width). Each row is run alone, so no text depends on another."""
    hidden = [session.run(None, {"input_ids": np.array([row], dtype=np.int64)})[0][0] for row in rows]
    return np.stack([hidden[row][token] for row, token in places])
