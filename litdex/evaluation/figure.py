"""A picture of how two runs differ: one bar a query, sorted by the difference."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

from litdex.errors import UserError


def check_figure(path: Path) -> None:
    """Raise UserError where no figure can be drawn into `path`: before a long run, not after it."""
    if importlib.util.find_spec("matplotlib") is None:
        raise UserError("--figure needs the extra `train`: pip install 'litdex[train]'")
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise UserError(f"--figure {path}: name a file that ends in .png, .svg or .pdf")


def draw_differences(path: Path, values: Mapping[str, Mapping[str, float]], one: str, other: str, measure: str) -> None:
    """Draw `one` minus `other` for every query into `path` (.png, .svg or .pdf).

    `values`: run -> query -> value. Raises as `check_figure` does.
    """
    check_figure(path)
    from matplotlib.figure import Figure

    differences = sorted((value - values[other][query] for query, value in values[one].items()), reverse=True)
    better, worse = sum(d > 0 for d in differences), sum(d < 0 for d in differences)
    figure = Figure(figsize=(8, 4), layout="constrained")
    axis = figure.subplots()
    colours = ["C0" if difference > 0 else "C3" for difference in differences]
    axis.bar(range(len(differences)), differences, width=1.0, color=colours)
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set(
        xlabel=f"{len(differences)} queries: {better} better, {worse} worse",
        ylabel=f"difference in {measure}",
        title=f"{one} minus {other}, mean {sum(differences) / len(differences):+.4f}",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
