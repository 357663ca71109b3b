"""The curves of a training run as PNG: loss and accuracy, in training and on devel (the paper's figures 2 and 3)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from litdex.errors import UserError
from litdex.training import read_log

PANELS = (("loss", "loss"), ("accuracy", "accuracy of words"), ("F1", "strict entity F1, devel"))


def curves(folder: Path) -> Path:
    """Draw the run in `folder` as `folder`/curves.png. Raises `UserError` where there is no log."""
    from matplotlib.figure import Figure

    entries = read_log(folder)
    if not entries:
        raise UserError(f"{folder} holds no log.jsonl: name the output folder of a training run.")
    figure = Figure(figsize=(14, 4), layout="constrained")
    for axis, (key, title) in zip(figure.subplots(1, len(PANELS)), PANELS, strict=True):
        for name, label in [(key, "training"), *((name, _label(name)) for name in _devel(entries, key))]:
            points = [(entry["epoch"], entry[name]) for entry in entries if name in entry]
            if points:
                axis.plot(*zip(*points, strict=True), label=label, marker="o" if "devel" in name else "", linewidth=1)
        axis.set(title=title, xlabel="epochs")
        if axis.lines:
            axis.legend(fontsize=8)
    figure.savefig(folder / "curves.png", dpi=120)
    return folder / "curves.png"


def _devel(entries: Sequence[dict[str, Any]], key: str) -> list[str]:
    return sorted({name for entry in entries for name in entry if name.startswith(f"devel {key}")})


def _label(name: str) -> str:
    """ "devel F1 ncbi" is the corpus ncbi; without a corpus it is the mean of all."""
    return name.split(" ", 2)[2] if name.count(" ") == 2 else "devel, mean of corpora"
