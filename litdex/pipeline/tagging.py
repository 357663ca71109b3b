"""Find the entities of papers, after the engines have their words and vectors.

A batch of papers is tagged, named and committed at a time, so a kill loses at most a batch, and what was done is not
done again. A library remembers its tagger and keeps a copy of the user's vocabulary: all its papers are tagged alike.
"""

from __future__ import annotations

import logging
import os
from collections import ChainMap
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from litdex.errors import LitdexError, SystemFault, TaggerMismatch, in_one_line
from litdex.index.entities import VOCABULARY, Tagging, field_of
from litdex.index.library import Library
from litdex.index.schema import transaction
from litdex.ingest.paper import Paper
from litdex.ner.abbreviations import abbreviations
from litdex.ner.base import Tagger
from litdex.ner.load import is_list, is_shipped, load_tagger, source_of
from litdex.ner.mention import Mention
from litdex.ner.naming import canonical, read_vocabulary, resolve
from litdex.ner.vocabulary import Vocabulary

_LOG = logging.getLogger(__name__)
BATCH_CHARACTERS = 200_000
"""How much text is tagged and committed together: what a kill can cost at most."""
NONE = "none"
"""The name of no tagger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityOptions:
    """What a user says of entities. Of what is not said, the library's own is taken, else the shipped tagger."""

    tagger: str | None = None  # as `load_tagger` takes it, or "none"
    vocabulary: Path | None = None
    retag: bool = False  # look through all papers anew


def begin(library: Library, wish: EntityOptions) -> Stage | None:
    """The stage that does what is wished; None where no tagger is named and none ships. The caller may write.

    Raises TaggerMismatch where the library's papers were tagged otherwise, and UserError where there is no such tagger
    or vocabulary.
    """
    kept = library.entities.tagging()
    if wish.tagger == NONE or not (wish.tagger or kept or is_shipped()):
        return None
    source = source_of(wish.tagger) if wish.tagger or kept is None else kept.source
    if kept and wish == EntityOptions():
        return Stage(library, kept)
    tagger = load_tagger(source)
    vocabulary = _vocabulary(library, kept, wish, source)
    wanted = Tagging(
        name=tagger.name,
        fingerprint=tagger.fingerprint,
        source=source,
        types=tagger.types,
        vocabulary=vocabulary.fingerprint if vocabulary else "",
    )
    if kept and not wish.retag:
        _check(library, kept, wanted)
        if vocabulary and (wish.vocabulary or is_list(source)):  # it names alike, but may define anew
            _keep(vocabulary, library.folder / VOCABULARY)
    else:
        _change(library, wanted, vocabulary, wish.retag)
    return Stage(library, wanted)


class Stage:
    """Tags the papers of a library. The tagger is loaded when there is something to tag."""

    def __init__(self, library: Library, tagging: Tagging) -> None:
        self._library = library
        self._tagging = tagging

    def run(self, papers: Collection[int], done: Callable[[list[int]], None] | None = None) -> int:
        """Tag those of the papers that are not yet; return how many. `done` is given the papers of each batch.

        What is found is committed with the papers put on the engines' lists, a batch at a time.
        """
        todo = self._library.entities.untagged(papers)
        for batch in self._batches(todo):
            self._tag(batch)
            if done:
                done(list(batch))
        return len(todo)

    def _batches(self, papers: Sequence[int]) -> Iterator[dict[int, Paper]]:
        batch: dict[int, Paper] = {}
        size = 0
        for number in papers:
            try:
                batch[number] = self._library.store.paper(number)
            except KeyError:  # removed: on the engines' lists all the same
                continue
            size += len(batch[number].text)
            if size >= BATCH_CHARACTERS:
                yield batch
                batch, size = {}, 0
        if batch:
            yield batch

    def _tag(self, batch: dict[int, Paper]) -> None:
        found, faults = self._found(batch)
        with transaction(self._library.connection):
            for number, paper in batch.items():
                mentions = found.get(number, [])
                self._library.entities.put(number, mentions)
                self._library.entities.add_aliases(_aliases(mentions, paper.text, self._vocabulary))
                if number in faults:
                    self._library.catalogue.fault_of_paper(number, "entities", faults[number])
            self._library.outbox.mark(batch)

    def _found(self, batch: dict[int, Paper]) -> tuple[dict[int, list[Mention]], dict[int, str]]:
        """The mentions of each paper, and of a paper over which the tagger fails the reason.

        Raises what the tagger raises where it fails over every paper: then it is no paper's fault.
        """
        try:
            found = tag_papers(self._tagger, list(batch.values()), self._vocabulary)
            return dict(zip(batch, found, strict=True)), {}
        except LitdexError:
            raise
        except Exception as error:
            if len(batch) == 1:
                _LOG.debug("paper %s", *batch, exc_info=error)
                return {}, dict.fromkeys(batch, f"the tagger failed: {in_one_line(error)}")
        alone = [self._found({number: paper}) for number, paper in batch.items()]
        if not any(mentions for mentions, _ in alone):
            raise SystemFault(f"the tagger fails over every paper: {next(iter(alone[0][1].values()))}")
        return dict(ChainMap(*(mentions for mentions, _ in alone))), dict(ChainMap(*(faults for _, faults in alone)))

    @cached_property
    def _tagger(self) -> Tagger:
        tagger = load_tagger(self._tagging.source)
        _check(self._library, self._tagging, replace(self._tagging, fingerprint=tagger.fingerprint))
        return tagger

    @cached_property
    def _vocabulary(self) -> Vocabulary | None:
        if not self._tagging.vocabulary:
            return None
        vocabulary = read_vocabulary(self._library.folder / VOCABULARY)
        _check(self._library, self._tagging, replace(self._tagging, vocabulary=vocabulary.fingerprint))
        return vocabulary


def tag_papers(tagger: Tagger, papers: Sequence[Paper], vocabulary: Vocabulary | None = None) -> list[list[Mention]]:
    """The mentions of each paper, by offsets into its text, with their names and what the vocabulary calls them."""
    pieces = [(place, start, text) for place, paper in enumerate(papers) for start, text in _pieces(paper)]
    found: list[list[Mention]] = [[] for _ in papers]
    tagged = tagger.tag([text for _, _, text in pieces])
    for (place, start, _), mentions in zip(pieces, tagged, strict=True):
        found[place] += [replace(one, start=one.start + start, end=one.end + start) for one in mentions]
    return [resolve(mentions, paper.text, vocabulary) for mentions, paper in zip(found, papers, strict=True)]


def _pieces(paper: Paper) -> Iterator[tuple[int, str]]:
    """Title, abstract and the sections' prose, each with its place in the paper's text."""
    at = 0
    for text, role, _ in paper.pieces():
        if role in ("title", "prose"):
            yield at, text
        at += len(text)


def _aliases(mentions: Sequence[Mention], text: str, vocabulary: Vocabulary | None) -> Iterator[tuple[str, str, str]]:
    """What a paper's entities are also called: as they are written, by abbreviations of that, by the vocabulary."""
    shorts = [(canonical(short), canonical(form.long)) for short, form in abbreviations(text).items()]
    for mention in dict.fromkeys(replace(one, start=0, end=0, confidence=1.0) for one in mentions):
        called = {canonical(mention.text), canonical(mention.name)}
        concept = vocabulary.find(canonical(mention.name), mention.type) if vocabulary and mention.identifier else None
        called |= {short for short, long in shorts if long in called}
        called |= {canonical(synonym) for synonym in concept.synonyms} if concept else set()
        yield from ((field_of(mention.type), alias, mention.name) for alias in sorted(called - {mention.name}))


def _vocabulary(library: Library, kept: Tagging | None, wish: EntityOptions, source: str) -> Vocabulary | None:
    """The vocabulary that is wished, else the library's own, else the list that is the tagger."""
    if wish.vocabulary:
        return read_vocabulary(wish.vocabulary)
    if is_list(source):
        return read_vocabulary(Path(source))
    return read_vocabulary(library.folder / VOCABULARY) if kept and kept.vocabulary else None


def _check(library: Library, kept: Tagging, wanted: Tagging) -> None:
    """Raise TaggerMismatch unless both find and name the same."""
    remedy = "leave the option out, or add --retag to look through all papers anew"
    if wanted.fingerprint != kept.fingerprint:
        other = wanted.name if wanted.name != kept.name else "the one of this name that is there now"
        raise TaggerMismatch(f"{library.folder} was tagged by {kept.name}, not by {other}: {remedy}")
    if wanted.vocabulary != kept.vocabulary:
        raise TaggerMismatch(f"the entities in {library.folder} are named by another vocabulary: {remedy}")


def _change(library: Library, wanted: Tagging, vocabulary: Vocabulary | None, retag: bool) -> None:
    """Tag as is wanted from now on; with `retag` all papers are to be done anew."""
    if vocabulary:
        _keep(vocabulary, library.folder / VOCABULARY)
    with transaction(library.connection):
        if retag:
            library.entities.forget()
            library.entities.want(library.store.numbers())
        library.entities.use(wanted)


def _keep(vocabulary: Vocabulary, path: Path) -> None:
    """Write a vocabulary so that reading it gives the same one."""
    draft = path.with_suffix(".new")
    with draft.open("w", encoding="utf-8") as file:
        for one in vocabulary.concepts:
            cells = [one.identifier, one.name, "|".join(one.synonyms), one.type, one.definition]
            file.write("\t".join(cells).rstrip("\t") + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
