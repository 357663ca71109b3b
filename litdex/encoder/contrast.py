"""Losses over a batch of pairs: contrast with known positives, and distillation of a teacher's similarities."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

_NEVER = -1e4  # stands for minus infinity: a row may have no negative at all, and infinities have no gradient


def contrastive(
    left: torch.Tensor, right: torch.Tensor, related: torch.Tensor, *, temperature: float, shared: bool = False
) -> torch.Tensor:
    """In-batch contrast both ways: each related pair against the unrelated ones of its row, and of its column.

    Args: unit vectors (n, d) and (m, d), m >= n, and the mask `related` (n, m). With `shared`, the negatives of all
    rows stand against each positive, so that one threshold on the cosine parts related from unrelated everywhere.
    Source: SimCSE (Gao et al., 2021) with in-batch negatives; several positives as in SupCon (Khosla et al., 2020).
    """
    scores = left @ right.T / temperature
    count = left.shape[0]
    backward = scores.T[:count], related.T[:count]
    return (_one_way(scores, related, shared) + _one_way(*backward, shared)) / 2


def _one_way(scores: torch.Tensor, related: torch.Tensor, shared: bool) -> torch.Tensor:
    import torch

    negatives = scores.masked_fill(related, _NEVER).logsumexp(1, keepdim=True)  # (n, 1)
    if shared:
        negatives = negatives.logsumexp(0, keepdim=True) - math.log(len(scores))
    each = torch.logaddexp(scores, negatives) - scores  # (n, m)
    return ((each * related).sum(1) / related.sum(1).clamp(min=1)).mean()


def distillation(
    left: torch.Tensor, right: torch.Tensor, teacher: torch.Tensor, *, temperature: float, teacher_temperature: float
) -> torch.Tensor:
    """KL divergence from the teacher's ranking of the right texts to the student's, for each left text and back.

    `teacher` (n, m) holds the teacher's cosines.
    """
    scores, wanted = left @ right.T / temperature, teacher / teacher_temperature
    return (_divergence(scores, wanted) + _divergence(scores.T, wanted.T)) / 2


def _divergence(scores: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    from torch.nn.functional import kl_div

    return kl_div(scores.log_softmax(1), wanted.log_softmax(1), reduction="batchmean", log_target=True)
