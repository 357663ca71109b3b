"""`litdex encoder`: train, measure and export the model that turns text into vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from litdex.encoder.config import read_config
from litdex.errors import UserError

CONFIG = click.argument("config", type=click.Path(path_type=Path))


@click.group()
def encoder() -> None:
    """Train, measure and export a text encoder. Needs the extra `train`.

    \b
    litdex encoder finetune small.toml
    """


@encoder.command("train-tokenizer")
@CONFIG
def train_tokenizer_command(config: Path) -> None:
    """Train a WordPiece vocabulary on the papers that CONFIG names."""
    from litdex.encoder.tokenizer import train_tokenizer

    click.echo(train_tokenizer(read_config(config)))


@encoder.command("pretrain")
@CONFIG
def pretrain_command(config: Path) -> None:
    """Masked-language pre-training; a second call goes on from the last checkpoint."""
    from litdex.encoder.figure import curves
    from litdex.encoder.pretrain import pretrain

    with _bar("pre-training") as progress:
        trained = pretrain(read_config(config), progress=progress)
    curves(trained.parent)
    click.echo(trained)


@encoder.command("finetune")
@CONFIG
def finetune_command(config: Path) -> None:
    """Contrastive fine-tuning; a second call goes on from the last checkpoint."""
    from litdex.encoder.figure import curves
    from litdex.encoder.finetune import finetune

    with _bar("fine-tuning") as progress:
        best = finetune(read_config(config), progress=progress, note=lambda text: click.echo(text, err=True))
    curves(best.parent)
    click.echo(best)


@encoder.command("average")
@click.argument("parts", nargs=-1, required=True, metavar="FOLDER=WEIGHT...")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Where the averaged model goes.")
def average_command(parts: tuple[str, ...], output: Path) -> None:
    """The weighted mean of models that share a start, for example start=0.5 a/best=0.25 b/best=0.25."""
    from litdex.encoder.averaging import averaged

    try:
        recipe = {folder: float(weight) for folder, weight in (part.rsplit("=", 1) for part in parts)}
    except ValueError:
        raise UserError("each part of an average is FOLDER=WEIGHT, for example small/a/best=0.25.") from None
    averaged(recipe).save(str(output), create_model_card=False)
    click.echo(output)


@encoder.command("evaluate")
@CONFIG
@click.argument("models", nargs=-1, required=True)
@click.option("--tokens", default=256, show_default=True, help="Word pieces of a text that are read.")
@click.option("--figure", type=click.Path(path_type=Path), help="Also draw the PCA figure of the models here.")
def evaluate_command(config: Path, models: tuple[str, ...], tokens: int, figure: Path | None) -> None:
    """The table of MODELS on the devel data that CONFIG names."""
    from litdex.encoder.devel import devel_tasks
    from litdex.encoder.figure import pca_figure
    from litdex.encoder.models import embedder, open_model, prefixes_of
    from litdex.encoder.sources import Corpora
    from litdex.encoder.tasks import Clustering

    tasks = devel_tasks(Corpora(read_config(config).data), scale=4)
    spaces = {}
    for name in models:
        embed = embedder(open_model(name, max_tokens=tokens), prefixes_of(name))
        for task in tasks:
            for column, value in task.measure(embed).items():
                click.echo(f"{name}\t{column}\t{value}")
        clusters = next((task for task in tasks if isinstance(task, Clustering)), None)
        if figure and clusters:
            spaces[Path(name).name] = embed(clusters.texts)
            pca_figure(spaces, clusters.labels, figure)


@encoder.command("export")
@click.argument("model")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="What the encoder will be called.")
@click.option("--licence", required=True, help="The licence of its weights.")
@click.option("--card", type=click.Path(path_type=Path), required=True, help="Its model card, in Markdown.")
def export_command(model: str, folder: Path, name: str, licence: str, card: Path) -> None:
    """MODEL in litdex's own fast format, into FOLDER."""
    from litdex.encoder.export import export_encoder
    from litdex.encoder.models import open_model

    if not card.is_file():
        raise UserError(f"{card} does not exist. Name the model card with --card.")
    text = card.read_text(encoding="utf-8")
    export_encoder(open_model(model), folder, name=name, source=Path(model).name, licence=licence, card=text)
    click.echo(folder)


@encoder.command("questions")
@CONFIG
@click.option("--papers", default=1000, show_default=True, help="Papers to ask about.")
def questions_command(config: Path, papers: int) -> None:
    """Have the configured language model write questions, into the file that data.questions names."""
    from litdex.encoder.questions import endpoint_of, questions, write_questions
    from litdex.encoder.sources import Corpora

    data = read_config(config).data
    if data.questions is None:
        raise UserError(f"{config}: data.questions is missing: name the file that the questions go to.")
    endpoint = endpoint_of()
    articles = Corpora(replace(data, limit=papers)).articles
    click.echo(f"{write_questions(data.questions, questions(articles, endpoint))} questions in {data.questions}")


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int, int, float], None]]:
    """A progress bar with the loss, on standard error."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=None)
        yield lambda step, steps, loss: bar.update(
            task, completed=step, total=steps, description=f"{label}, loss {loss:.3f}"
        )
