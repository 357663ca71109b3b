"""How long a text is for a language model, counted without one.

The count is that of litdex-small's own word pieces. Other models cut text otherwise: on scientific English their counts
lie mostly below it, so a budget that is kept here is kept there; leave a tenth of room where the limit is hard.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from litdex.encoder.exported import TOKENIZER
from litdex.encoder.weights import DEFAULT
from litdex.runtime.session import clean, load_tokenizer
from litdex.runtime.weights import models_folder


def count_tokens(text: str) -> int:
    """The number of word pieces in `text`. Raises UserError where litdex's own weights are not installed."""
    return len(_tokenizer().encode(clean(text), add_special_tokens=False).ids)


@cache
def _tokenizer() -> Any:
    return load_tokenizer(models_folder() / DEFAULT / TOKENIZER)
