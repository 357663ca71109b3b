"""`litdex ingest`: read files and folders into the library."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litdex.cli.options import lexical_option, library_option, vectors_option
from litdex.errors import Incomplete, UserError

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from litdex.pipeline.ingest import Progress, Summary


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@library_option
@click.option("--prune", is_flag=True, help="Take out the papers of files that are not there any more.")
@click.option("--again", is_flag=True, help="Read unchanged files too, and bring removed papers back.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that parse and embed; the library becomes the same.",
)
@click.option(
    "--parse-memory",
    type=click.IntRange(64),
    default=1024,
    show_default=True,
    metavar="MB",
    help="Memory that reading one file may take.",
)
@click.option(
    "--parse-seconds",
    type=click.FloatRange(1),
    default=120.0,
    show_default=True,
    metavar="S",
    help="Processor time that reading one file may take; one under 1 MB may take 10 s.",
)
@click.option("--words-only", is_flag=True, help="Stop when all words can be searched; the next ingest does the rest.")
@click.option("--ray", metavar="ADDRESS", help="Parse, embed and write on this Ray cluster: an address, auto or local.")
@click.option("--no-entities", is_flag=True, help="Do not look for entities.")
@click.option(
    "--tagger", metavar="NAME", help="Find entities by this tagger: a name, a folder, or a TSV that lists them."
)
@click.option("--vocabulary", type=click.Path(path_type=Path), help="Name entities by this TSV of id, name, synonyms.")
@click.option("--retag", is_flag=True, help="Find the entities of all papers anew, those read earlier too.")
@click.option(
    "--ocr", type=click.Choice(["auto", "always", "never"]), help="Read pages without usable text: auto does."
)
@click.option("--ocr-engine", metavar="NAME", help="Read them by this: rapidocr (light), or nougat:CHECKPOINT (slow).")
@click.option("--grobid", metavar="URL", help="Ask this GROBID server for the structure of PDFs.")
@lexical_option
@vectors_option
def ingest(
    paths: tuple[Path, ...],
    library: Path,
    prune: bool,
    again: bool,
    workers: int,
    parse_memory: int,
    parse_seconds: float,
    words_only: bool,
    ray: str | None,
    no_entities: bool,
    tagger: str | None,
    vocabulary: Path | None,
    retag: bool,
    ocr: str | None,
    ocr_engine: str | None,
    grobid: str | None,
    lexical: str | None,
    vectors: str | None,
) -> None:
    """Read PATHS, files and folders in any mix of formats, into the library.

    Run it again whenever something new lies there: unchanged files cost nothing, and an interrupted run goes on where
    it stopped. `litdex help formats` lists what can be read, `litdex help entities` says how entities are found.

    \b
    litdex ingest ~/papers
    """
    from litdex.encoder.load import load_encoder
    from litdex.index.library import Library
    from litdex.pipeline.ingest import ingest as run
    from litdex.pipeline.limits import Limits
    from litdex.pipeline.tagging import EntityOptions

    _choose_ocr(ocr, ocr_engine)
    _choose_grobid(grobid)
    entities = None if no_entities else EntityOptions(tagger=tagger, vocabulary=vocabulary, retag=retag)
    if no_entities and (tagger or vocabulary or retag):
        raise UserError("--no-entities goes without --tagger, --vocabulary and --retag")
    with Library.open_or_create(library) as opened, bars() as progress:
        opened.choose_engines(lexical=lexical, vectors=vectors)
        summary = run(
            opened,
            list(paths),
            load_encoder,
            prune=prune,
            again=again,
            workers=workers,
            cluster=ray,
            entities=entities,
            limits=Limits(memory=parse_memory << 20, seconds=parse_seconds),
            words_only=words_only,
            progress=progress,
        )
    report(summary, prune)
    if entities and summary.tagged is None and tagger is None:
        click.echo(
            "No tagger is installed, so entities were not looked for: `litdex help entities` says more.", err=True
        )
    for kind, reason in summary.missing.items():
        raise Incomplete(f"the {kind} engine missed some of it, which waits for the next `litdex ingest`: {reason}")


def _choose_ocr(mode: str | None, engine: str | None) -> None:
    """Hand the choice to the parsers of this process and of its workers. Raises UserError for what cannot be had."""
    if mode is None and engine is None:
        return
    from litdex.ingest.ocr.engine import Choice, checked

    os.environ.update({"LITDEX_OCR": mode} if mode else {}, **({"LITDEX_OCR_ENGINE": engine} if engine else {}))
    choice = Choice.of_environment()
    if choice.active:
        checked(choice)


def _choose_grobid(url: str | None) -> None:
    """Hand the server's address to the parsers. Raises UserError for what is none."""
    if url is not None:
        from litdex.ingest.grobid import address

        os.environ["LITDEX_GROBID"] = url
        address()


def report(summary: Summary, prune: bool = False) -> None:
    """Say what an ingest did."""
    read = summary.files - summary.unchanged - summary.failed
    click.echo(
        f"{summary.files:,} files: {read:,} read, {summary.unchanged:,} unchanged, {summary.failed:,} failed."
        f" {summary.records:,} records, {summary.embedded:,} passages embedded, {summary.seconds:.1f} s."
    )
    click.echo(f"The library holds {summary.papers:,} papers.")
    if summary.tagged is not None and summary.untagged:
        click.echo(f"{summary.untagged:,} of them were not looked through for entities: --retag does that.")
    if summary.failed or summary.faults:
        click.echo(f"{summary.failed + summary.faults:,} things could not be read: `litdex status` says which and why.")
    if summary.vanished and not prune:
        click.echo(
            f"{len(summary.vanished):,} files read earlier are gone, their papers are kept: --prune takes them out."
        )
    if summary.pruned:
        click.echo(f"{summary.pruned:,} vanished files pruned.")


@contextmanager
def bars() -> Iterator[Progress]:
    """Bars on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        from litdex.pipeline.ingest import Silent

        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    shown = Bars(
        TextColumn("{task.description:9}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[note]}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    with shown:
        yield _Bars(shown)


class _Bars:
    """Three bars: files read (their words can be searched), passages embedded, papers looked through for entities."""

    def __init__(self, bars: RichProgress) -> None:
        self._bars = bars
        self._files = bars.add_task("Words", total=None, note="", rate="")
        self._passages = bars.add_task("Meaning", total=None, note="passages", rate="", visible=False)
        self._papers = bars.add_task("Entities", total=None, note="papers", rate="", visible=False)
        self._records = 0

    def found(self, units: int) -> None:
        """Set the number of files."""
        self._bars.update(self._files, total=units)

    def read(self, unit: Path, records: int) -> None:
        """Move on by a file."""
        self._records += records
        self._bars.update(self._files, advance=1, note=f"{self._records:,} records")

    def tagging(self, papers: int) -> None:
        """Set the number of papers: those tagged, and those that wait."""
        self._wait(self._papers, papers)

    def tagged(self, papers: int) -> None:
        """Move on by a batch."""
        self._advance(self._papers, papers)

    def waiting(self, passages: int) -> None:
        """Set the number of passages: those embedded, and those that wait."""
        self._wait(self._passages, passages)

    def embedded(self, passages: int) -> None:
        """Move on by a batch."""
        self._advance(self._passages, passages)

    def _wait(self, task: TaskID, more: int) -> None:
        if more:
            self._bars.update(task, total=self._bars.tasks[task].completed + more, visible=True)

    def _advance(self, task: TaskID, done: int) -> None:
        speed = self._bars.tasks[task].speed
        self._bars.update(task, advance=done, rate=f"{speed:,.0f}/s" if speed else "")
