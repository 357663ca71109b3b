"""Fine-tuning on one sub-domain, over the grid of PhysBERT: rates {1e-4, 2e-4} and batches {16, 32}, best V kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from litdex.encoder.batches import Mixture, Source
from litdex.encoder.config import Finetune, Kind
from litdex.encoder.corpus import Article
from litdex.encoder.measures import Value
from litdex.encoder.models import embedder, open_model
from litdex.encoder.pairs import SameField
from litdex.encoder.tasks import Clustering
from litdex.encoder.trainee import Trainee
from litdex.errors import UserError
from litdex.training import optimizer_for, rate_at

GRID = tuple((rate, batch) for rate in (1e-4, 2e-4) for batch in (16, 32))


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid and its V-measure on devel."""

    rate: float
    batch: int
    v: Value


def finetune_subdomain(
    start: str,
    articles: Sequence[Article],
    devel: Clustering,
    output: Path,
    *,
    pairs: int = 10_000,
    grid: Sequence[tuple[float, int]] = GRID,
    tokens: int = 128,
) -> list[Cell]:
    """Train on `pairs` pairs of abstracts of one sub-category for each of `articles`' categories, one epoch a cell.

    The model of the best cell on `devel` is saved to `output`; returns all cells.
    """
    categories = sorted({article.category for article in articles})
    if len(categories) < 2:
        raise UserError("a sub-domain needs papers of at least two sub-categories.")
    source = SameField([replace(article, field=article.category) for article in articles], fields=categories)
    cells: list[Cell] = []
    for rate, batch in grid:
        model = open_model(start)
        kind = Kind(share=1.0, size=max(batch, len(categories)), tokens=tokens)
        steps = max(1, pairs * len(categories) // kind.size)
        _train(model, Mixture({"field": Source(source, 1.0, kind.size)}, seed=1), kind, rate, steps)
        found = next(iter(devel.measure(embedder(model)).values()))
        if all(found.value > cell.v.value for cell in cells):
            model.save(str(output), create_model_card=False)
        cells.append(Cell(rate, batch, found))
    return cells


def _train(model: object, batches: Mixture, kind: Kind, rate: float, steps: int) -> None:
    trainee = Trainee(model, Finetune(start=""))
    optimizer = optimizer_for(trainee.model, rate, 0.01)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * rate_at(step, steps, 0.0)
        trainee.accumulate(trainee.prepare(batches.batch(step), kind))
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
