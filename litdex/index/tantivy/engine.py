"""The embedded lexical engine: BM25 by tantivy, in a folder of its own.

What the index holds of a passage, and why:

- `title` and `joined` (the title and the text together), analysed. A word counts by its weight in `joined` plus
  `TITLE_BOOST` times its weight in `title`; on SciFact's train queries this was the best of fifteen ways to combine the
  two (nDCG@10 .706; one joined field .699; title and text summed .696 at best; dis-max .696).
- `keywords`, raw: a term `field US value` for each value, so that one column serves all fields, entity types included.
- On one passage of each paper, its *head*, what concerns the paper as a whole: each of `SCOPES` analysed for words and
  once more for phrases (positions, no stemming), and `facets`, a column for each keyword field. So papers are counted,
  and asked for words and phrases, without looking at their other passages.
- `number`, `paper`, `year` as columns, and `digest`, a hash of the whole passage.

`replace` leaves a paper alone whose passages are there already, by digest. So doing it again after a kill changes
nothing in the index, the statistics that BM25 rests on included. A paper that did change leaves its old passages in
those statistics until tantivy merges their segment: until then scores differ a little from those of a fresh index.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

import tantivy
from tantivy import FieldType, Occur, Order, Query

from litdex.errors import LibraryBusy, SystemFault
from litdex.index.engine import SCOPES, Counts, IndexedPassage, Scope, Scored
from litdex.index.filters import Condition, Either, Filter, Papers, Terms, Years, is_negated, keyword
from litdex.index.lexical.analysers import DEFAULT
from litdex.index.lexical.analysis import NOW, Writing, encodable, exact_analyser, words_analyser
from litdex.index.lexical.record import digest, heads, scopes
from litdex.index.tantivy.facets import COLUMNS, by_year, column, counted
from litdex.index.ties import exact_top

TITLE_BOOST = 0.3
MAX_QUERY_TERMS = 64
"""A query of more distinct terms keeps the rarest of them: a pasted page stays as fast as a long sentence."""

WRITER_MEMORY = 64 * 1024 * 1024
WORDS_FIELD, EXACT_FIELD = "{}_words", "{}_exact"  # of a scope


class TantivyIndex:
    """A `LexicalIndex` in a folder. One process writes at a time; any number may read meanwhile."""

    def __init__(self, index: tantivy.Index, folder: Path, writable: bool, analyser: str, writing: Writing) -> None:
        """Use `open`, which makes or opens the folder."""
        self._index = index
        self._folder = folder
        self._writable = writable
        self._analyser = words_analyser(analyser)
        self._exact = exact_analyser()
        self._shown = writing
        self._writer: tantivy.IndexWriter | None = None
        index.register_tokenizer("words", self._analyser)
        index.register_tokenizer("exact", self._exact)
        index.config_reader(reload_policy="manual")
        index.reload()

    @classmethod
    def open(
        cls, folder: Path, *, writable: bool = True, analyser: str = DEFAULT, writing: Writing = NOW
    ) -> TantivyIndex:
        """Open the index in `folder`, or make an empty one. Takes no lock before the first `replace`.

        `analyser` is one of `litdex.index.lexical.analysers`, the same each time; so is `writing`.

        Raises `SystemFault` where the folder holds something else, or nothing although `writable` is false.
        """
        try:
            if writable:
                folder.mkdir(parents=True, exist_ok=True)
            elif not (folder / "meta.json").is_file():
                raise SystemFault(f"{folder}: there is no lexical index here: `litdex check --repair` builds it again")
            return cls(tantivy.Index(_schema(), str(folder)), folder, writable, analyser, writing)
        except (OSError, ValueError) as error:
            raise SystemFault(f"{folder}: the lexical index cannot be opened ({_one_line(error)})") from error

    def count(self) -> int:
        return self._index.searcher().num_docs

    def papers(self) -> set[int]:
        searcher = self._index.searcher()
        hits = searcher.search(Query.all_query(), max(searcher.num_docs, 1), count=False).hits
        return {int(paper or 0) for paper in searcher.fast_field_values("paper", [address for _, address in hits])}

    def passages(self) -> dict[int, int]:
        searcher = self._index.searcher()
        hits = searcher.search(Query.all_query(), max(searcher.num_docs, 1), count=False).hits
        addresses = [address for _, address in hits]
        columns = (searcher.fast_field_values(name, addresses) for name in ("number", "paper"))
        return {int(number or 0): int(paper or 0) for number, paper in zip(*columns, strict=True)}

    def close(self) -> None:
        """Let running merges end and give the write lock back. The index takes no more changes after it."""
        if self._writer is not None:
            self._writer.wait_merging_threads()
        self._writer = None
        self._writable = False

    def terms(self, text: str) -> list[str]:
        return self._analyser.analyze(self._shown(text))

    def replace(self, papers: Collection[int], documents: Collection[IndexedPassage]) -> None:
        """As the interface says. Raises `LibraryBusy` where another process is writing to this index."""
        given: dict[int, dict[int, int]] = {paper: {} for paper in papers}
        for document in documents:
            given.setdefault(document.paper, {})[document.number] = digest(document)
        held = self._held(given)
        changed = {paper for paper, digests in given.items() if digests != held.get(paper, {})}
        if not changed:
            return
        writer = self._open_writer()
        # By query: tantivy-py's deletion by term does not find unsigned numbers (0.27).
        writer.delete_documents_by_query(Query.term_set_query(self._index.schema, "paper", sorted(changed)))
        first = heads(document for document in documents if document.paper in changed)
        for document in documents:
            if document.paper in changed:
                writer.add_document(_record(document, first.get(document.number, ()), self._shown))
        writer.commit()
        self._index.reload()

    def search(self, query: str, *, limit: int, where: Filter = Filter()) -> list[Scored]:
        searcher = self._index.searcher()
        terms = self._selective(searcher, self.terms(query))
        if not terms:
            return []
        question = self._question(terms, where)
        return exact_top(lambda wanted: _hits(searcher, question, wanted), limit)

    def having(self, text: str, *, scope: Scope = "text", exact: bool = False) -> list[int]:
        """As the interface says; a text of stop words alone is looked up as it is written."""
        schema, terms = self._index.schema, [] if exact else self.terms(text)
        field = (WORDS_FIELD if terms else EXACT_FIELD).format(scope)
        tokens = sorted(set(terms)) or self._exact.analyze(self._shown(text))
        if not tokens:
            return []
        if exact and len(tokens) > 1:
            question = Query.phrase_query(schema, field, list(tokens))
        else:
            question = _all_of([Query.term_query(schema, field, token, "basic") for token in tokens])
        searcher = self._index.searcher()
        addresses = [address for _, address in searcher.search(question, max(searcher.num_docs, 1), count=False).hits]
        return sorted(int(paper or 0) for paper in searcher.fast_field_values("paper", addresses))

    def newest(self, *, limit: int, where: Filter = Filter()) -> list[Scored]:
        """As the interface says. Thousands of papers may share a year: of the last one only the first are read."""
        searcher, found = self._index.searcher(), list[Scored]()
        heads = (Occur.Must, self._heads(searcher, [], where))
        whole, edge = _latest(by_year(searcher, heads[1]), limit)
        if whole:
            dated = Query.boolean_query([heads, _clause(self._index.schema, Years(min(whole), None))])
            latest = _hits(searcher, dated, sum(whole.values()), order_by="year")
            found = sorted(latest, key=lambda one: (-one.score, one.number))
        if edge is not None:
            dated = Query.boolean_query([heads, _clause(self._index.schema, Years(edge, edge))])
            first = _hits(searcher, dated, limit - len(found), order_by="number", order=Order.Asc)
            found += [Scored(one.number, one.paper, float(edge)) for one in first]
        if len(found) < limit:
            undated = Query.boolean_query([heads, (Occur.MustNot, Query.exists_query("year"))])
            rest = _hits(searcher, undated, limit - len(found), order_by="number", order=Order.Asc)
            found += [Scored(one.number, one.paper, 0.0) for one in rest]
        return found

    def counts(self, query: str, by: Mapping[str, int], *, where: Filter = Filter(), values: str = "") -> Counts:
        searcher = self._index.searcher()
        terms = self._selective(searcher, self.terms(query))
        if query.strip() and not terms:
            return Counts(0, dict.fromkeys(by, ()))
        return counted(searcher, self._heads(searcher, terms, where), by, values)

    def _heads(self, searcher: tantivy.Searcher, terms: Sequence[str], where: Filter) -> Query:
        """The heads of the papers that satisfy `where` and, where there are `terms`, have one of them."""
        schema = self._index.schema
        clauses = [(Occur.Must, Query.term_query(schema, "head", True)), *_clauses(schema, where)]
        if terms:
            field = WORDS_FIELD.format("text")
            words = [(Occur.Should, Query.term_query(schema, field, term, "basic")) for term in terms]
            clauses.append((Occur.Must, Query.const_score_query(Query.boolean_query(words), 0.0)))
        return Query.boolean_query(clauses)

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
        return Query.boolean_query([(Occur.Must, words), *_clauses(schema, where)])

    def _held(self, papers: Collection[int]) -> dict[int, dict[int, int]]:
        """For each of `papers` that the index holds, its passages' numbers and digests."""
        searcher = self._index.searcher()
        held: dict[int, dict[int, int]] = defaultdict(dict)
        if not papers or not searcher.num_docs:
            return held
        those = Query.term_set_query(self._index.schema, "paper", list(papers))
        addresses = [address for _, address in searcher.search(those, searcher.num_docs, count=False).hits]
        columns = (searcher.fast_field_values(name, addresses) for name in ("paper", "number", "digest"))
        for paper, number, hashed in zip(*columns, strict=True):
            held[int(paper or 0)][int(number or 0)] = int(hashed or 0)
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
    builder.add_text_field("keywords", tokenizer_name="raw", index_option="basic")
    builder.add_boolean_field("head", indexed=True)
    for scope in SCOPES:
        builder.add_text_field(WORDS_FIELD.format(scope), tokenizer_name="words", index_option="basic")
        builder.add_text_field(EXACT_FIELD.format(scope), tokenizer_name="exact", index_option="position")
    builder.add_json_field(COLUMNS, fast=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


def _record(document: IndexedPassage, paper: Sequence[IndexedPassage], shown: Callable[[str], str]) -> tantivy.Document:
    """A passage as the index holds it; `paper` is every passage of the paper where this one is its head, else empty."""
    record = tantivy.Document()
    record.add_unsigned("number", document.number)
    record.add_unsigned("paper", document.paper)
    record.add_unsigned("digest", digest(document))
    if document.year is not None:
        record.add_integer("year", document.year)
    record.add_text("title", shown(document.title))
    record.add_text("joined", shown(f"{document.title}\n{document.text}"))
    for name, values in document.keywords.items():
        for value in values:
            record.add_text("keywords", keyword(name, value))
    if paper:
        _add_head(record, paper, shown)
    return record


def _add_head(record: tantivy.Document, paper: Sequence[IndexedPassage], shown: Callable[[str], str]) -> None:
    record.add_boolean("head", True)
    for scope, pieces in scopes(paper).items():
        for piece in map(shown, pieces):
            record.add_text(WORDS_FIELD.format(scope), piece)
            record.add_text(EXACT_FIELD.format(scope), piece)
    facets = {column(name): [*dict.fromkeys(map(_plain_value, values))] for name, values in paper[0].keywords.items()}
    record.add_json(COLUMNS, {name: values for name, values in facets.items() if values})


def _plain_value(value: str) -> str:
    """A value that JSON and a column can hold."""
    return encodable(value).replace("\0", " ")


def _all_of(queries: Sequence[Query]) -> Query:
    """All of them, without a score."""
    return Query.boolean_query([(Occur.Must, Query.const_score_query(query, 0.0)) for query in queries])


def _clauses(schema: tantivy.Schema, where: Filter) -> list[tuple[Occur, Query]]:
    return [_clause(schema, one) for one in where.conditions]


def _clause(schema: tantivy.Schema, condition: Condition) -> tuple[Occur, Query]:
    """A condition as a clause that adds nothing to a score."""
    inside = _inside(schema, condition)
    return (Occur.MustNot, inside) if is_negated(condition) else (Occur.Must, Query.const_score_query(inside, 0.0))


def _inside(schema: tantivy.Schema, condition: Condition) -> Query:
    """The condition itself; that it is negated is for the caller to heed."""
    if isinstance(condition, Terms):
        values = [keyword(condition.field, value) for value in condition.values]
        return Query.term_set_query(schema, "keywords", values)
    if isinstance(condition, Papers):
        return Query.term_set_query(schema, "paper", list(condition.numbers))
    if isinstance(condition, Either):
        # A clause of negations alone finds nothing in tantivy: each begins with everything.
        everything = (Occur.Must, Query.const_score_query(Query.all_query(), 0.0))
        wholes = [Query.boolean_query([everything, *_clauses(schema, one)]) for one in condition.alternatives]
        return Query.boolean_query([(Occur.Should, one) for one in wholes]) if wholes else Query.empty_query()
    if condition == Years():
        return Query.exists_query("year")
    return Query.range_query(schema, "year", FieldType.Integer, condition.first, condition.last)


def _latest(counts: Mapping[int, int], limit: int) -> tuple[dict[int, int], int | None]:
    """The latest years, with their papers, that fit into `limit` as a whole, and the one of which only some do."""
    whole, left = dict[int, int](), limit
    for year in sorted(counts, reverse=True):
        if counts[year] > left:
            return whole, year if left else None
        whole[year] = counts[year]
        left -= counts[year]
    return whole, None


def _hits(
    searcher: tantivy.Searcher, question: Query, limit: int, order_by: str | None = None, order: Order = Order.Desc
) -> list[Scored]:
    hits = searcher.search(question, limit, count=False, order_by_field=order_by, order=order).hits
    addresses = [address for _, address in hits]
    numbers = searcher.fast_field_values("number", addresses)
    papers = searcher.fast_field_values("paper", addresses)
    found = zip(numbers, papers, hits, strict=True)
    return [Scored(int(number or 0), int(paper or 0), float(score)) for number, paper, (score, _) in found]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
