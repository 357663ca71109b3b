"""`litdex tag`: find the entities in any file, without a library."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litdex.cli.output import clean
from litdex.errors import NothingFound, UnreadableFile, UserError

if TYPE_CHECKING:
    from litdex.ingest.paper import Paper
    from litdex.ner.mention import Mention

FORMATS = ("table", "text", "jsonl", "tsv", "brat")
PLAIN = ".txt"
BATCH = 32  # documents that are tagged together


@click.command()
@click.argument("paths", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--tagger", metavar="NAME", help="A tagger's name, its folder, or a TSV of id, name, synonyms and type.")
@click.option("--vocabulary", type=click.Path(path_type=Path), help="Name entities by this TSV of id, name, synonyms.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="What to print.")
@click.option("--least", type=click.FloatRange(0, 1), default=0.0, help="Leave out what is less confident than this.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The folder to make, for --format brat.")
def tag(
    paths: tuple[Path, ...], tagger: str | None, vocabulary: Path | None, form: str, least: float, output: Path | None
) -> None:
    """Find the entities in each FILE: anything that `litdex ingest` reads, plain text (.txt), or - for standard input.

    Offsets count characters of the text: of a paper, that which --format jsonl prints; of plain text, the file's.

    \b
    litdex tag paper.pdf
    echo "CFTR is mutated in cystic fibrosis." | litdex tag - --format jsonl
    """
    from litdex.ner.load import is_list, load_tagger
    from litdex.ner.naming import read_vocabulary
    from litdex.pipeline.tagging import tag_papers

    if (form == "brat") != (output is not None):
        raise UserError("--format brat and --output FOLDER go together")
    found = load_tagger(tagger)
    names = vocabulary or (Path(tagger) if tagger and is_list(tagger) else None)
    known = read_vocabulary(names) if names else None

    def tagged() -> Iterator[Tagged]:
        for batch in _batches(_documents(paths)):
            mentions = tag_papers(found, [paper for _, paper in batch], known)
            for (name, paper), of in zip(batch, mentions, strict=True):
                yield name, paper.text, [mention for mention in of if mention.confidence >= least]

    if output:
        _write_brat(tagged(), output)
    elif not sum(PRINTERS[form](*one) for one in tagged()):
        raise NothingFound("no entities found")


Tagged = tuple[str, str, "Sequence[Mention]"]


def _documents(paths: Iterable[Path]) -> Iterator[tuple[str, Paper]]:
    """Each document with a name to show. Raises UnreadableFile for what cannot be read."""
    from litdex.ingest.paper import Paper

    for path in paths:
        if str(path) == "-":
            yield "stdin", Paper(abstract=sys.stdin.buffer.read().decode("utf-8", "replace"))
        elif path.suffix.lower() == PLAIN:
            try:
                yield str(path), Paper(abstract=path.read_bytes().decode("utf-8"))
            except (OSError, UnicodeDecodeError) as error:
                raise UnreadableFile(f"{path}: cannot be read as plain text in UTF-8 ({error})") from None
        else:
            yield from _papers(path)


def _papers(path: Path) -> Iterator[tuple[str, Paper]]:
    """What litdex reads in a file or folder; faults are told, and do not stop the others."""
    from litdex.ingest.blob import Fault
    from litdex.ingest.identity import paper_id
    from litdex.ingest.walk import Skipped, walk
    from litdex.pipeline.reading import read

    for unit in walk([path]):
        if isinstance(unit, Skipped):
            click.echo(f"litdex: {unit.path}: {unit.reason}", err=True)
            continue
        for item in (item for piece in read(unit, BATCH) for item in piece.items):
            if isinstance(item, Fault):
                click.echo(f"litdex: {unit.path}: {item.reason}", err=True)
            else:
                yield paper_id(item), item


def _batches(documents: Iterator[tuple[str, Paper]]) -> Iterator[list[tuple[str, Paper]]]:
    from itertools import islice

    while batch := list(islice(documents, BATCH)):
        yield batch


def _table(name: str, text: str, mentions: Sequence[Mention]) -> int:
    click.secho(clean(name), bold=True)
    width = max((len(mention.type) for mention in mentions), default=0)
    for one in mentions:
        known = f" [{clean(one.identifier)}]" if one.identifier else ""
        named = "" if one.name == one.text else f" = {clean(one.name)}"
        place = click.style(f"{one.start:>7}–{one.end:<7}", dim=True)
        click.echo(f"{place} {one.type:{width}} {one.confidence:.2f}  {clean(one.text)}{named}{known}")
    return len(mentions)


def _text(name: str, text: str, mentions: Sequence[Mention]) -> int:
    from litdex.cli.highlights import echo_text

    click.secho(clean(name), bold=True)
    echo_text(text, mentions)
    return len(mentions)


def _jsonl(name: str, text: str, mentions: Sequence[Mention]) -> int:
    record = {"id": name, "text": text, "entities": [asdict(mention) for mention in mentions]}
    click.echo(json.dumps(record, ensure_ascii=False))
    return len(mentions)


def _tsv(name: str, text: str, mentions: Sequence[Mention]) -> int:
    for one in mentions:
        cells = (name, one.start, one.end, one.type, one.text, one.name, one.identifier, f"{one.confidence:.4f}")
        click.echo("\t".join(" ".join(str(cell).split()) for cell in cells))
    return len(mentions)


def _write_brat(tagged: Iterable[Tagged], folder: Path) -> None:
    from litdex.ner.corpora.document import Annotation, Document
    from litdex.ner.corpora.write import write_brat

    write_brat(
        (
            Document(name, text, tuple(Annotation(m.start, m.end, m.type, m.identifier) for m in mentions))
            for name, text, mentions in tagged
        ),
        folder,
    )
    click.echo(folder)


PRINTERS: dict[str, Callable[[str, str, Sequence[Mention]], int]] = {
    "table": _table,
    "text": _text,
    "jsonl": _jsonl,
    "tsv": _tsv,
}
