"""Trying again, after longer and longer pauses, what a server was too busy or too slow to do."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0  # seconds
BUSY = 120.0
"""How long, in seconds, a server is tried that refuses work (429, 503) or does not answer in time."""
GONE = 5.0
"""How long one is tried that cannot be reached at all: what is pending can be written when it is back."""

T = TypeVar("T")


def patiently(attempt: Callable[[], T], patience: Callable[[Exception], float]) -> T:
    """What `attempt` returns, if need be at a later try.

    `patience` says how many seconds after the first try an error is still worth another one; 0 for none. The last
    error is raised as it came. `attempt` must do no harm when it is done twice.
    """
    begun, pause = time.monotonic(), FIRST_PAUSE
    while True:
        try:
            return attempt()
        except Exception as error:
            if time.monotonic() - begun + pause > patience(error):
                raise
        # At random, so that writers which were refused together do not come back together.
        time.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(2 * pause, LONGEST_PAUSE)
