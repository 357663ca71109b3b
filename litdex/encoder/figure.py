"""Pictures of training and of a vector space, as PNG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from litdex.encoder.base import Vectors
from litdex.errors import UserError
from litdex.training import read_log


def pca_figure(models: Mapping[str, Vectors], labels: Sequence[str], path: Path) -> Path:
    """Each model's vectors (n, d) in two dimensions by PCA, side by side, coloured by label (PhysBERT's figure)."""
    from matplotlib.figure import Figure
    from sklearn.decomposition import PCA

    names = sorted(set(labels))
    figure = Figure(figsize=(6 * len(models) + 2, 6), layout="constrained")
    axes = figure.subplots(1, len(models), squeeze=False)[0]
    for axis, (title, vectors) in zip(axes, models.items(), strict=True):
        flat = PCA(2, random_state=0).fit_transform(vectors)
        for index, name in enumerate(names):
            rows = np.array([label == name for label in labels])
            axis.scatter(*flat[rows].T, s=4, color=f"C{index % 10}", marker="ox^"[index // 10 % 3], label=name)
        axis.set(title=title, xticks=[], yticks=[])
    axes[-1].legend(loc="center left", bbox_to_anchor=(1, 0.5), markerscale=3, fontsize=8)
    figure.savefig(path, dpi=150)
    return path


def curves(folder: Path) -> Path:
    """The loss of each kind and the measures on devel of the run in `folder`, as `folder`/curves.png."""
    from matplotlib.figure import Figure

    entries = read_log(folder)
    if not entries:
        raise UserError(f"{folder} holds no log.jsonl: name the output folder of a training run.")
    figure = Figure(figsize=(11, 4), layout="constrained")
    losses, measures = figure.subplots(1, 2)
    for kind in sorted({entry.get("kind", "masked") for entry in entries if "loss" in entry}):
        points = [(e["step"], e["loss"]) for e in entries if "loss" in e and e.get("kind", "masked") == kind]
        losses.plot(*zip(*points, strict=True), label=kind, linewidth=0.8)
    for name in sorted({key for entry in entries for key in entry if key.startswith("devel ")}):
        points = [(entry["step"], entry[name]) for entry in entries if name in entry]
        measures.plot(*zip(*points, strict=True), marker="o", label=name.removeprefix("devel "))
    for axis, title in ((losses, "loss"), (measures, "devel, percent")):
        axis.set(title=title, xlabel="step")
        if axis.lines:
            axis.legend(fontsize=8)
    figure.savefig(folder / "curves.png", dpi=120)
    return folder / "curves.png"
