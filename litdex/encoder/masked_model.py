"""A BERT for masked-language training whose loss is computed at the masked places only.

Scores over the whole vocabulary cost a small encoder as much as its layers do; 85 % of them would be thrown away.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers import BertForMaskedLM

from litdex.encoder.masking import IGNORED


class MaskedModel(BertForMaskedLM):  # type: ignore[misc]  # transformers is not typed here
    """`BertForMaskedLM` whose forward pass is the loss of training; saved and loaded as its parent is."""

    def forward(self, input_ids: Tensor, attention_mask: Tensor, labels: Tensor) -> Tensor:
        """The mean cross-entropy over the places whose label, shape (rows, tokens), is not `IGNORED`."""
        states: Any = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        wanted = labels != IGNORED
        return torch.nn.functional.cross_entropy(self.cls(states[wanted]), labels[wanted])
