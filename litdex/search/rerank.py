"""The optional second stage: a cross-encoder reads the query together with each of the best papers.

Off unless asked for: it reads `RERANK_DEPTH` passages a query, which takes a small model about a second on two cores.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from litdex.errors import UserError
from litdex.search.fusion.fuse import Fused

RERANK_DEPTH = 50
"""How many papers are read, unless told otherwise."""

Name = TypeVar("Name", bound=str)


class Reranker(Protocol):
    """Scores texts for a query, reading both at once."""

    @property
    def name(self) -> str:
        """What a user calls it."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """A score for each text, the higher the better."""


class CrossEncoderReranker:
    """Wraps a sentence-transformers `CrossEncoder`."""

    def __init__(self, name: str, model: Any) -> None:
        self.name = name
        self._model = model

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        pairs = [(_clean(query), _clean(text)) for text in texts]
        return [float(score) for score in self._model.predict(pairs, show_progress_bar=False)]


class SecondStage(Generic[Name]):
    """Puts the first `depth` papers of a ranking into the order of a reranker, which is loaded when first needed."""

    def __init__(self, load: Callable[[], Reranker], depth: int = RERANK_DEPTH) -> None:
        self._load = load
        self._depth = depth
        self._reranker: Reranker | None = None

    @property
    def name(self) -> str:
        """The reranker's name."""
        return self._loaded().name

    def order(self, query: str, fused: Sequence[Fused[Name]], text: Callable[[str], str]) -> list[Fused[Name]]:
        """The papers, the first `depth` by the reranker's score, ties by id; `text` is what is read of a paper.

        The others follow in their order, their scores moved below the lowest of those read.
        """
        read, rest = fused[: self._depth], fused[self._depth :]
        if not read:
            return []
        scores = self._loaded().scores(query, [text(one.paper) for one in read])
        ranked = [Fused(one.paper, score, one.shares) for one, score in zip(read, scores, strict=True)]
        below = min(scores) - fused[0].score
        return [
            *sorted(ranked, key=lambda one: (-one.score, one.paper)),
            *(Fused(one.paper, below + one.score, one.shares) for one in rest),
        ]

    def _loaded(self) -> Reranker:
        if self._reranker is None:
            self._reranker = self._load()
        return self._reranker


def load_reranker(name: str) -> Reranker:
    """The cross-encoder in the folder, or of the hub name, `name`. Raises `UserError` where there is none."""
    try:
        from sentence_transformers import CrossEncoder
    except ImportError as error:
        raise UserError(f"--rerank {name}: a second stage needs pip install 'litdex[train]'") from error
    try:
        model = CrossEncoder(name, device="cpu")
    except Exception as error:  # whatever a hub, a disk or a model's own code raises
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise UserError(
            f"--rerank {name}: cannot be loaded as a sentence-transformers CrossEncoder: {reason}"
        ) from error
    outputs = model.config.num_labels
    if outputs != 1:
        raise UserError(f"--rerank {name}: it gives {outputs} numbers a pair, where one score is needed")
    return CrossEncoderReranker(name, model)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
