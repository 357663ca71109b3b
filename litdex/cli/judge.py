"""`litdex judge`: judge search results one by one, so that a library can be evaluated by questions of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litdex.cli.collections import query_bar
from litdex.cli.options import library_option
from litdex.cli.output import byline, clean, marked, styled, wrapped

if TYPE_CHECKING:
    from litdex.evaluation.judging import Judgements
    from litdex.index.library import Library
    from litdex.search.searcher import Searcher

GRADES = {"0": "not relevant", "1": "on the topic", "2": "answers in part", "3": "answers"}
KEYS = "0 not relevant, 1 on the topic, 2 answers in part, 3 answers; s skip, b back, q quit"


@click.command()
@click.argument("queries", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@library_option
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the judgements."
)
@click.option("--split", default="test", show_default=True, help="Name of the judgements in it.")
@click.option("--pool", "size", type=click.IntRange(1, 100), default=10, show_default=True, help="Papers of each mode.")
def judge(queries: Path, library: Path, out: Path, split: str, size: int) -> None:
    """Show what each mode finds for QUERIES, in no telling order, and take one key as a judgement.

    QUERIES holds one query a line (or BEIR's queries.jsonl, TREC topics, or lines of id, tab, text). Every key is kept
    at once; the same command goes on where you stopped. What is not judged counts as not relevant.

    \b
    litdex judge questions.txt --out judged
    litdex evaluate judged --library LIBRARY --language
    """
    from litdex.encoder.load import load_encoder
    from litdex.evaluation.judging import Judgements, pool, read_queries
    from litdex.evaluation.runs import ways
    from litdex.index.library import Library
    from litdex.search.searcher import Searcher

    texts = read_queries(queries)
    with Library.open(library) as opened, Searcher(opened, load_encoder) as searcher:
        asked = ways(searcher.ranking)
        pools = {}
        with query_bar("Searching", len(texts)) as bar:
            for query, text in texts.items():
                pools[query] = pool(text, searcher.retrieve(text, depth=searcher.ranking.depth), asked, size)
                bar(1)
        judgements = Judgements(out, texts, split)
        _Session(opened, searcher, judgements, texts, pools).run()
    click.echo(f"{judgements.count()} judgements in {out}, {len(judgements.still_open(pools))} to do.")


class _Session:
    """Questions (a query and a paper) in their order, and where in them the user is."""

    def __init__(
        self,
        library: Library,
        searcher: Searcher,
        judgements: Judgements,
        texts: Mapping[str, str],
        pools: Mapping[str, Sequence[str]],
    ) -> None:
        self._library = library
        self._searcher = searcher
        self._judgements = judgements
        self._texts = texts
        self._questions = [(query, paper) for query, papers in pools.items() for paper in papers]
        self._at = self._next(0)

    def run(self) -> None:
        """Ask until everything is judged or skipped, or the user quits."""
        while self._at < len(self._questions):
            click.echo(self._question())
            key = self._key()
            if key == "q":
                return
            if key == "b":
                self._at = max(0, self._at - 1)
                continue
            if key in GRADES:
                self._judgements.put(*self._questions[self._at], int(key))
            self._at = self._next(self._at + 1)

    def _next(self, at: int) -> int:
        """The first question from `at` on that is not judged."""
        while at < len(self._questions) and self._judgements.grade(*self._questions[at]) is not None:
            at += 1
        return at

    def _key(self) -> str:
        """One key that means something; the end of the input means to quit."""
        while True:
            key = click.getchar().lower()
            if key in ("", "\x04"):
                return "q"
            if key in GRADES or key in "sbq":
                click.secho(
                    f"    {GRADES.get(key, {'s': 'skipped', 'b': 'back', 'q': 'stopped'}.get(key, ''))}", dim=True
                )
                return key

    def _question(self) -> str:
        query, paper = self._questions[self._at]
        known = self._judgements.grade(query, paper)
        lines = [
            click.style(f"\n{self._at + 1}/{len(self._questions)}  {clean(self._texts[query])}", fg="green"),
            *self._shown(query, paper),
            click.style(f"    {KEYS}" + ("" if known is None else f" (now {known})"), dim=True),
        ]
        return "\n".join(lines)

    def _shown(self, query: str, paper: str) -> list[str]:
        """Title, authors and the piece that answers best; nothing of which mode found it."""
        from litdex.index.filters import Filter, Papers

        number = self._library.store.find(paper)
        where = Filter((Papers((number,)),)) if number else Filter()
        hits = self._searcher.search(self._texts[query], limit=1, where=where).hits if number else ()
        if not hits:
            return [f"    {paper}"]
        title = click.style(wrapped(hits[0].paper.title or paper, indent=4), bold=True)
        snippets = [passage.snippet for passage in hits[0].passages[:1]]
        texts = [marked(snippet.text, snippet.start, snippet.marks) for snippet in snippets]
        return [title, wrapped(byline(hits[0].paper, paper), 4), *(styled(wrapped(text, 4, lines=6)) for text in texts)]
