"""`litdex ner train`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from litdex.ner.training.config import Config


@click.command()
@click.argument("config", type=click.Path(path_type=Path))
def train(config: Path) -> None:
    """Train the tagger that CONFIG describes; a second call goes on from the last checkpoint. Needs the extra `train`.

    The best tagger on devel is left in the folder best of the output, with log.jsonl and curves.png beside it.

    \b
    litdex ner train small.toml
    """
    from litdex.ner.training.config import read_config

    click.echo(_train(read_config(config)))


def _train(settings: Config) -> Path:
    from rich.console import Console
    from rich.progress import Progress

    from litdex.ner.training.curves import curves
    from litdex.ner.training.loop import train as run

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("training", total=settings.training.epochs)
        best = run(
            settings, progress=lambda done, loss: bar.update(task, completed=done, description=f"loss {loss:.3f}")
        )
    curves(best.parent)
    return best
