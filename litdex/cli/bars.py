"""One progress bar on a terminal, nothing elsewhere: what long commands show while they work."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Told = Callable[[int, int], None]
"""Is told how many more steps there are in all, and how many more are done."""


@contextmanager
def bar(task: str, unit: str) -> Iterator[Told]:
    """A bar for `task`, which counts `unit`."""
    if not sys.stderr.isatty():
        yield lambda more, done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(f"{task:9}"), BarColumn(bar_width=None), MofNCompleteColumn(), TextColumn(unit))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as bars:
        shown = bars.add_task(task, total=None)

        def told(more: int, done: int) -> None:
            total = (bars.tasks[shown].total or 0) + more
            bars.update(shown, total=total or None, advance=done)

        yield told
