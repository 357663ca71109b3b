"""`litdex status`: what is in the library, what is pending, what failed and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from litdex.cli.options import json_option, library_option
from litdex.cli.output import clean, echo_json, wrapped

SHOWN = 20


@click.command()
@library_option
@click.option("--all", "everything", is_flag=True, help=f"List every failure, not only the first {SHOWN}.")
@json_option
def status(library: Path, everything: bool, as_json: bool) -> None:
    """Say what is in the library, what is pending, what failed and why.

    \b
    litdex status --json
    """
    from litdex.index.library import Library
    from litdex.maintenance.status import facts as look

    with Library.open(library) as opened:
        facts = look(opened)
    if as_json:
        echo_json(facts)
    else:
        _print(facts, everything)


def _engine(engine: dict[str, Any]) -> str:
    """One generation of an engine in a line."""
    waits = f"{engine['pending']:,} papers pending" if engine["pending"] else "up to date"
    encoder = f", encoder {engine['encoder']}" if "encoder" in engine else ""
    what = {"active": waits, "building": f"being built, {waits}", "retired": "kept from before the last rebuild"}
    reason = click.style(f" — does not answer: {clean(engine['fault'])}", fg="red") if engine["fault"] else ""
    return f"{engine.get('url', engine['engine'])}{encoder}, {what[engine['state']]}{reason}"


ADVICE = {
    "active": "Run `litdex ingest` on the same paths again to finish what is pending.",
    "building": "A rebuild was interrupted, or is going on: `litdex rebuild` finishes it.",
    "retired": "`litdex rebuild --rollback` returns to what is kept.",
}


def _print(facts: dict[str, Any], everything: bool) -> None:
    files = ", ".join(f"{count:,} {state}" for state, count in facts["files"].items()) or "none read yet"
    lines = [
        ("library", f"{facts['library']} ({facts['bytes'] / 1e6:,.1f} MB)"),
        ("papers", f"{facts['papers']:,} in {facts['passages']:,} passages"),
        ("files", files),
    ]
    entities = facts["entities"]
    if "tagger" in entities:
        found = f"{entities['mentions']:,} mentions in {entities['papers']:,} papers, by {entities['tagger']}"
        waits = f", {entities['pending']:,} papers pending" if entities["pending"] else ""
        lines.append(("entities", f"{found}{waits}: {', '.join(sorted(entities['types']))}"))
    lines += [(engine["kind"], _engine(engine)) for engine in facts["engines"]]
    for label, value in lines:
        click.echo(click.style(f"{label:<9}", fg="cyan") + value)
    for state, advice in ADVICE.items():
        if any(engine["state"] == state and (engine["pending"] or state != "active") for engine in facts["engines"]):
            click.echo(advice)
    for engine in facts["engines"]:
        if (engine["kind"], engine["state"]) == ("lexical", "active") and not engine.get("formulas"):
            again = f"litdex rebuild --analyzer {engine.get('analyzer', 'english')}"
            click.echo(f"Formulas were not made words when this was indexed: `{again}` does.")
        elif (engine["kind"], engine["state"]) == ("lexical", "active") and not engine.get("cjk"):
            again = f"litdex rebuild --analyzer {engine.get('analyzer', 'english')}"
            click.echo(
                f"Words of Chinese, Japanese and Korean were not found apart when this was indexed: `{again}` does."
            )
    for one in facts["contested"][: None if everything else SHOWN]:
        click.secho(
            f"{one['id']} stands in records of different works: {', '.join(one['papers'])} are kept apart.", bold=True
        )
    failures = facts["failures"]
    if failures:
        click.secho(f"\n{len(failures):,} things could not be read:", bold=True)
    for failure in failures if everything else failures[:SHOWN]:
        place = failure["file"] + (f" ({failure['place']})" if failure["place"] else "")
        reason = failure["reason"].removeprefix(failure["file"]).removeprefix(": ")
        click.echo(f"  {clean(place)}\n" + click.style(wrapped(reason, 6), dim=True))
    if len(failures) > SHOWN and not everything:
        click.echo(f"  … and {len(failures) - SHOWN:,} more: --all lists them")
