"""`litdex show`: one paper."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litdex.cli.highlights import Highlights, text_places
from litdex.cli.options import json_option, library_option
from litdex.cli.output import clean, echo_json, styled, wrapped
from litdex.errors import NothingFound
from litdex.index.store import Store
from litdex.ingest.paper import Paper

if TYPE_CHECKING:
    from litdex.index.library import Library


@click.command()
@click.argument("paper_id", metavar="ID")
@library_option
@click.option("--full", is_flag=True, help="Print the whole text, captions and references.")
@json_option
def show(paper_id: str, library: Path, full: bool, as_json: bool) -> None:
    """Show the paper that goes by ID: an arXiv id, a DOI, a PMID, or what a search printed.

    Entities that were found in it are listed by type, and marked in its text.

    \b
    litdex show arXiv:0901.1234
    """
    from litdex.index.library import Library

    with Library.open(library) as opened:
        number = opened.store.find(paper_id)
        if number is None:
            raise NothingFound(f"no paper {paper_id} in {opened.folder}")
        if as_json:
            from litdex.search.as_json import paper_json

            echo_json(paper_json(opened, number))
        else:
            _print(opened, number, full)


def _print(library: Library, number: int, full: bool) -> None:
    store, marks = library.store, Highlights(library.entities.of(number))
    paper = store.paper(number)
    places, cited = text_places(paper), library.citations.resolved(number)
    click.secho(styled(wrapped(marks.mark(paper.title, 0) or "(no title)")), bold=True)
    if paper.authors:
        click.echo(wrapped(", ".join(author.name for author in paper.authors), lines=4))
    for label, value in _facts(store, number, paper, len(cited)):
        click.echo(click.style(f"{label:<11}", fg="cyan") + wrapped(value, indent=11).lstrip())
    if paper.retracted:
        click.secho("This paper was retracted.", fg="red", bold=True)
    for line in marks.summary():
        click.echo(line)
    if paper.abstract:
        click.echo("\n" + styled(wrapped(marks.mark(paper.abstract, next(places)))))
    if paper.sections:
        click.echo()
    for section in paper.sections:
        at = next(places) if section.text else 0
        heading = "  " * (section.level - 1) + clean(section.title or "(no heading)")
        click.echo(click.style(heading, bold=full) + ("" if full else f"  ({len(section.text.split()):,} words)"))
        if full and section.text:
            text = marks.mark(section.text, at)
            click.echo("\n".join(styled(wrapped(part)) + "\n" for part in text.split("\n\n")))

    if full:
        _print_captions(paper)
        names = store.names(cited.values())
        _print_references(paper, {place: names[one] for place, one in cited.items() if one in names})


def _print_captions(paper: Paper) -> None:
    for caption in paper.captions:
        label = clean(caption.label or "Caption")
        click.echo(wrapped(f"{label}: {caption.text}").replace(label, click.style(label, bold=True), 1) + "\n")


def _print_references(paper: Paper, names: Mapping[int, str]) -> None:
    """The references, each with the id of the paper in the library that it means; `names` has it by place."""
    if paper.references:
        click.secho("References", bold=True)
    for place, reference in enumerate(paper.references):
        mark = f" → {names[place]}" if place in names else ""
        number = f"{place + 1:4d} "
        click.echo(number + wrapped(reference.as_printed() + mark, indent=len(number)).lstrip())


def _facts(store: Store, number: int, paper: Paper, cited: int) -> list[tuple[str, str]]:
    from litdex.ingest.identifiers import format_id

    ids = ", ".join(format_id(scheme, value) for scheme, value in sorted(paper.identifiers.items()))
    venue = " ".join(part for part in (paper.venue, paper.volume, paper.pages and f"({paper.pages})") if part)
    files = ", ".join(f"{origin.path} ({origin.format})" for origin in store.origins(number))
    facts = [
        ("id", ids or store.names([number])[number]),
        ("date", paper.date),
        ("venue", venue),
        ("categories", " ".join(paper.categories)),
        ("keywords", "; ".join(paper.keywords)),
        (
            "parts",
            f"{len(store.passages(number))} passages, {len(paper.captions)} captions, "
            f"{len(paper.references)} references" + (f" ({cited} in the library)" if cited else ""),
        ),
        ("read from", files),
    ]
    return [(label, value) for label, value in facts if value]
