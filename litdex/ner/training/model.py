"""The tagger as a torch module: encoders and characters, fused word by word, under one head for each corpus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from litdex.ner.exported import FIRST_CHARACTER
from litdex.ner.training.config import Model
from litdex.ner.training.crf import Head
from litdex.ner.training.inputs import CHARACTERS, Inputs


class Surface(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """Words as they are written: a convolution over three neighbouring characters, and its maximum over the word."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(FIRST_CHARACTER + len(CHARACTERS), width // 4)
        self.mix = nn.Linear(3 * (width // 4), width)

    def forward(self, spelled: Tensor) -> Tensor:
        """Ids (words, places) to vectors (words, width)."""
        found = self.embedding(spelled)
        neighbours = torch.cat([found[:, :-2], found[:, 1:-1], found[:, 2:]], dim=2)
        vectors: Tensor = self.mix(neighbours).relu().amax(1)
        return vectors


class Fusion(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """relu(W [h_1; h_2; c] + b) for each word; `attention` first scales each encoder's vector by its softmax weight.

    Source: Varma 2025, section III.C (linear); the paper's abstract calls its fusion attention-based.
    """

    def __init__(self, widths: Sequence[int], surface: int, hidden: int, *, attention: bool) -> None:
        super().__init__()
        self.gate = nn.Linear(sum(widths), len(widths)) if attention else None
        self.mix = nn.Linear(sum(widths) + surface, hidden)

    def forward(self, encoded: Sequence[Tensor], surface: Tensor | None) -> Tensor:
        """Vectors (texts, words, width) of each encoder, and of the characters, to (texts, words, hidden)."""
        parts = list(encoded)
        if self.gate is not None:
            weights = self.gate(torch.cat(parts, dim=2)).softmax(2)
            parts = [part * weights[:, :, at : at + 1] for at, part in enumerate(parts)]
        if surface is not None:
            parts.append(surface)
        fused: Tensor = self.mix(torch.cat(parts, dim=2)).relu()
        return fused


class Tagger(nn.Module):  # type: ignore[misc]  # torch is not typed here
    """Encoders, fusion and heads. `tags` gives each head's tags; a forward pass ends at the fused vectors."""

    def __init__(self, encoders: Sequence[Any], tags: Mapping[str, Sequence[str]], settings: Model) -> None:
        super().__init__()
        widths = [int(encoder.config.hidden_size) for encoder in encoders]
        self.encoders = nn.ModuleList(encoders)
        self.surface = Surface(settings.surface) if settings.surface else None
        self.fusion = Fusion(widths, settings.surface, settings.hidden, attention=settings.fusion == "attention")
        self.dropout = nn.Dropout(settings.dropout)
        self.heads = nn.ModuleDict(
            {name: Head(settings.hidden, found, crf=settings.crf) for name, found in tags.items()}
        )

    def forward(self, inputs: Inputs) -> Tensor:
        """The fused vector of each word, (texts, words, hidden)."""
        encoded = [self.dropout(self._encode(at, inputs)) for at in range(len(self.encoders))]
        surface = None if self.surface is None else self.dropout(self.surface(inputs.spelled)[inputs.spelling])
        fused: Tensor = self.dropout(self.fusion(encoded, surface))
        return fused

    def head(self, name: str) -> Head:
        """The head of the corpus called `name`."""
        head = self.heads[name]
        if not isinstance(head, Head):
            raise TypeError(name)
        return head

    def _encode(self, at: int, inputs: Inputs) -> Tensor:
        rows = inputs.rows[at]
        states = self.encoders[at](input_ids=rows.ids, attention_mask=rows.mask).last_hidden_state
        words: Tensor = states.reshape(-1, states.shape[2])[rows.places]
        return words
