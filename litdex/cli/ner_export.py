"""`litdex ner export`."""

from __future__ import annotations

from pathlib import Path

import click

from litdex.errors import UserError


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="What the tagger will be called.")
@click.option("--licence", required=True, help="The licence of its weights.")
@click.option("--card", type=click.Path(path_type=Path), required=True, help="Its model card, in Markdown.")
def export(model: Path, folder: Path, name: str, licence: str, card: Path) -> None:
    """MODEL, the folder best of a training run, in the form that litdex runs without torch, into FOLDER.

    \b
    litdex ner export tagger/best mine --name mine --licence CC-BY-4.0 --card card.md
    """
    from litdex.ner.training.export import export_tagger

    if not card.is_file():
        raise UserError(f"{card} does not exist. Name the model card with --card.")
    export_tagger(model, folder, name=name, licence=licence, card=card.read_text(encoding="utf-8"))
    click.echo(folder)
