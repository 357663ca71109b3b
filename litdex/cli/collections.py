"""What `litdex evaluate` and `litdex tune` share: the options that name collections, and a library for each of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from litdex.errors import UserError

if TYPE_CHECKING:
    from litdex.encoder.base import Encoder
    from litdex.evaluation.collection import Collection
    from litdex.index.library import Library
    from litdex.search.ranking import Ranking
    from litdex.search.rerank import Reranker
    from litdex.search.searcher import Searcher

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)

_OPTIONS = (
    click.option("--split", default="test", show_default=True, help="Which of a folder's qrels."),
    click.option("--topics", type=FILE, help="TREC topics, instead of a COLLECTION."),
    click.option("--qrels", type=FILE, help="TREC qrels, with --topics."),
    click.option("--corpus", type=click.Path(path_type=Path), help="The documents of --topics: any file of papers."),
    click.option("--topic-field", default="title", show_default=True, help="The part of a topic that asks."),
    click.option(
        "--library",
        "-L",
        type=FOLDER,
        help="A library that holds the documents, by any of their ids. Without it one is made, and kept in --cache.",
    ),
    click.option("--cache", type=FOLDER, show_default="a folder in your user cache", help="Where those are kept."),
    click.option("--encoder", help="Another encoder: a name or a folder."),
    click.option("--limit", type=click.IntRange(1), help="So many queries only, a sample that is always the same."),
    click.option("--language", is_flag=True, help="Read queries as `litdex search` does, not as plain words."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The values of those options."""

    split: str
    topics: Path | None
    qrels: Path | None
    corpus: Path | None
    topic_field: str
    library: Path | None
    cache: Path | None
    encoder: str | None
    limit: int | None
    language: bool

    def collection(self, name: str) -> Collection:
        """The collection called `name`, with the queries asked for."""
        from litdex.evaluation.built import default_cache
        from litdex.evaluation.opening import TrecFiles, open_collection

        trec = TrecFiles(topics=self.topics, qrels=self.qrels, corpus=self.corpus, field=self.topic_field)
        found = open_collection(name, split=self.split, trec=trec, cache=self.cache or default_cache())
        if not found.queries:
            raise UserError(f"{found.name}: no query has a relevant document, so there is nothing to measure")
        return found.sample(self.limit)

    @contextmanager
    def searcher(
        self,
        collection: Collection,
        ranking: Ranking | None,
        reranker: Callable[[], Reranker] | None = None,
        rerank_depth: int = 0,
    ) -> Iterator[tuple[Library, Searcher]]:
        """A library of the collection's documents, open, and its searcher."""
        from litdex.cli.ingest import bars
        from litdex.encoder.load import load_encoder
        from litdex.evaluation.built import built, default_cache
        from litdex.index.library import Library
        from litdex.search.searcher import Searcher

        def encoder(source: str | None = None) -> Encoder:
            return load_encoder(self.encoder or source)

        folder = self.library
        if folder is None:
            with bars() as progress:
                folder = built(collection, encoder, self.cache or default_cache(), progress)
        with (
            Library.open(folder) as library,
            Searcher(library, encoder, ranking=ranking, reranker=reranker, rerank_depth=rerank_depth) as searcher,
        ):
            yield library, searcher


def collection_options(command: Command) -> Command:
    """Give a command these options; it takes them as keyword arguments, for `Chosen`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@contextmanager
def query_bar(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """A bar over queries on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        yield bar.update
