"""The likelihood of a linear-chain CRF in few steps, for a GPU: matrices multiplied by halves, not word by word.

pytorch-crf walks along the words with several small kernels at each, and a GPU spends its time on launching them. The
sum over all sequences of tags is a product of one matrix a word; a product may be taken in any order, so neighbours
are multiplied all at once, then neighbours of these, in log2(words) rounds.
Source: Hassan, Särkkä and García-Fernández, "Temporal parallelization of inference in hidden Markov models" (2021).
"""

from __future__ import annotations

import torch
from torch import Tensor
from torchcrf import CRF

from litdex.ner.exported import FORBIDDEN


def likelihood(crf: CRF, scores: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
    """The sum over texts of the log-likelihood of `labels`, as `crf` has it.

    Scores are (texts, words, tags), labels and mask (texts, words); every text has a first word.
    """
    return (_score(crf, scores, labels, mask) - _normaliser(crf, scores, mask)).sum()


def _score(crf: CRF, scores: Tensor, labels: Tensor, mask: Tensor) -> Tensor:
    """The score of each text's own labels."""
    kept = mask.to(scores.dtype)
    own = (scores.gather(2, labels.unsqueeze(2)).squeeze(2) * kept).sum(1)
    steps = (crf.transitions[labels[:, :-1], labels[:, 1:]] * kept[:, 1:]).sum(1)
    last = labels.gather(1, mask.long().sum(1, keepdim=True) - 1).squeeze(1)
    return own + steps + crf.start_transitions[labels[:, 0]] + crf.end_transitions[last]


def _normaliser(crf: CRF, scores: Tensor, mask: Tensor) -> Tensor:
    """The logarithm of the sum over all sequences of tags, of each text."""
    first = crf.start_transitions + scores[:, 0]
    if scores.shape[1] == 1:
        return torch.logsumexp(first + crf.end_transitions, dim=1)
    neutral = scores.new_full((crf.num_tags, crf.num_tags), FORBIDDEN).fill_diagonal_(0.0)
    each = crf.transitions + scores[:, 1:].unsqueeze(2)
    product = torch.where(mask[:, 1:, None, None], each, neutral)
    while product.shape[1] > 1:
        if product.shape[1] % 2:
            product = torch.cat([product, neutral.expand(len(product), 1, -1, -1)], dim=1)
        product = torch.logsumexp(product[:, ::2].unsqueeze(4) + product[:, 1::2].unsqueeze(2), dim=3)
    return torch.logsumexp(first.unsqueeze(2) + product[:, 0] + crf.end_transitions, dim=(1, 2))
