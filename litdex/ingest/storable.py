"""Text as the library can store it: no lone surrogates, no NUL, no control characters but tab and newline.

Every record passes this gate once, whatever its format, so that no parser has to remember it and nothing that a file
holds can stop a database, an engine or a terminal.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

R = TypeVar("R")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def storable(record: R) -> R:
    """Return `record`, a dataclass of text, tuples and dataclasses, with every text in it fit to store.

    Pairs of surrogates become the character that they stand for, what else cannot be stored goes. A record that is
    fit already is returned as it is.
    """
    if isinstance(record, str):
        return _clean(record)  # type: ignore[return-value]
    if isinstance(record, tuple):
        cleaned = tuple(storable(one) for one in record)
        return cleaned if any(new is not old for new, old in zip(cleaned, record, strict=True)) else record  # type: ignore[return-value]
    if isinstance(record, dict):
        return {storable(key): storable(value) for key, value in record.items()}  # type: ignore[return-value]
    if is_dataclass(record) and not isinstance(record, type):
        values = {one.name: getattr(record, one.name) for one in fields(record)}
        changed = {name: new for name, old in values.items() if (new := storable(old)) is not old}
        return replace(record, **changed) if changed else record
    return record


def _clean(text: str) -> str:
    if not _UNFIT.search(text):
        return text
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _UNFIT.sub("", joined)
