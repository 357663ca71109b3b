"""Which of the weights that ship with litdex are the encoder's."""

from __future__ import annotations

DEFAULT = "litdex-small"
"""The folder, among the shipped models, of the encoder that is used when none is named."""
