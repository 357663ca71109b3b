"""The embedded lexical engine: BM25 by tantivy, in a folder of its own.

What the index holds of a passage, and why:

- `title` and `joined` (the title and the text together), analysed. A word counts by its weight in `joined` plus
  `TITLE_BOOST` times its weight in `title`; on SciFact's train queries this was the best of fifteen ways to combine the
  two (nDCG@10 .706; one joined field .699; title and text summed .696 at best; dis-max .696).
- `keywords`, raw: a term `field US value` for each value, so that one column serves all fields, entity types included.
- `number`, `paper`, `year` as columns, and `digest`, a hash of the whole passage.

`replace` leaves a paper alone whose passages are there already, by digest. So doing it again after a kill changes
nothing in the index, the statistics that BM25 rests on included. A paper that did change leaves its old passages in
those statistics until tantivy merges their segment: until then scores differ a little from those of a fresh index.
"""

from __future__ import annotations

import hashlib
import heapq
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

import tantivy
from tantivy import FieldType, Occur, Query

from litdex.errors import LibraryBusy, SystemFault
from litdex.index.engine import Document, Scored
from litdex.index.filters import Filter, Terms, Years, keyword
from litdex.index.ties import exact_top

TITLE_BOOST = 0.3
MAX_QUERY_TERMS = 64
"""A query of more distinct terms keeps the rarest of them: a pasted page stays as fast as a long sentence."""

LONGEST_TERM = 100  # characters; longer ones are sequences and encoded data, not words
WRITER_MEMORY = 64 * 1024 * 1024


class TantivyIndex:
    """A `LexicalIndex` in a folder. One process writes at a time; any number may read meanwhile."""

    def __init__(self, index: tantivy.Index, folder: Path, writable: bool) -> None:
        """Use `open`, which makes or opens the folder."""
        self._index = index
        self._folder = folder
        self._writable = writable
        self._analyser = _analyser()
        self._writer: tantivy.IndexWriter | None = None
        index.register_tokenizer("words", self._analyser)
        index.config_reader(reload_policy="manual")
        index.reload()

    @classmethod
    def open(cls, folder: Path, *, writable: bool = True) -> TantivyIndex:
        """Open the index in `folder`, or make an empty one. Takes no lock before the first `replace`.

        Raises `SystemFault` where the folder holds something else, or nothing although `writable` is false.
        """
        try:
            if writable:
                folder.mkdir(parents=True, exist_ok=True)
            elif not (folder / "meta.json").is_file():
                raise SystemFault(f"{folder}: there is no lexical index here; build it again from the library")
            return cls(tantivy.Index(_schema(), str(folder)), folder, writable)
        except (OSError, ValueError) as error:
            raise SystemFault(f"{folder}: the lexical index cannot be opened ({_one_line(error)})") from error

    def count(self) -> int:
        return self._index.searcher().num_docs

    def papers(self) -> set[int]:
        searcher = self._index.searcher()
        hits = searcher.search(Query.all_query(), max(searcher.num_docs, 1), count=False).hits
        return {int(paper or 0) for paper in searcher.fast_field_values("paper", [address for _, address in hits])}

    def close(self) -> None:
        """Let running merges end and give the write lock back. The index takes no more changes after it."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
        self._writer = None
        self._writable = False

    def terms(self, text: str) -> list[str]:
        return self._analyser.analyze(_plain(text))

    def replace(self, papers: Collection[int], documents: Collection[Document]) -> None:
        """As the interface says. Raises `LibraryBusy` where another process is writing to this index."""
        given: dict[int, dict[int, int]] = {paper: {} for paper in papers}
        for document in documents:
            given.setdefault(document.paper, {})[document.number] = _digest(document)
        held = self._held(given)
        changed = {paper for paper, digests in given.items() if digests != held.get(paper, {})}
        if not changed:
            return
        writer = self._open_writer()
        # By query: tantivy-py's deletion by term does not find unsigned numbers (0.27).
        writer.delete_documents_by_query(Query.term_set_query(self._index.schema, "paper", sorted(changed)))
        for document in documents:
            if document.paper in changed:
                writer.add_document(_record(document))
        writer.commit()
        self._index.reload()

    def search(self, query: str, *, limit: int, where: Filter = Filter()) -> list[Scored]:
        searcher = self._index.searcher()
        terms = self._selective(searcher, self.terms(query))
        if not terms:
            return []
        question = self._question(terms, where)
        return exact_top(lambda wanted: _hits(searcher, question, wanted), limit)

    def _selective(self, searcher: tantivy.Searcher, terms: Iterable[str]) -> list[str]:
        """The distinct terms, the rarest `MAX_QUERY_TERMS` of them, in an order that depends on nothing else.

        A word that the query repeats counts once: on SciFact's train queries that gives .699 against .695.
        """
        distinct = sorted(set(terms))
        if len(distinct) <= MAX_QUERY_TERMS:
            return distinct
        frequency = {term: searcher.doc_freq("joined", term) for term in distinct}
        known = [term for term in distinct if frequency[term]]
        return heapq.nsmallest(MAX_QUERY_TERMS, known, key=lambda term: (frequency[term], term))

    def _question(self, terms: list[str], where: Filter) -> Query:
        schema = self._index.schema
        clauses: list[tuple[Occur, Query]] = []
        for term in terms:
            clauses.append((Occur.Should, Query.term_query(schema, "joined", term, "freq")))
            in_title = Query.term_query(schema, "title", term, "freq")
            clauses.append((Occur.Should, Query.boost_query(in_title, TITLE_BOOST)))
        words = Query.boolean_query(clauses)
        if not where:
            return words
        return Query.boolean_query([(Occur.Must, words), *(_clause(schema, one) for one in where.conditions)])

    def _held(self, papers: Collection[int]) -> dict[int, dict[int, int]]:
        """For each of `papers` that the index holds, its passages' numbers and digests."""
        searcher = self._index.searcher()
        held: dict[int, dict[int, int]] = defaultdict(dict)
        if not papers or not searcher.num_docs:
            return held
        those = Query.term_set_query(self._index.schema, "paper", list(papers))
        addresses = [address for _, address in searcher.search(those, searcher.num_docs, count=False).hits]
        columns = (searcher.fast_field_values(name, addresses) for name in ("paper", "number", "digest"))
        for paper, number, digest in zip(*columns, strict=True):
            held[int(paper or 0)][int(number or 0)] = int(digest or 0)
        return held

    def _open_writer(self) -> tantivy.IndexWriter:
        if not self._writable:
            raise SystemFault(f"{self._folder}: the lexical index was opened for reading only, or is closed")
        if self._writer is None:
            try:
                # One thread: two would deal passages out to segments by chance, and encoding is what ingest waits for.
                self._writer = self._index.writer(WRITER_MEMORY, 1)
            except (OSError, ValueError) as error:
                if "Lock" not in str(error):
                    raise SystemFault(f"{self._folder}: cannot write ({_one_line(error)})") from error
                raise LibraryBusy(f"{self._folder}: another process is writing here; try again when it ends") from error
            self._index.reload()
        return self._writer


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("number", "paper"):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    builder.add_unsigned_field("digest", fast=True)
    builder.add_integer_field("year", indexed=True, fast=True)
    for name in ("title", "joined"):
        builder.add_text_field(name, tokenizer_name="words", index_option="freq")
    builder.add_text_field("keywords", tokenizer_name="raw", index_option="basic", fast=True)
    return builder.build()


def _analyser() -> tantivy.TextAnalyzer:
    """Runs of letters and digits, in lower case, without accents, stop words and English endings."""
    filters = (
        tantivy.Filter.remove_long(LONGEST_TERM),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stopword("english"),
        tantivy.Filter.stemmer("english"),
    )
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for one in filters:
        builder = builder.filter(one)
    return builder.build()


def _record(document: Document) -> tantivy.Document:
    record = tantivy.Document()
    record.add_unsigned("number", document.number)
    record.add_unsigned("paper", document.paper)
    record.add_unsigned("digest", _digest(document))
    if document.year is not None:
        record.add_integer("year", document.year)
    record.add_text("title", _plain(document.title))
    record.add_text("joined", _plain(f"{document.title}\n{document.text}"))
    for name, values in document.keywords.items():
        for value in values:
            record.add_text("keywords", keyword(name, value))
    return record


def _digest(document: Document) -> int:
    """A 63-bit hash of everything in the passage that the index stores."""
    keywords = sorted((name, tuple(values)) for name, values in document.keywords.items())
    whole = repr((document.number, document.paper, document.title, document.text, document.year, keywords))
    hashed = hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(hashed, "big") >> 1


def _clause(schema: tantivy.Schema, condition: Terms | Years) -> tuple[Occur, Query]:
    """A condition as a clause that adds nothing to a score."""
    if isinstance(condition, Terms):
        values = [keyword(condition.field, value) for value in condition.values]
        inside = Query.term_set_query(schema, "keywords", values)
    elif condition == Years():
        inside = Query.exists_query("year")
    else:
        inside = Query.range_query(schema, "year", FieldType.Integer, condition.first, condition.last)
    negated = isinstance(condition, Terms) and condition.negated
    return (Occur.MustNot, inside) if negated else (Occur.Must, Query.const_score_query(inside, 0.0))


def _hits(searcher: tantivy.Searcher, question: Query, limit: int) -> list[Scored]:
    hits = searcher.search(question, limit, count=False).hits
    addresses = [address for _, address in hits]
    numbers = searcher.fast_field_values("number", addresses)
    papers = searcher.fast_field_values("paper", addresses)
    found = zip(numbers, papers, hits, strict=True)
    return [Scored(int(number or 0), int(paper or 0), score) for number, paper, (score, _) in found]


def _plain(text: str) -> str:
    """`text` with compatible characters made one (ligatures, composed accents), and none that UTF-8 lacks."""
    return unicodedata.normalize("NFKC", text).encode("utf-8", "replace").decode("utf-8")


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
