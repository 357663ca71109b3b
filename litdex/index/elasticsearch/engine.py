"""The lexical engine on Elasticsearch 8: an index for each generation, ranked by the same BM25 as the embedded engine.

`replace` leaves a paper alone whose passages are there already, by digest, as the embedded engine does and for the same
reason: a document that is written again stays in the statistics that BM25 rests on until its segment is merged.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

from litdex.errors import SystemFault
from litdex.index.elasticsearch import query as ask
from litdex.index.elasticsearch.bulk import BulkWriter, Operation
from litdex.index.elasticsearch.client import WRITE_SECONDS, connect, faults, insist
from litdex.index.elasticsearch.mapping import DEEPEST, MOST_TOKENS, index_body, source, words
from litdex.index.engine import Counts, IndexedPassage, Scope, Scored
from litdex.index.filters import Filter
from litdex.index.lexical import analysers
from litdex.index.lexical.analysis import Writing, words_analyser
from litdex.index.lexical.record import digest, heads
from litdex.index.outbox import Generation
from litdex.index.settings import Address, connection, parse
from litdex.index.ties import exact_top

MAX_QUERY_TERMS = 64
"""A query of more distinct terms keeps the rarest of them, as in the embedded engine."""
PAGE = 10_000  # hits or buckets fetched at a time where all are wanted
SURELY = 1000  # values of a field that each shard counts at first: enough for most, and cheap


class ElasticsearchIndex:
    """A `LexicalIndex` on a server. Any number may read and write; one paper is for one writer at a time."""

    def __init__(self, client: Elasticsearch, address: Address, name: str, settings: Mapping[str, Any]) -> None:
        """Use `Elastic.open`, which makes the index where it is not there. Sends nothing yet."""
        self._client = client
        self._address = address
        self._name = name
        self._settings = settings
        self._writing = Writing.of(settings)
        self._local = words_analyser(str(settings.get("analyzer", analysers.DEFAULT)))

    def count(self) -> int:
        with faults(self._address):
            return int(self._client.count(index=self._name)["count"])

    def papers(self) -> set[int]:
        return {*self.passages().values()}

    def passages(self) -> dict[int, int]:
        with faults(self._address):
            return {row[0]: row[1] for row in self._all({"match_all": {}}, ["number", "paper"])}

    def close(self) -> None:
        """Close the connections; nothing else is held."""
        self._client.close()

    def terms(self, text: str) -> list[str]:
        """As the interface says, but computed here: for marking words, where a request a word would take too long.

        Here Porter's second stemmer, there his first, so the ending of a few words is cut at another place.
        """
        return self._local.analyze(words(text, self._writing))

    def replace(self, papers: Collection[int], documents: Collection[IndexedPassage]) -> None:
        """As the interface says. Raises SystemFault when the server is gone, or overloaded for minutes."""
        given: dict[int, dict[int, int]] = {paper: {} for paper in papers}
        for document in documents:
            given.setdefault(document.paper, {})[document.number] = digest(document)
        if not given:
            return
        with faults(self._address):
            held = insist(lambda: self._held(given))
            changed = {paper for paper, digests in given.items() if digests != held.get(paper, {})}
            if changed:
                fresh = [document for document in documents if document.paper in changed]
                gone = {n for paper in changed for n in held.get(paper, ())} - {one.number for one in fresh}
                BulkWriter(self._client, self._name).write(_operations(fresh, sorted(gone), self._writing))
                insist(self.refresh)

    def refresh(self) -> None:
        """Let searches see all that was written."""
        self._client.options(request_timeout=WRITE_SECONDS).indices.refresh(index=self._name)

    def search(self, query: str, *, limit: int, where: Filter = Filter()) -> list[Scored]:
        with faults(self._address):
            terms = self._selective(query)
            question = ask.ranked(terms, where)
            return exact_top(lambda wanted: self._best(question, wanted), limit) if terms else []

    def having(self, text: str, *, scope: Scope = "text", exact: bool = False) -> list[int]:
        """As the interface says; a text of stop words alone is looked up as it is written."""
        field, plain = f"whole.{scope}", words(text, self._writing)
        with faults(self._address):
            if exact and len(plain.split()) > 1:
                question: ask.Query = {"match_phrase": {f"{field}.exact": plain}}
            else:
                terms = [] if exact else sorted(set(self._analysed(plain)))
                names = terms or self._analysed(plain, "exact")
                if not names:
                    return []
                own = field if terms else f"{field}.exact"
                question = {"bool": {"filter": [{"term": {own: name}} for name in names]}}
            return [paper for (paper,) in self._all(ask.heads(also=[question]), ["paper"])]

    def newest(self, *, limit: int, where: Filter = Filter()) -> list[Scored]:
        order = [{"year": {"order": "desc", "missing": "_last"}}, {"number": "asc"}]
        with faults(self._address):
            hits = self._hits(ask.heads(where), ["number", "paper", "year"], size=min(limit, DEEPEST), sort=order)
            return [Scored(*_numbers(hit), float(*hit["fields"].get("year", [0]))) for hit in hits]

    def counts(self, query: str, by: Mapping[str, int], *, where: Filter = Filter(), values: str = "") -> Counts:
        with faults(self._address):
            terms = self._selective(query)
            if query.strip() and not terms:
                return Counts(0, dict.fromkeys(by, ()))
            question = ask.heads(where, [ask.any_word("whole.text", terms)] if terms else [])
            return self._counted(question, by, values)

    def _counted(self, question: ask.Query, by: Mapping[str, int], values: str) -> Counts:
        """Asks again, for more of every shard's values, where what some shard left out could change a count."""
        each = max(SURELY, *by.values()) if by else SURELY
        while True:
            answer = self._client.search(
                index=self._name,
                query=question,
                size=0,
                track_total_hits=True,
                aggs={str(place): _most_frequent(name, by[name], each, values) for place, name in enumerate(by)},
            )
            found = [answer["aggregations"][str(place)] for place in range(len(by))]
            if not any(one["doc_count_error_upper_bound"] for one in found):
                break
            each *= 100
        lists = [[(str(bucket["key"]), int(bucket["doc_count"])) for bucket in one["buckets"]] for one in found]
        ordered = [sorted(one, key=lambda item: (-item[1], item[0])) for one in lists]
        return Counts(int(answer["hits"]["total"]["value"]), dict(zip(by, ordered, strict=True)))

    def _selective(self, query: str) -> list[str]:
        """The distinct index terms, at most `MAX_QUERY_TERMS` of them: the rarest, of those that occur."""
        plain = " ".join(dict.fromkeys(words(query, self._writing).split()[:MOST_TOKENS]))
        distinct = sorted(set(self._analysed(plain)))
        if len(distinct) <= MAX_QUERY_TERMS:
            return distinct
        answer = self._client.termvectors(
            index=self._name,
            doc={"joined": plain},
            fields=["joined"],
            term_statistics=True,
            field_statistics=False,
            positions=False,
            offsets=False,
        )
        told = answer["term_vectors"].get("joined", {}).get("terms", {})
        known = {term: int(one["doc_freq"]) for term, one in told.items() if one.get("doc_freq")}
        return heapq.nsmallest(MAX_QUERY_TERMS, known, key=lambda term: (known[term], term))

    def _analysed(self, plain: str, analyser: str = "words") -> list[str]:
        """The server's own index terms of a text."""
        if not plain:
            return []
        answer = self._client.indices.analyze(index=self._name, analyzer=analyser, text=plain)
        return [str(token["token"]) for token in answer["tokens"]]

    def _best(self, question: ask.Query, wanted: int) -> list[Scored]:
        size = min(wanted, DEEPEST)
        return [Scored(*_numbers(hit), float(hit["_score"])) for hit in self._hits(question, ["number", "paper"], size)]

    def _held(self, papers: Iterable[int]) -> dict[int, dict[int, int]]:
        """For each of `papers` that the index holds, its passages' numbers and digests."""
        held: dict[int, dict[int, int]] = defaultdict(dict)
        for number, paper, hashed in self._all({"terms": {"paper": list(papers)}}, ["number", "paper", "digest"]):
            held[paper][number] = hashed
        return held

    def _all(self, question: ask.Query, fields: list[str]) -> Iterator[list[int]]:
        """The fields of every passage found, in the order of the first of them, which must differ among them."""
        after: dict[str, Any] = {}
        inside: ask.Query = {"bool": {"filter": [question]}}
        while True:
            hits = self._hits(inside, fields, PAGE, sort=[{fields[0]: "asc"}], **after)
            yield from ([hit["fields"][field][0] for field in fields] for hit in hits)
            if len(hits) < PAGE:
                return
            after = {"search_after": hits[-1]["sort"]}

    def _hits(self, question: ask.Query, fields: list[str], size: int, **more: Any) -> list[dict[str, Any]]:
        """The best passages, with fields that are stored as columns; a shard scores by all shards' statistics."""
        answer = self._client.search(
            index=self._name,
            query=question,
            size=size,
            source=False,
            stored_fields="_none_",
            docvalue_fields=[{"field": field} for field in fields],
            track_total_hits=False,
            search_type="dfs_query_then_fetch" if int(self._settings.get("shards", 1)) > 1 else "query_then_fetch",
            filter_path=["hits.hits.fields", "hits.hits._score", "hits.hits.sort"],
            **more,
        )
        return list(answer.get("hits", {}).get("hits", []))


class Elastic:
    """The backend: an index called `NAME-gN` for a generation, and the alias NAME for the one that is in use."""

    def open(self, generation: Generation, folder: Path, writable: bool) -> ElasticsearchIndex:
        """Open it. Raises SystemFault where another library uses the name, or for writing, the server is gone."""
        address, name, client = _place(generation)
        if writable:
            with faults(address):
                made = insist(lambda: _make(client, name, generation.settings))
                _check_owner(client, address, name, generation)
                # After a kill there may be passages that no search has seen yet: `replace` must find them.
                insist(lambda: client.indices.refresh(index=name))
            if made and generation.state == "active":
                self.publish(generation)
        return ElasticsearchIndex(client, address, name, generation.settings)

    def publish(self, generation: Generation) -> None:
        """Let the alias mean this generation's index, and no other one, in one step."""
        address, name, client = _place(generation)
        actions: list[dict[str, Any]] = [
            {"remove": {"index": f"{address.name}-g*", "alias": address.name, "must_exist": False}},
            {"add": {"index": name, "alias": address.name}},
        ]
        with client, faults(address):
            insist(lambda: client.indices.update_aliases(actions=actions))

    def drop(self, generation: Generation, folder: Path) -> None:
        """Delete the index. Raises SystemFault where it is another library's."""
        address, name, client = _place(generation)
        with client, faults(address):
            if client.indices.exists(index=name):
                _check_owner(client, address, name, generation)
                client.indices.delete(index=name, ignore_unavailable=True)


def _place(generation: Generation) -> tuple[Address, str, Elasticsearch]:
    address = parse(str(generation.settings["url"]), "lexical")
    return address, f"{address.name}-g{generation.id}", connect(address, connection(address.engine))


def _make(client: Elasticsearch, name: str, settings: Mapping[str, Any]) -> bool:
    """Make the index; False where it was there."""
    if client.indices.exists(index=name):
        return False
    try:
        client.options(request_timeout=WRITE_SECONDS).indices.create(index=name, **index_body(settings))
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":  # another writer was faster
            raise
        return False
    return True


def _check_owner(client: Elasticsearch, address: Address, name: str, generation: Generation) -> None:
    found = client.indices.get_mapping(index=name)[name]["mappings"].get("_meta", {}).get("library")
    if found != generation.settings.get("library", ""):
        raise SystemFault(f"{address.url}: another library keeps its index {name} there: take another name")


def _operations(documents: Collection[IndexedPassage], gone: Iterable[int], writing: Writing) -> Iterator[Operation]:
    first = heads(documents)
    for document in documents:
        yield Operation.index(document.number, source(document, first.get(document.number, ()), writing))
    yield from map(Operation.delete, gone)


def _most_frequent(name: str, limit: int, each: int, values: str) -> dict[str, Any]:
    field = "year" if name == "year" else f"keywords.{name}"
    order = [{"_count": "desc"}, {"_key": "asc"}]
    only = {"include": values} if values and name != "year" else {}
    return {"terms": {"field": field, "size": limit, "shard_size": each, "order": order, **only}}


def _numbers(hit: Mapping[str, Any]) -> tuple[int, int]:
    """The passage's number and its paper's."""
    fields = hit["fields"]
    return int(fields["number"][0]), int(fields["paper"][0])
