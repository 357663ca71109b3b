"""The record that tagging produces: one mention of one entity, with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Characters `start` to `end` (end excluded) of a text name an entity of `type`, such as "Disease"."""

    type: str
    text: str
    start: int
    end: int
    confidence: float = 1.0  # the probability of exactly this span with this type, from the CRF's marginals
    name: str = ""  # the canonical name: what mentions of one entity share, "cystic fibrosis"
    identifier: str = ""  # the entity's id in the user's vocabulary, where it is there
