"""One corpus's head: scores of its tags, and a linear-chain CRF in which a forbidden transition has no probability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils import parametrize
from torchcrf import CRF

from litdex.ner.corpora.schemes import OUTSIDE, allowed
from litdex.ner.exported import FORBIDDEN
from litdex.ner.training.scan import likelihood


class Allowed(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """A parametrisation that holds forbidden entries at `FORBIDDEN`, whatever is learnt."""

    permitted: Tensor

    def __init__(self, permitted: NDArray[np.bool_]) -> None:
        super().__init__()
        self.register_buffer("permitted", torch.from_numpy(permitted), persistent=False)

    def forward(self, weights: Tensor) -> Tensor:
        """`weights` where they are permitted."""
        return weights.masked_fill(~self.permitted, FORBIDDEN)

    def right_inverse(self, weights: Tensor) -> Tensor:
        """What is learnt on from, where the table is assigned to."""
        return weights


class Head(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """Fused vectors (batch, words, hidden) to tags. `tags` is in the order of the scores."""

    def __init__(self, hidden: int, tags: Sequence[str], *, crf: bool) -> None:
        super().__init__()
        self.tags = tuple(tags)
        self._numbers = {tag: number for number, tag in enumerate(tags)}
        self.scores = nn.Linear(hidden, len(tags))
        self.crf = CRF(len(tags), batch_first=True) if crf else None
        if self.crf is not None:
            start, end, pair = allowed(tags)
            parametrize.register_parametrization(self.crf, "start_transitions", Allowed(start))
            parametrize.register_parametrization(self.crf, "end_transitions", Allowed(end))
            parametrize.register_parametrization(self.crf, "transitions", Allowed(pair))

    def forward(self, fused: Tensor) -> Tensor:
        """The scores of the tags, (batch, words, tags), in 32 bits."""
        scores: Tensor = self.scores(fused.float())
        return scores

    def loss(self, scores: Tensor, labels: Tensor, mask: Tensor, alpha: float) -> Tensor:
        """alpha * CRF + (1 - alpha) * cross-entropy, each a mean over the words that `mask` (batch, words) keeps.

        Source: Varma 2025, the hybrid loss; the mean over words, not sentences, is ours.
        """
        loss: Tensor = scores.new_zeros(())
        if alpha < 1:
            loss = loss + (1 - alpha) * nn.functional.cross_entropy(scores[mask], labels[mask])
        if alpha > 0 and self.crf is not None:
            with parametrize.cached():
                if scores.is_cuda:
                    likely = likelihood(self.crf, scores, labels, mask) / mask.sum()
                else:
                    likely = self.crf(scores, labels, mask, reduction="token_mean")
                loss = loss - alpha * likely
        return loss

    def decode(self, scores: Tensor, mask: Tensor) -> list[list[int]]:
        """The best tags of each row, as long as its mask: Viterbi's, or without a CRF each word's best."""
        if self.crf is None:
            return [row[kept].tolist() for row, kept in zip(scores.argmax(2), mask, strict=True)]
        with torch.no_grad(), parametrize.cached():
            decoded: list[list[int]] = self.crf.decode(scores, mask)
        return decoded

    def ids(self, tags: Sequence[str]) -> list[int]:
        """The numbers of tags; of one whose type the head does not know, that of O."""
        return [self._numbers.get(tag, self._numbers[OUTSIDE]) for tag in tags]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The head as `litdex.ner.exported` describes it, without the prefix."""
        start, end, pair = allowed(self.tags)
        tables = {"start": start, "end": end, "transitions": pair}
        if self.crf is None:
            found = {name: np.where(table, 0.0, FORBIDDEN) for name, table in tables.items()}
        else:
            learnt = (self.crf.start_transitions, self.crf.end_transitions, self.crf.transitions)
            found = {name: value.detach().numpy() for name, value in zip(tables, learnt, strict=True)}
        found |= {"weight": self.scores.weight.detach().numpy(), "bias": self.scores.bias.detach().numpy()}
        return {name: np.asarray(value, dtype=np.float32) for name, value in found.items()}
