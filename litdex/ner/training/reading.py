"""What a trained tagger says of a corpus's sentences: their tags, and the loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from litdex.ner.corpora.joining import groups_of, joined, parted
from litdex.ner.corpora.schemes import spans_of, tags_of
from litdex.ner.corpora.sentence import Sentence, Span
from litdex.ner.pieces import Pieces
from litdex.ner.training.inputs import inputs_of, labels_of
from litdex.ner.training.model import Tagger

BATCH = 4096  # pieces of the first encoder in a batch, without padding


@dataclass(frozen=True, slots=True)
class Reading:
    """The spans that a head found in each sentence, and its mean loss a word."""

    spans: list[list[Span]]
    loss: float


class Reader:
    """Reads sentences with one tagger. Neighbours are read together up to `join` words, see `Corpus`."""

    def __init__(self, model: Tagger, cutters: Sequence[Pieces]) -> None:
        self._model, self._cutters = model, cutters

    def read(self, head: str, sentences: Sequence[Sentence], *, join: int, alpha: float = 0.0) -> Reading:
        """What `head` makes of `sentences`."""
        groups = list(groups_of(sentences, join))
        texts = [joined(group) for group in groups]
        cut = [cutter.cut([text.words for text in texts]) for cutter in self._cutters]
        found: list[list[str]] = [[]] * len(texts)
        loss = 0.0
        training = self._model.training
        self._model.eval()
        for batch in _batches([sum(map(len, pieces)) for pieces in cut[0]]):
            pieces = [[encoder[at] for at in batch] for encoder in cut]
            with torch.inference_mode():
                tags, mean = self._batch(head, [texts[at] for at in batch], pieces, alpha)
            loss += mean * sum(map(len, tags))
            for at, row in zip(batch, tags, strict=True):
                found[at] = row
        self._model.train(training)
        words = sum(map(len, found))
        return Reading([spans_of(row) for row in parted(groups, found)], loss / max(1, words))

    def _batch(
        self, name: str, texts: Sequence[Sentence], pieces: Sequence[Sequence[list[list[int]]]], alpha: float
    ) -> tuple[list[list[str]], float]:
        head = self._model.head(name)
        device = str(next(head.parameters()).device)
        inputs = inputs_of([text.words for text in texts], pieces, self._cutters).to(device)
        labels = labels_of([head.ids(tags_of(text.spans, len(text.words))) for text in texts]).to(device)
        scores = head(self._model(inputs))
        tags = [[head.tags[tag] for tag in row] for row in head.decode(scores, inputs.mask)]
        return tags, float(head.loss(scores, labels, inputs.mask, alpha))


def _batches(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Places of texts in batches of like size."""
    batch: list[int] = []
    full = 0
    for at in sorted(range(len(sizes)), key=lambda at: sizes[at]):
        if batch and full + sizes[at] > BATCH:
            yield batch
            batch, full = [], 0
        batch.append(at)
        full += sizes[at]
    if batch:
        yield batch
