"""A picture of how two runs differ: one bar a query, sorted by the difference."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from litdex.errors import UserError


def draw_differences(path: Path, values: Mapping[str, Mapping[str, float]], one: str, other: str, measure: str) -> None:
    """Draw `one` minus `other` for every query into `path` (.png, .svg or .pdf).

    `values`: run -> query -> value. Raises UserError without matplotlib, or for another kind of file.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UserError("a figure needs the extra `train`: pip install 'litdex[train]'") from error
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise UserError(f"--figure {path}: name a file that ends in .png, .svg or .pdf")
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
