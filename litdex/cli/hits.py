"""A result list in the terminal: each hit with its snippet, why it stands there, and counts over all matches."""

from __future__ import annotations

from collections.abc import Mapping

import click

from litdex.cli.output import byline, clean, marked, styled, wrapped
from litdex.index.engine import Counts
from litdex.search.hit import Explanation, Hit, Results
from litdex.search.ranking import Ranking


def print_results(results: Results, offset: int, facets: Mapping[str, str]) -> None:
    """Print a page that begins after `offset` papers; `facets` maps what each facet is called to its field."""
    for rank, hit in enumerate(results.hits, start=offset + 1):
        click.echo(_entry(rank, hit, results))
    if results.facets:
        print_counts(results.facets, facets)
    if results.pending:
        click.secho(f"Searched so far: {results.pending}. `litdex ingest` goes on.", fg="yellow", err=True)
    took, noun = results.milliseconds["total"] / 1000, "paper" if len(results.hits) == 1 else "papers"
    click.secho(f"{len(results.hits)} {noun}, {took:.2f} s", dim=True, err=True)


def print_counts(counts: Counts, facets: Mapping[str, str]) -> None:
    """Print how many papers match, and the first values of each facet."""
    click.echo(f"{counts.papers:,} papers match")
    for name, field in facets.items():
        if field.startswith("entity.") and not counts.fields[field]:
            continue  # a library may have dozens of types
        click.secho(f"\n{name}", bold=True)
        for value, count in counts.fields[field]:
            click.echo(f"  {count:7,}  {clean(value)}")


def _entry(rank: int, hit: Hit, results: Results) -> str:
    title = wrapped(hit.paper.title or hit.id, indent=4)
    lines = [
        f"{rank:3d} {click.style(title[4:], bold=True)}",
        click.style(wrapped(byline(hit.paper, hit.id), 4), fg="cyan"),
    ]
    for passage in hit.passages[:1]:
        snippet = passage.snippet
        text = marked(snippet.text, snippet.start, snippet.marks)
        where = "" if passage.section in ("Abstract", "Title") else f"{clean(passage.section)}: "
        nearest = "≈ " if snippet.by == "meaning" else ""
        lines.append(styled(wrapped(nearest + where + text, indent=4, lines=4)))
    if hit.explanation:
        why = [_sum(hit, results), *_standings(hit, hit.explanation), _words(hit.explanation)]
    else:
        why = [" · ".join(f"{leg} #{standing.rank}" for leg, standing in hit.legs.items())]
    return "\n".join([*lines, *(click.style(wrapped(line, 4), dim=True) for line in why if line), ""])


def _sum(hit: Hit, results: Results) -> str:
    """How the score came about."""
    shares = " + ".join(f"{leg} {standing.share:.4f}" for leg, standing in hit.legs.items())
    fused = f"{sum(standing.share for standing in hit.legs.values()):.4f} = {shares}"
    if results.reranker:
        return f"score {hit.score:.4f} by {clean(results.reranker)}; before it {fused} ({_settings(results.ranking)})"
    return f"score {fused} ({_settings(results.ranking)})"


def _settings(ranking: Ranking) -> str:
    passages = "best passage" if ranking.best_passages == 1 else f"sum of the best {ranking.best_passages} passages"
    weights = f"weights {ranking.lexical_weight:g} : {ranking.dense_weight:g}"
    return f"{ranking.fusion}{f' with k {ranking.k:g}' if ranking.fusion == 'rrf' else ''}, {weights}, {passages}"


def _standings(hit: Hit, why: Explanation) -> list[str]:
    return [
        f"{leg} #{standing.rank}, its score {standing.score:.4f}: "
        + ", ".join(f"{clean(p.section)} {p.start}–{p.end} ({p.score:.4f})" for p in why.counted[leg])
        for leg, standing in hit.legs.items()
    ]


def _words(why: Explanation) -> str:
    """Each of the query's terms and the words that have it, those without a word last."""
    met = [f"{term} ({', '.join(words)})" for term, words in why.terms.items() if words]
    missed = [term for term, words in why.terms.items() if not words]
    return "words: " + "; ".join([*met, *(["not here: " + ", ".join(missed)] if missed else [])]) if why.terms else ""
