"""The encoder's table: clustering, citations, title to abstract, Cranfield and SciFact on the test files.

python -m benchmarks.encoder_quality --data ../shared/data --tokens 128 --each 100 --abstracts 2000 MODEL [MODEL ...]
The whole test set needs --each 1000 --abstracts 0, and hours on two cores. With --fields the table is that of the
sub-domains: abstracts of each field by their own category. Test files are for reporting only.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import click

from litdex.encoder.corpus import Article, read_articles, read_edges, read_titles
from litdex.encoder.models import embedder, open_model, prefixes_of
from litdex.encoder.tasks import Task, beir, citation, clustering, sub_clustering, title_to_abstract


def test_articles(data: Path) -> list[Article]:
    """The test file, shuffled the same way every time."""
    articles = read_articles([data / "physics" / "test.jsonl.xz"])
    random.Random(0).shuffle(articles)
    return articles


def report_tasks(data: Path, *, each: int, abstracts: int, pairs: int) -> list[Task]:
    """The report's tasks on the test files; `abstracts` limits the papers of title to abstract (0: all)."""
    articles = test_articles(data)
    edges = read_edges(data / "citations" / "test-edges.tsv.xz")
    titles = read_titles(data / "citations" / "titles.tsv.xz")
    return [
        clustering("clustering", articles, each=each),
        citation("citation", edges, titles, size=pairs),
        title_to_abstract("title to abstract", articles[: abstracts or None]),
        beir("Cranfield", data / "retrieval" / "cranfield", "test"),
        beir("SciFact", data / "retrieval" / "scifact", "test"),
    ]


def subdomain_tasks(data: Path, fields: Sequence[str], abstracts: int) -> list[Task]:
    """Clustering within each field; `abstracts` limits the papers of one (0: all)."""
    articles = test_articles(data)
    return [
        sub_clustering(field, [one for one in articles if one.field == field][: abstracts or None], field)
        for field in fields
    ]


@click.command()
@click.argument("models", nargs=-1, required=True)
@click.option("--data", type=click.Path(path_type=Path), default=Path("../shared/data"), show_default=True)
@click.option("--tokens", default=256, show_default=True, help="Word pieces of a text that are read.")
@click.option("--each", default=1000, show_default=True, help="Abstracts a field.")
@click.option("--abstracts", default=0, help="Papers of title to abstract; 0 for all.")
@click.option("--pairs", default=5000, show_default=True, help="Citing pairs, and as many others.")
@click.option(
    "--fields", default="", help="The sub-domains' table: fields with commas between, as cond-mat,astro-ph,hep."
)
@click.option("--bf16", is_flag=True, help="In 16 bits: several times as fast on CPUs that can.")
def main(
    models: tuple[str, ...], data: Path, tokens: int, each: int, abstracts: int, pairs: int, fields: str, bf16: bool
) -> None:
    """Print one row a model as it is measured, with 95 % bootstrap intervals."""
    if fields:
        tasks = subdomain_tasks(data, fields.split(","), abstracts)
    else:
        tasks = report_tasks(data, each=each, abstracts=abstracts, pairs=pairs)
    for name in models:
        model = open_model(name, max_tokens=tokens)
        embed = embedder(model.bfloat16() if bf16 else model, prefixes_of(name))
        for task in tasks:
            for column, value in task.measure(embed).items():
                print(f"| {Path(name).name} | {column} | {value} |", flush=True)


if __name__ == "__main__":
    main()
