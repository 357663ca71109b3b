"""`litdex ner convert`: a corpus in another format or tagging scheme."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from litdex.ner.corpora.schemes import SCHEMES, Scheme
from litdex.ner.corpora.write import FORMATS
from litdex.ner.corpora.write import convert as run


@click.command()
@click.argument("corpus", type=click.Path(path_type=Path))
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--to", "form", type=click.Choice(FORMATS), default="tsv", show_default=True, help="The format to write.")
@click.option("--scheme", type=click.Choice(SCHEMES), default="IOB2", show_default=True, help="Tags of tsv and conll.")
@click.option("--split", help="Only this split of a folder; otherwise every one that is there.")
def convert(corpus: Path, output: Path, form: str, scheme: str, split: str | None) -> None:
    """Write CORPUS, a file or a folder of splits, into the folder OUTPUT.

    Read are token/label TSV in any scheme, CoNLL-2003 columns, brat and PubTator, plain or compressed (.xz, .gz).

    \b
    litdex ner convert corpora/NCBI-disease out --to brat
    """
    for written in run(corpus, output, form, cast("Scheme", scheme), split):
        lost = f", {written.dropped:,} overlapping ones left out" if written.dropped else ""
        click.echo(f"{written.path}: {written.mentions:,} mentions{lost}")
