"""The shipped encoder, loaded once for all tests of answers."""

from __future__ import annotations

from functools import cache

from litdex.encoder.base import Encoder
from litdex.encoder.load import load_encoder


@cache
def shipped_encoder() -> Encoder:
    """litdex-small."""
    return load_encoder()
