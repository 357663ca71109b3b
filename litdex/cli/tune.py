"""`litdex tune`: choose the settings of the ranking by queries whose answers are known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litdex.cli.collections import FILE, Chosen, collection_options, query_bar
from litdex.cli.options import json_option
from litdex.cli.output import echo_json
from litdex.errors import UserError

if TYPE_CHECKING:
    from litdex.evaluation.tuning import Tried, Tuned
    from litdex.search.ranking import Ranking


@click.command()
@click.argument("collections", nargs=-1, metavar="[COLLECTION[:SPLIT]]...")
@collection_options
@click.option("--measure", default="nDCG@10", show_default=True, help="What to choose by.")
@click.option("--folds", type=click.IntRange(2, 100), default=5, show_default=True, help="Parts of the queries.")
@click.option("--seed", type=int, default=0, show_default=True, help="Draws the parts and the test's signs.")
@click.option("--out", type=FILE, help="Write the settings to use into this file (TOML).")
@click.option("--keep", is_flag=True, help="Let --library use them from now on.")
@json_option
def tune(
    collections: tuple[str, ...],
    measure: str,
    folds: int,
    seed: int,
    out: Path | None,
    keep: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Choose fusion, weights, k and how passages count, by the mean over COLLECTIONS.

    The score reported is held out: by cross-validation, no query is ranked by settings that it helped to choose. Where
    that score does not beat the default by more than chance, the settings to use are the default.

    \b
    litdex tune ~/data/scifact --split train --out ranking.toml
    litdex search "…" --ranking ranking.toml
    """
    from litdex.evaluation.measures import check_measures
    from litdex.evaluation.tuning import grid
    from litdex.evaluation.tuning import tune as choose
    from litdex.search.ranking import Ranking, keep_ranking

    check_measures([measure])
    chosen = Chosen(**options)
    if keep and not chosen.library:
        raise UserError("--keep needs the library that is to keep the settings: name it with --library")
    settings = grid(Ranking())
    tried = [_tried(chosen, name, settings, measure) for name in collections or ("",)]
    if any(len(one.queries) < folds for one in tried):
        raise UserError(f"--folds {folds}: a collection has fewer queries than that")
    found = choose(tried, folds=folds, seed=seed)
    use = settings[found.choice] if found.better else settings[0]
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(use.to_toml(), encoding="utf-8")
    if keep and chosen.library:
        from litdex.index.library import Library

        with Library.open(chosen.library) as library, library.writing():
            keep_ranking(library, use)
    if as_json:
        echo_json(_as_json(tried, found, settings, use, measure))
    else:
        print_tuned(tried, found, settings, measure)
        click.echo(f"Use: {describe(use)}")


def _tried(chosen: Chosen, name: str, settings: list[Ranking], measure: str) -> Tried:
    """Retrieve every query of a collection once, and measure every setting on it."""
    from litdex.evaluation.trying import try_all

    found = chosen.collection(name)
    with (
        chosen.searcher(found, settings[0]) as (library, searcher),
        query_bar(found.name, len(found.queries)) as bar,
    ):
        return try_all(library, searcher, found, settings, measure, language=chosen.language, progress=bar)


def print_tuned(tried: Sequence[Tried], found: Tuned, settings: Sequence[Ranking], measure: str) -> None:
    """Say what was tried, what it scores on queries it was not chosen by, and whether that is more than chance."""
    from litdex.evaluation.tables import aligned
    from litdex.evaluation.trying import against_legs, means_by_collection

    click.echo(f"{len(settings)} settings, {sum(len(one.queries) for one in tried):,} queries, {measure}\n")
    rows = [["", *(one.name for one in tried), "mean"]]
    for label, means in means_by_collection(tried, found).items():
        rows.append([label, *(f"{mean:.4f}" for mean in [*means, sum(means) / len(means)])])
    click.echo("\n".join(aligned(rows)))
    click.echo(f"\nDefault: {describe(settings[0])}")
    click.echo(f"Best on all queries: {describe(settings[found.choice])}")
    for line in against_legs(tried, found.choice):
        click.echo(line)
    gain = f"{found.held_out - found.default:+.4f} held out, p = {found.p:.4f}"
    verdict = "Better than the default" if found.better else "No choice is better than the default by more than chance"
    click.secho(f"{verdict}: {gain}", bold=True)


def _as_json(
    tried: Sequence[Tried], found: Tuned, settings: list[Ranking], use: Ranking, measure: str
) -> dict[str, Any]:
    from dataclasses import asdict

    from litdex.evaluation.trying import means_by_collection

    return {
        "measure": measure,
        "collections": [one.name for one in tried],
        "means": means_by_collection(tried, found),
        "settings": len(settings),
        "best": asdict(settings[found.choice]),
        "held_out": found.held_out,
        "default": found.default,
        "p": found.p,
        "better": found.better,
        "use": asdict(use),
    }


def describe(ranking: Ranking) -> str:
    """Settings in a line."""
    k = f", k {ranking.k:g}" if ranking.fusion == "rrf" else ""
    passages = "best passage" if ranking.best_passages == 1 else f"sum of {ranking.best_passages} best passages"
    weights = f"lexical {ranking.lexical_weight:g} : dense {ranking.dense_weight:g}"
    return f"{ranking.fusion}, {weights}{k}, {passages}, depth {ranking.depth}"
