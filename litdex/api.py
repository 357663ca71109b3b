"""litdex as a library: open one, ingest files, search, ask, export.

    import litdex

    with litdex.open("~/papers.library") as library:
        library.ingest("~/papers")
        for hit in library.search("spin squeezing", year="2010..", limit=5):
            print(hit.id, hit.title)
        print(library.ask("Is spin squeezing limited by losses?").text)

The command line does nothing that cannot be done here. Everything that is slow to import is imported when it is first
needed. `docs/python.md` shows each method at work.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litdex.errors import NothingFound, UserError

if TYPE_CHECKING:
    from litdex.encoder.base import Encoder
    from litdex.index.engine import Counts
    from litdex.index.library import Library as Index
    from litdex.ingest.paper import Paper
    from litdex.maintenance.check import Report
    from litdex.maintenance.rebuild import Rebuilt
    from litdex.pipeline.ingest import Summary
    from litdex.rag.answer import Answer
    from litdex.rag.answerer import Answerer
    from litdex.rag.context import Context
    from litdex.rag.model import LanguageModel
    from litdex.search.hit import Results
    from litdex.search.searcher import Mode, Searcher

PathLike = str | os.PathLike[str]
Names = str | Sequence[str]
"""One name, or several."""


def default_folder() -> Path:
    """Return the library that is meant where none is named: LITDEX_LIBRARY, else one in the user's data folder."""
    named = os.environ.get("LITDEX_LIBRARY")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("litdex") / "library"


def open(folder: PathLike | None = None, *, encoder: PathLike | None = None) -> Library:
    """Open the library in `folder`; where there is none, the first `ingest` makes it.

    `encoder` names another encoder than the one that ships: a folder, or a model hub's name (extra `train`).
    """
    return Library(Path(folder) if folder is not None else default_folder(), encoder=encoder)


class Library:
    """A library of papers in one folder. Use it in a `with` statement, or call `close`. For one thread at a time."""

    def __init__(self, folder: Path, *, encoder: PathLike | None = None) -> None:
        self.folder = folder.expanduser().absolute()
        self._encoder_name = encoder
        self._opened: Index | None = None
        self._searching: Searcher | None = None

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database and the engines."""
        self._release()
        if self._opened:
            self._opened.close()
            self._opened = None

    @property
    def index(self) -> Index:
        """The open database and engines below this class, for what it does not do. Raises UserError where none is."""
        if self._opened is None:
            from litdex.index.library import Library as Index

            self._opened = Index.open(self.folder)
        return self._opened

    def ingest(
        self,
        *paths: PathLike,
        prune: bool = False,
        again: bool = False,
        entities: bool = True,
        words_only: bool = False,
        **options: Any,
    ) -> Summary:
        """Read files and folders into the library, which is made where it is missing; return what was done.

        Unchanged files cost nothing; a bad file raises nothing and is listed by `status`. With `prune`, papers of
        vanished files go; with `again`, unchanged files are read too. `options` are further ones of
        `litdex.pipeline.ingest.ingest`. Raises UserError for a path that is nowhere, LibraryBusy, EncoderMismatch.
        """
        from litdex.index.library import Library as Index
        from litdex.pipeline.ingest import ingest
        from litdex.pipeline.tagging import EntityOptions

        self._release()
        if self._opened is None:
            self._opened = Index.open_or_create(self.folder)
        options.setdefault("entities", EntityOptions() if entities else None)
        roots = [Path(path) for path in paths]
        return ingest(
            self._opened, roots, self._load_encoder, prune=prune, again=again, words_only=words_only, **options
        )

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        offset: int = 0,
        mode: Mode = "hybrid",
        facets: Names = (),
        explain: bool = False,
        **conditions: Names,
    ) -> Results:
        """Return the papers that answer `query` best, `limit` of them after the first `offset`; iterate over its hits.

        `conditions` are `year` ("2015", "2005..2015", "2010.."), `author`, `category`, `field` and `entity`
        ("disease:asthma"), each a string or several. `facets` names what to count all matches by. `docs/query.md` is
        the query language. Raises UserError.
        """
        from litdex.search.facets import facet_fields

        fields = facet_fields(",".join(_several(facets)), "facets", self.index)
        return self._searcher.search(
            query,
            limit=limit,
            offset=offset,
            where=self._where(conditions),
            mode=mode,
            explain=explain,
            facets=list(fields.values()),
        )

    def facets(self, query: str, by: Names = ("category", "year", "author"), *, limit: int = 10) -> Facets:
        """Count all papers that match `query` by each facet: its `limit` most frequent values with their papers.

        "entity" stands for all types of entities that the library has. Raises UserError.
        """
        from litdex.search.facets import facet_fields

        fields = facet_fields(",".join(_several(by)), "by", self.index)
        return Facets(self._searcher.counts(query, list(fields.values()), limit=limit), fields)

    def context(self, question: str, *, budget: int = 2000, papers: int = 20, **conditions: Names) -> Context:
        """Return the best passages for `question`, packed into `budget` tokens, for a prompt. Raises UserError."""
        from litdex.rag.context import build_context

        where = self._where(conditions)
        return build_context(self._searcher, question, budget=budget, papers=papers, where=where)

    def ask(self, question: str, *, quote: bool = False, **conditions: Names) -> Answer:
        """Answer `question` from the library; every citation in the answer was checked.

        Sentences are quoted, or written by the language model that is configured, unless `quote`. Where the library
        does not hold an answer, `Answer.refused` is true. Raises UserError, and SystemFault where the model fails.
        """
        return self.answerer(quote=quote).answer(question, where=self._where(conditions))

    def answerer(self, *, quote: bool = False, **options: Any) -> Answerer:
        """Return what answers questions here, for a stream of statements or several turns (`litdex.rag.answerer`)."""
        from litdex.rag.answerer import Answerer

        model = None if quote else self.model
        return Answerer(self._searcher, self._load_encoder, model=model, **options)

    @cached_property
    def model(self) -> LanguageModel | None:
        """The language model that the environment or the config file names; None where none is named."""
        from litdex.rag.llm import configured_model

        return configured_model()

    def papers(self) -> Iterator[Paper]:
        """Yield every paper, whole, by number."""
        return map(self.index.store.paper, self.index.store.numbers())

    def show(self, paper: str) -> Paper:
        """Return the paper that goes by an arXiv number, a DOI, a PMID or an id. Raises NothingFound."""
        number = self.index.store.find(paper)
        if number is None:
            raise NothingFound(f"no paper {paper} in {self.folder}")
        return self.index.store.paper(number)

    def remove(self, *papers: str) -> int:
        """Take papers out, and return how many went; files are not touched, and unchanged ones do not bring them back.

        Raises NothingFound where one is not here, and then takes none out.
        """
        from litdex.pipeline.remove import remove

        self._release()
        return remove(self.index, papers, self._load_encoder).papers

    def export(self, *papers: str, form: str = "jsonl") -> Iterator[str]:
        """Yield the text of these papers (of all) as jsonl, bibtex, ris, csl or csv. Raises NothingFound, UserError."""
        from litdex.ingest.table import WRITERS

        if form not in WRITERS:
            raise UserError(f"form {form}: give one of {', '.join(WRITERS)}")
        chosen: Iterable[Paper] = [self.show(one) for one in papers] if papers else self.papers()
        return iter(WRITERS[form](chosen))

    def status(self) -> dict[str, Any]:
        """Return what is in the library, what is pending, and what could not be read (`litdex status --json`)."""
        from litdex.maintenance.status import facts

        return facts(self.index)

    def check(self, *, everything: bool = False) -> Report:
        """Compare the database with itself and with both engines; `Report.good` says if all is well."""
        from litdex.maintenance.check import check

        self._release()
        return check(self.index, self._load_encoder, everything=everything)

    def repair(self, report: Report) -> list[str]:
        """Mend what `check` found; return what was done, a line each. Raises SystemFault where only a backup helps."""
        from litdex.maintenance.repair import repair

        self._release()
        return repair(self.index, report, self._load_encoder)

    def rebuild(self, **wanted: str | None) -> Rebuilt:
        """Build engines anew beside those in use: `encoder`, `analyzer`, `lexical`, `vectors` say what is to change."""
        from litdex.maintenance.rebuild import Wanted, rebuild

        self._release()
        return rebuild(self.index, Wanted(**wanted), self._load_encoder)

    def backup(self, file: PathLike) -> None:
        """Write the whole library, as it is at one moment, to one file. Raises UserError and SystemFault."""
        from litdex.maintenance.backup import backup

        backup(self.index, Path(file))

    @cached_property
    def _encoder(self) -> Encoder:
        from litdex.encoder.load import load_encoder

        return load_encoder(self._encoder_name if self._encoder_name is None else str(self._encoder_name))

    def _load_encoder(self, source: str | None = None) -> Encoder:
        """The encoder, loaded once; of a library that was rebuilt with another one, that one."""
        from litdex.encoder.load import load_encoder

        return load_encoder(source) if source else self._encoder

    @property
    def _searcher(self) -> Searcher:
        if self._searching is None:
            from litdex.search.searcher import Searcher

            self._searching = Searcher(self.index, self._load_encoder)
        return self._searching

    def _release(self) -> None:
        """Close the engines before something is written: a writer waits for readers."""
        if self._searching:
            self._searching.close()
            self._searching = None

    def _where(self, conditions: Mapping[str, Names]) -> Any:
        from litdex.search.request import conditions as read

        return read(self.index, conditions)


class Facets(Mapping[str, list[tuple[str, int]]]):
    """Counts by facet: under each facet's name its values with their numbers of papers. `papers` is how many match."""

    def __init__(self, counts: Counts, fields: Mapping[str, str]) -> None:
        self.counts = counts
        self.papers = counts.papers
        self.fields = dict(fields)

    def __getitem__(self, name: str) -> list[tuple[str, int]]:
        return list(self.counts.fields[self.fields[name]])

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)


def _several(names: Names) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)
