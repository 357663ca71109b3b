"""Encoders for masked-language training whose loss is computed at the masked places only.

Scores over the whole vocabulary cost a small encoder as much as its layers do; 85 % of them would be thrown away.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import AutoConfig, BertForMaskedLM, MPNetForMaskedLM

from litdex.encoder.masking import IGNORED


def _loss(model: Any, head: Any, input_ids: Tensor, attention_mask: Tensor | None, labels: Tensor) -> Tensor:
    states: Any = model.base_model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
    wanted = labels != IGNORED
    return torch.nn.functional.cross_entropy(head(states[wanted]).float(), labels[wanted])


class MaskedModel(BertForMaskedLM):  # type: ignore[misc]  # transformers is not typed here
    """`BertForMaskedLM` whose forward pass is the loss of training; saved and loaded as its parent is."""

    def forward(self, input_ids: Tensor, labels: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """The mean cross-entropy over the places whose label, shape (rows, tokens), is not `IGNORED`."""
        return _loss(self, self.cls, input_ids, attention_mask, labels)


class MaskedMPNet(MPNetForMaskedLM):  # type: ignore[misc]
    """The same on an MPNet."""

    def forward(self, input_ids: Tensor, labels: Tensor, attention_mask: Tensor | None = None) -> Tensor:
        """The mean cross-entropy over the places whose label, shape (rows, tokens), is not `IGNORED`."""
        return _loss(self, self.lm_head, input_ids, attention_mask, labels)


def open_masked(start: str, **changes: Any) -> Any:
    """The checkpoint `start`, a folder or a hub's name, with `changes` to its config. Raises OSError, ValueError."""
    kind = AutoConfig.from_pretrained(start).model_type
    return (MaskedMPNet if kind == "mpnet" else MaskedModel).from_pretrained(start, **changes)
