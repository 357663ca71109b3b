"""What costs much to look up and changes little: each reader remembers it until the library has changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from litdex.server.readers import Reader

T = TypeVar("T")
REST = 10.0
"""Seconds between two look-ups at least: while an ingest runs, the library changes all the time."""


def remembered(look_up: Callable[[Reader], T]) -> Callable[[Reader], T]:
    """`look_up`, whose answer is kept; it may be `REST` seconds behind the library."""
    kept: WeakKeyDictionary[Reader, tuple[tuple[int, int], float, T]] = WeakKeyDictionary()

    @wraps(look_up)
    def found(reader: Reader) -> T:
        version, now = reader.library.store.version(), time.monotonic()
        before = kept.get(reader)
        if before and (before[0] == version or now - before[1] < REST):
            return before[2]
        kept[reader] = version, now, look_up(reader)
        return kept[reader][2]

    return found
