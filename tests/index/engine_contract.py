"""What every engine must do, as one suite. A test module gives each engine a `Folder` and inherits the suite.

    class TestTantivy(LexicalContract):
        @pytest.fixture
        def folder(self, tmp_path): return LexicalFolder(writer=lambda: ..., reader=lambda: ...)

Engines that are servers run it unchanged: `writer` and `reader` then connect to an index of their own.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litdex.index.engine import Engine, IndexedPassage, LexicalIndex, Scored, VectorIndex, Vectors
from litdex.index.filters import Condition, Either, Filter, Papers, Terms, Years, is_negated
from litdex.index.values import beginning, containing

DIMENSION = 16
E = TypeVar("E", bound=Engine)

SHARED = [HealthCheck.differing_executors]  # one contract, run by a class for each engine


@dataclass(frozen=True)
class Opener(Generic[E]):
    """How to open an engine: `fresh()` gives a new, empty place; a place is opened for writing or for reading."""

    fresh: Callable[[], str]
    writer: Callable[[str], E]
    reader: Callable[[str], E]

    @contextmanager
    def new(self) -> Iterator[E]:
        """A writer on an empty index, closed at the end."""
        with closing(self.writer(self.fresh())) as engine:
            yield engine


@contextmanager
def closing(engine: E) -> Iterator[E]:
    try:
        yield engine
    finally:
        engine.close()


def document(
    number: int, text: str = "", paper: int | None = None, year: int | None = None, **more: str
) -> IndexedPassage:
    """A passage; `more` are keyword fields with one value each, `entity_X` standing for `entity.X`."""
    keywords = {name.replace("_", ".", 1): (value,) for name, value in more.items()}
    paper = number // 10 if paper is None else paper
    return IndexedPassage(number=number, paper=paper, title="", text=text, year=year, keywords=keywords)


def numbers(found: Sequence[Scored]) -> list[int]:
    return [one.number for one in found]


def holds(where: Filter, passage: IndexedPassage) -> bool:
    """Whether a passage satisfies a filter: the plain reading of `litdex.index.filters`."""
    return all(_names(one, passage) != is_negated(one) for one in where.conditions)


def _names(condition: Condition, passage: IndexedPassage) -> bool:
    if isinstance(condition, Years):
        first = -math.inf if condition.first is None else condition.first
        last = math.inf if condition.last is None else condition.last
        return passage.year is not None and first <= passage.year <= last
    if isinstance(condition, Papers):
        return passage.paper in condition.numbers
    if isinstance(condition, Either):
        return any(holds(one, passage) for one in condition.alternatives)
    return any(value in passage.keywords.get(condition.field, ()) for value in condition.values)


PASSAGES = (
    document(10, "spin squeezing in a condensate", year=2001, author="kitagawa", field="quant-ph", entity_Star="vega"),
    document(11, "spin waves in a magnet", year=2001, author="bloch", field="cond-mat"),
    document(20, "spin glass at low temperature", year=2005, author="parisi", field="cond-mat"),
    document(30, "spin orbit coupling", year=None, author="rashba", field="cond-mat", entity_Star="sirius"),
    document(40, "spin echo of a nucleus", year=2010, author="hahn"),
)

FILTERS = {
    "nothing": Filter(),
    "one value": Filter((Terms("field", ("cond-mat",)),)),
    "any of two": Filter((Terms("author", ("bloch", "hahn", "nobody")),)),
    "none of": Filter((Terms("field", ("cond-mat",), negated=True),)),
    "unknown value": Filter((Terms("author", ("nobody",)),)),
    "unknown field": Filter((Terms("venue", ("bloch",)),)),
    "value of another field": Filter((Terms("category", ("cond-mat",)),)),
    "no values": Filter((Terms("author", ()),)),
    "none of no values": Filter((Terms("author", (), negated=True),)),
    "entity": Filter((Terms("entity.Star", ("vega", "deneb")),)),
    "not entity": Filter((Terms("entity.Star", ("vega",), negated=True),)),
    "years": Filter((Years(2001, 2005),)),
    "since": Filter((Years(first=2005),)),
    "until": Filter((Years(last=2004),)),
    "any year": Filter((Years(),)),
    "empty range": Filter((Years(2006, 2002),)),
    "several": Filter((Terms("field", ("cond-mat",)), Years(first=2002))),
    "only negations": Filter((Terms("author", ("hahn",), negated=True), Terms("field", ("cond-mat",), negated=True))),
    "papers": Filter((Papers((1, 4, 77)),)),
    "not papers": Filter((Papers((1,), negated=True),)),
    "no papers": Filter((Papers(()),)),
    "either": Filter((Either((Filter((Years(2010),)), Filter((Terms("author", ("rashba",)),)))),)),
    "neither": Filter((Either((Filter((Years(2010),)), Filter((Terms("author", ("rashba",)),))), negated=True),)),
    "no alternative": Filter((Either(()),)),
    "either of negations": Filter(
        (Either((Filter((Terms("author", ("hahn",), negated=True), Years(2005))), Filter((Papers((1, 4), True),)))),)
    ),
    "quotes and odd letters": Filter((Terms("author", ('o\'brien "x" \\ \x1f é\x00',)),)),
}

WORDS = ("spin", "field", "star", "gas", "wave", "atom")
simple_conditions = st.one_of(
    st.builds(
        Terms,
        st.sampled_from(("author", "entity.Star")),
        st.lists(st.sampled_from("abc"), max_size=2, unique=True).map(tuple),
        st.booleans(),
    ),
    st.builds(Years, st.none() | st.integers(1999, 2003), st.none() | st.integers(1999, 2003)),
    st.builds(Papers, st.lists(st.integers(1, 5), max_size=3, unique=True).map(tuple), st.booleans()),
)
some_conditions = st.recursive(
    simple_conditions,
    lambda inner: st.builds(
        Either,
        st.lists(st.lists(inner, max_size=2).map(lambda found: Filter(tuple(found))), max_size=3).map(tuple),
        st.booleans(),
    ),
    max_leaves=4,
)
some_filters = st.lists(some_conditions, max_size=3).map(lambda conditions: Filter(tuple(conditions)))


@st.composite
def some_passages(draw: st.DrawFn) -> list[IndexedPassage]:
    """Up to a dozen passages of up to four papers, over few words, values and years, so that everything collides."""
    found = []
    for number in range(draw(st.integers(0, 12))):
        keywords = draw(
            st.dictionaries(
                st.sampled_from(("author", "entity.Star")), st.lists(st.sampled_from("abc"), max_size=2), max_size=2
            )
        )
        words = draw(st.lists(st.sampled_from(WORDS), max_size=6))
        year = draw(st.none() | st.integers(1999, 2003))
        title = draw(st.sampled_from(("", "spin gas", "wave")))
        paper = draw(st.integers(1, 4))
        found.append(
            IndexedPassage(number=number, paper=paper, title=title, text=" ".join(words), year=year, keywords=keywords)
        )
    return found


class EngineContract(Generic[E]):
    """What lexical and vector engines have in common, told through `fill` and `ask`."""

    def fill(self, engine: E, papers: Sequence[int], documents: Sequence[IndexedPassage]) -> None:
        raise NotImplementedError

    def ask(self, engine: E, limit: int = 10, where: Filter = Filter()) -> list[Scored]:
        """A search that every one of `PASSAGES` answers."""
        raise NotImplementedError

    def fill_all(self, engine: E) -> None:
        self.fill(engine, [1, 2, 3, 4], PASSAGES)

    def test_an_empty_index_answers_everything(self, opener: Opener[E]) -> None:
        with opener.new() as engine:
            assert (engine.count(), engine.papers(), self.ask(engine)) == (0, set(), [])

    def test_counts_passages_and_papers(self, opener: Opener[E]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            assert engine.count() == 5
            assert engine.papers() == {1, 2, 3, 4}
            assert engine.passages() == {one.number: one.paper for one in PASSAGES}

    def test_replacing_twice_is_replacing_once(self, opener: Opener[E]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            once = self.ask(engine)
            self.fill_all(engine)
            assert (engine.count(), self.ask(engine)) == (5, once)

    def test_replacing_with_nothing_deletes(self, opener: Opener[E]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            self.fill(engine, [1, 99], [])
            assert (engine.count(), engine.papers()) == (3, {2, 3, 4})
            assert sorted(numbers(self.ask(engine))) == [20, 30, 40]

    def test_a_paper_s_old_passages_go(self, opener: Opener[E]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            self.fill(engine, [1], [document(12, "spin ice", year=2020)])
            assert sorted(numbers(self.ask(engine))) == [12, 20, 30, 40]
            assert numbers(self.ask(engine, where=Filter((Years(2020),)))) == [12]

    def test_a_passage_may_change_under_its_number(self, opener: Opener[E]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            self.fill(engine, [2], [replace(PASSAGES[2], year=1985, keywords={"author": ("new",)})])
            assert numbers(self.ask(engine, where=Filter((Years(1985, 1985), Terms("author", ("new",)))))) == [20]
            assert engine.count() == 5

    def test_replacing_no_paper_changes_nothing(self, opener: Opener[E]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            self.fill(engine, [], [])
            assert engine.count() == 5

    def test_filters(self, opener: Opener[E]) -> None:
        odd = document(50, "spin of an odd paper", year=2004, author='o\'brien "x" \\ \x1f é\x00')
        passages = [*PASSAGES, odd]
        with opener.new() as engine:
            self.fill(engine, [1, 2, 3, 4, 5], passages)
            found = {name: sorted(numbers(self.ask(engine, where=where))) for name, where in FILTERS.items()}
        assert found == {name: [p.number for p in passages if holds(where, p)] for name, where in FILTERS.items()}

    def test_a_filter_does_not_touch_scores(self, opener: Opener[E]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            scores = {one.number: one.score for one in self.ask(engine)}
            for one in self.ask(engine, where=Filter((Terms("field", ("cond-mat",)), Years(2000)))):
                assert one.score == pytest.approx(scores[one.number], rel=1e-6)

    def test_a_filter_that_few_satisfy_still_fills_the_limit(self, opener: Opener[E]) -> None:
        rare = [document(n, "spin", author="rare" if n % 100 == 7 else "common") for n in range(3000)]
        with opener.new() as engine:
            self.fill(engine, range(300), rare)
            found = self.ask(engine, limit=25, where=Filter((Terms("author", ("rare",)),)))
            assert len(found) == 25
            assert all(one.number % 100 == 7 for one in found)

    def test_ties_are_ordered_by_number_however_they_came(self, opener: Opener[E]) -> None:
        same = [document(n, "spin ice", paper=n) for n in range(200)]
        random.Random(0).shuffle(same)
        with opener.new() as engine:
            for start in range(0, 200, 50):
                batch = same[start : start + 50]
                self.fill(engine, [one.paper for one in batch], batch)
            found = self.ask(engine, limit=10)
            assert numbers(found) == list(range(10))
            assert len({one.score for one in found}) == 1

    def test_the_limit_is_the_limit(self, opener: Opener[E]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            everything = self.ask(engine, limit=1000)
            assert len(everything) == 5
            assert [self.ask(engine, limit=n) for n in (0, 1, 3)] == [everything[:n] for n in (0, 1, 3)]

    def test_large_numbers_and_paper_numbers_come_back(self, opener: Opener[E]) -> None:
        with opener.new() as engine:
            self.fill(engine, [2**63 - 1], [document(2**63 - 1, "spin", paper=2**63 - 1)])
            assert [(one.number, one.paper) for one in self.ask(engine)] == [(2**63 - 1, 2**63 - 1)]
            assert engine.papers() == {2**63 - 1}

    def test_what_was_written_is_there_after_reopening(self, opener: Opener[E]) -> None:
        place = opener.fresh()
        with closing(opener.writer(place)) as engine:
            self.fill_all(engine)
            before = self.ask(engine)
        with closing(opener.reader(place)) as engine:
            assert (engine.count(), self.ask(engine)) == (5, before)
        with closing(opener.writer(place)) as engine:
            self.fill(engine, [4], [])
            assert engine.count() == 4

    def test_many_may_read_at_once(self, opener: Opener[E]) -> None:
        place = opener.fresh()
        with closing(opener.writer(place)) as engine:
            self.fill_all(engine)
        with closing(opener.reader(place)) as one, closing(opener.reader(place)) as another:
            assert self.ask(one) == self.ask(another) != []

    def test_closing_twice_is_fine(self, opener: Opener[E]) -> None:
        engine = opener.writer(opener.fresh())
        self.fill_all(engine)
        engine.close()
        engine.close()


class LexicalContract(EngineContract[LexicalIndex]):
    """The suite of a `LexicalIndex`. Needs a fixture `opener`."""

    def fill(self, engine: LexicalIndex, papers: Sequence[int], documents: Sequence[IndexedPassage]) -> None:
        engine.replace(papers, documents)

    def ask(self, engine: LexicalIndex, limit: int = 10, where: Filter = Filter()) -> list[Scored]:
        return engine.search("spin", limit=limit, where=where)

    def test_chinese_japanese_and_korean_are_found_by_words(self, opener: Opener[LexicalIndex]) -> None:
        """Inside a run that no blank parts, as words, as phrases and in a scope; marks and other scripts part runs."""
        texts = ("基于BERT的深度学习。蛋白质", "タンパク質の構造を予測する", "단백질의 구조 예측", "学习深度")
        given = [document(10 * at, text) for at, text in enumerate(texts, 1)]
        with opener.new() as index:
            index.replace([1, 2, 3, 4], given)
            for query, papers in (("深度学习", {1, 4}), ("蛋白质", {1}), ("構造", {2}), ("구조", {3}), ("bert", {1})):
                assert {one.paper for one in index.search(query, limit=9)} == papers
            assert index.having("深度学习") == [1]
            assert index.having("学习", exact=True) == [1, 4]
            assert index.having("深度学习", exact=True) == [1]
            assert index.having("学习蛋白质", exact=True) == []

    @pytest.mark.parametrize(
        "query",
        [
            "",
            " \t\n",
            "the of and",
            'C++ ??? " ( * :',
            "AND OR NOT",
            "title:spin^2~",
            "\x00",
            "\ud800",
            "²ﬁ ÅΩ 中文 🙂",
            "+-&|!(){}[]^~*?:\\/",
            "x" * 100_000,
        ],
    )
    def test_no_query_is_an_error(self, opener: Opener[LexicalIndex], query: str) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            assert engine.search(query, limit=3) in ([], engine.search("spin", limit=3))

    def test_operators_are_only_characters(self, opener: Opener[LexicalIndex]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            plain = engine.search("spin glass", limit=5)
            assert engine.search('+spin -"glass" (*', limit=5) == plain
            assert plain[0].number == 20

    def test_a_query_of_ten_thousand_words_finds_its_page(self, opener: Opener[LexicalIndex]) -> None:
        pasted = " ".join(f"spin word{n}" for n in range(5000)) + " squeezing"
        with opener.new() as engine:
            self.fill_all(engine)
            assert engine.search(pasted, limit=1)[0].number == 10

    @pytest.mark.parametrize(
        ("text", "query"),
        [
            ("Müller's magnets", "muller MAGNET"),
            ("Mu\u0308ller", "Müller"),
            ("coe\ufb03cient", "coefficients"),
            ("β-decay of ⁶He", "β 6he"),
            ("Schrödinger", "SCHRÖDINGER"),
            ("NF-κB", "nf κb"),
            (r"the coupling $\alpha_s$ at 1 GeV", "αs"),
            ("the coupling α_s at 1 GeV", r"\alpha"),
            (r"ice of $\mathrm{H}_2\mathrm{O}$", "H₂O"),
            ("ice of H₂O", "H_2O"),
            (r"at $\sqrt{s}$ = 7 TeV", "√s"),
            ("C₆₀ and ¹³C", r"C$_{60}$ ^{13}C"),
        ],
    )
    def test_spellings_meet(self, opener: Opener[LexicalIndex], text: str, query: str) -> None:
        with opener.new() as engine:
            engine.replace([1], [document(10, text), document(11, "something else")])
            assert numbers(engine.search(query, limit=5)) == [10]

    def test_terms_are_what_search_looks_up(self, opener: Opener[LexicalIndex]) -> None:
        with opener.new() as engine:
            assert engine.terms("The magnets, and a MAGNET's field") == engine.terms("magnet magnet s fields")
            assert engine.terms("of the") == []
            assert len(engine.terms("spin spin")) == 2

    def test_words_of_the_title_are_found(self, opener: Opener[LexicalIndex]) -> None:
        titled = replace(document(10, "about nothing"), title="Squeezed light")
        with opener.new() as engine:
            engine.replace([1], [titled, document(11, "about nothing")])
            assert numbers(engine.search("light", limit=5)) == [10]

    def test_rare_words_and_short_passages_count_more(self, opener: Opener[LexicalIndex]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            engine.replace([7], [document(70, "glass"), document(71, "glass in a long and winding tale of windows")])
            assert numbers(engine.search("glass", limit=5))[0] == 70
            assert numbers(engine.search("spin squeezing", limit=5))[0] == 10

    @settings(max_examples=25, deadline=None, suppress_health_check=SHARED)
    @given(passages=some_passages(), words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), where=some_filters)
    def test_finds_exactly_what_has_a_word(
        self, opener: Opener[LexicalIndex], passages: list[IndexedPassage], words: list[str], where: Filter
    ) -> None:
        with opener.new() as engine:
            engine.replace([1, 2, 3, 4], passages)
            found = engine.search(" ".join(words), limit=50, where=where)
        expected = {p.number for p in passages if holds(where, p) and {*words} & {*f"{p.title} {p.text}".split()}}
        assert set(numbers(found)) == expected
        assert found == sorted(found, key=lambda one: (-one.score, one.number))

    @settings(max_examples=60, deadline=None, suppress_health_check=SHARED)
    @given(
        passages=some_passages(),
        words=st.lists(st.sampled_from(WORDS), max_size=3),
        where=some_filters,
        limit=st.integers(1, 3),
    )
    def test_counts_equal_brute_force(
        self, opener: Opener[LexicalIndex], passages: list[IndexedPassage], words: list[str], where: Filter, limit: int
    ) -> None:
        passages = as_papers(passages)
        with opener.new() as engine:
            for paper in (1, 2, 3, 4):  # several segments, whose counts must be added up
                engine.replace([paper], [one for one in passages if one.paper == paper])
            counts = engine.counts(
                " ".join(words), dict.fromkeys(("author", "entity.Star", "year"), limit), where=where
            )
        matched = {
            one.paper: one
            for one in passages
            if holds(where, one) and (not words or {*words} & {*f"{one.title} {one.text}".split()})
        }
        assert counts.papers == len(matched)
        for name, found in counts.fields.items():
            values = Counter(value for one in matched.values() for value in values_of(one, name))
            assert list(found) == sorted(values.items(), key=lambda item: (-item[1], item[0]))[:limit]

    def test_counts_of_many_values_are_exact(self, opener: Opener[LexicalIndex]) -> None:
        with opener.new() as engine:
            for segment in range(3):
                batch = [
                    document(n, "spin", paper=n, author=f"a{n % (1300 + segment)}") for n in range(segment, 4500, 3)
                ]
                engine.replace([one.paper for one in batch], batch)
            (found,) = engine.counts("spin", {"author": 5}).fields.values()
        values = Counter(f"a{n % (1300 + n % 3)}" for n in range(4500))
        assert list(found) == sorted(values.items(), key=lambda item: (-item[1], item[0]))[:5]

    @pytest.mark.parametrize(
        ("pattern", "names"),
        [
            (containing("SOR"), {"Sørensen, A", "Windsor, B"}),
            (containing("sen,  a"), {"Sørensen, A", "Larsen, A"}),
            (containing("[a-b]^&\\"), {"x [A-B]^&\\ <y>"}),
            (containing("b]^&\\ <"), {"x [A-B]^&\\ <y>"}),
            (containing("."), set()),
            (beginning("e"), {"Élan, C", "Early, D"}),
            (beginning("#"), {"21 cm", "βeta"}),
            ("", {"Sørensen, A", "Windsor, B", "Larsen, A", "Élan, C", "Early, D", "21 cm", "βeta", "x [A-B]^&\\ <y>"}),
        ],
    )
    def test_values_are_told_that_a_pattern_holds_for(
        self, opener: Opener[LexicalIndex], pattern: str, names: set[str]
    ) -> None:
        written = ["Sørensen, A", "Windsor, B", "Larsen, A", "Élan, C", "Early, D", "21 cm", "βeta", "x [A-B]^&\\ <y>"]
        with opener.new() as engine:
            batch = [document(n, "spin", paper=n, author=name, year=2000) for n, name in enumerate(written)]
            engine.replace([one.paper for one in batch], batch)
            counts = engine.counts("", {"author": 100, "year": 1}, values=pattern)
        assert {name for name, _ in counts.fields["author"]} == names
        assert counts.fields["year"] == [("2000", len(written))]

    @pytest.mark.parametrize(
        ("text", "more", "papers"),
        [
            ("spin waves", {"exact": True}, [2]),
            ("waves spin", {"exact": True}, []),
            ("SPIN wave", {"exact": True}, []),
            ("Spin-Waves", {"exact": True}, [2]),
            ("waves spin", {}, [2]),
            ("the waving", {}, [2]),
            ("of the", {"exact": True}, [1]),
            ("the", {}, [1]),
            ("a magnet", {"scope": "abstract", "exact": True}, [1]),
            ("magnet", {"scope": "title"}, [1, 2]),
            ("magnets of", {"scope": "title", "exact": True}, [1]),
            ("iron", {"scope": "venue"}, [2]),
            ("steel iron", {"scope": "keyword", "exact": True}, []),
            ("!!", {"exact": True}, []),
            ("", {}, []),
        ],
    )
    def test_words_and_phrases_are_asked_of_whole_papers(
        self, opener: Opener[LexicalIndex], text: str, more: dict[str, Any], papers: list[int]
    ) -> None:
        shared = {"venue": ("Journal of Iron",), "keyword": ("cast steel", "iron")}
        documents = [
            replace(document(10, "in the field of a magnet"), title="Magnets of the world", section="Abstract"),
            replace(document(11, "something else"), title="Magnets of the world", section="Results"),
            IndexedPassage(number=20, paper=2, title="", text="A magnet", section="Title", keywords=shared),
            IndexedPassage(number=21, paper=2, title="", text="and spin waves", section="Results", keywords=shared),
        ]
        with opener.new() as engine:
            engine.replace([1, 2], documents)
            assert engine.having(text, **more) == papers

    def test_the_newest_come_first(self, opener: Opener[LexicalIndex]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            assert [(one.paper, one.score) for one in engine.newest(limit=9)] == [
                (4, 2010),
                (2, 2005),
                (1, 2001),
                (3, 0),
            ]
            assert [one.paper for one in engine.newest(limit=2, where=Filter((Years(last=2006),)))] == [2, 1]

    @settings(max_examples=25, deadline=None, suppress_health_check=SHARED)
    @given(passages=some_passages(), words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
    def test_scores_are_bm25(
        self, opener: Opener[LexicalIndex], passages: list[IndexedPassage], words: list[str]
    ) -> None:
        # Real passages have words: whether one without any counts as a document is the engine's own affair.
        untitled = [replace(one, title="", text=one.text or "gas") for one in passages]
        with opener.new() as engine:
            engine.replace([1, 2, 3, 4], untitled)
            found = engine.search(" ".join(words), limit=50)
        expected = bm25([one.text.split() for one in untitled], {*words})
        for one in found:
            assert one.score == pytest.approx(expected[one.number], rel=1e-4)


def as_papers(passages: Sequence[IndexedPassage]) -> list[IndexedPassage]:
    """The same passages, each with the year, title and keywords of its paper's first, as real ones have."""
    firsts: dict[int, IndexedPassage] = {}
    for one in passages:
        firsts.setdefault(one.paper, one)
    heads = [firsts[one.paper] for one in passages]
    pairs = zip(passages, heads, strict=True)
    return [replace(one, year=head.year, title=head.title, keywords=head.keywords) for one, head in pairs]


def values_of(passage: IndexedPassage, name: str) -> set[str]:
    """What a passage's paper counts for in a facet."""
    if name == "year":
        return set() if passage.year is None else {str(passage.year)}
    return set(passage.keywords.get(name, ()))


def bm25(texts: list[list[str]], words: set[str], k1: float = 1.2, b: float = 0.75) -> list[float]:
    """BM25 as it is written down: the score of each text for the set of words."""
    mean = sum(map(len, texts)) / max(len(texts), 1)
    scores = [0.0] * len(texts)
    for word in words:
        n = sum(word in text for text in texts)
        idf = math.log(1 + (len(texts) - n + 0.5) / (n + 0.5))
        for i, text in enumerate(texts):
            tf = Counter(text)[word]
            scores[i] += idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * len(text) / mean)) if tf else 0.0
    return scores


def unit(*rows: Sequence[float]) -> Vectors:
    """Rows of unit length, padded with zeros to `DIMENSION`."""
    padded = np.zeros((len(rows), DIMENSION), np.float32)
    for i, row in enumerate(rows):
        padded[i, : len(row)] = row
    lengths = np.linalg.norm(padded, axis=1, keepdims=True)
    return np.asarray(padded / np.maximum(lengths, 1e-9), np.float32)


def words_vectors(documents: Sequence[IndexedPassage]) -> Vectors:
    """A vector for each passage, from its text alone: equal texts have equal vectors."""
    rows = [np.random.default_rng(list(one.text.encode())).standard_normal(DIMENSION) for one in documents]
    return unit(*[row.tolist() for row in rows])


class VectorContract(EngineContract[VectorIndex]):
    """The suite of a `VectorIndex` for vectors of `DIMENSION` numbers. Needs a fixture `opener`."""

    query = unit([1.0, 0.5, 0.25])[0]

    def fill(self, engine: VectorIndex, papers: Sequence[int], documents: Sequence[IndexedPassage]) -> None:
        engine.replace(papers, documents, words_vectors(documents))

    def ask(self, engine: VectorIndex, limit: int = 10, where: Filter = Filter()) -> list[Scored]:
        return engine.search(self.query, limit=limit, where=where)

    def test_order_is_the_cosine(self, opener: Opener[VectorIndex]) -> None:
        vectors = unit([1, 0], [1, 1], [0, 1], [-1, 0])
        with opener.new() as engine:
            engine.replace([1], [document(n, paper=1) for n in (13, 12, 11, 10)], vectors)
            found = engine.search(unit([1, 0])[0], limit=4)
        assert numbers(found) == [13, 12, 11, 10]
        assert [one.score for one in found] == pytest.approx([1, math.sqrt(0.5), 0, -1], abs=1e-5)

    def test_stored_vectors_come_back(self, opener: Opener[VectorIndex]) -> None:
        with opener.new() as engine:
            self.fill_all(engine)
            found, given = engine.stored(1), words_vectors(PASSAGES[:2])
            assert found.shape == (2, DIMENSION)
            assert np.allclose(sorted(found.tolist()), sorted(given.tolist()), atol=1e-6)
            assert engine.stored(99).shape == (0, DIMENSION)

    def test_means_are_of_unit_length_and_of_all_passages(self, opener: Opener[VectorIndex]) -> None:
        with opener.new() as engine:
            engine.replace([1], [document(n, paper=1 + n // 12) for n in (10, 11, 12)], unit([1, 0], [0, 1], [0, 1]))
            found = engine.means([1, 2, 99])
            assert sorted(found) == [1, 2]
            assert np.allclose(found[1], unit([1, 1])[0], atol=1e-6)
            assert np.allclose(found[2], unit([0, 1])[0], atol=1e-6)
            assert engine.means([]) == {}

    def test_vectors_of_the_wrong_shape_are_refused(self, opener: Opener[VectorIndex]) -> None:
        with opener.new() as engine:
            with pytest.raises(ValueError, match="shape"):
                engine.replace([1], [document(10)], np.ones((2, DIMENSION), np.float32))
            with pytest.raises(ValueError, match="shape"):
                engine.search(np.ones(DIMENSION + 1, np.float32), limit=1)
            assert engine.count() == 0

    def test_a_vector_that_is_no_number_is_refused(self, opener: Opener[VectorIndex]) -> None:
        with opener.new() as engine, pytest.raises(ValueError, match="finite"):
            engine.replace([1], [document(10)], np.full((1, DIMENSION), np.nan, np.float32))

    def test_equals_brute_force(self, opener: Opener[VectorIndex]) -> None:
        with opener.new() as engine:

            @settings(max_examples=25, deadline=None, suppress_health_check=SHARED)
            @given(some_passages(), some_filters, st.integers(1, 14), st.integers(0, 2**16))
            def check(passages: list[IndexedPassage], where: Filter, limit: int, seed: int) -> None:
                query = unit(np.random.default_rng(seed).standard_normal(DIMENSION).tolist())[0]
                vectors = words_vectors(passages)
                engine.replace([1, 2, 3, 4], passages, vectors)
                found = engine.search(query, limit=limit, where=where)
                cosines = vectors @ query
                allowed = [one for one in passages if holds(where, one)]
                expected = sorted(allowed, key=lambda one: (-round(float(cosines[one.number]), 5), one.number))[:limit]
                assert numbers(found) == [one.number for one in expected]
                assert [one.score for one in found] == pytest.approx([cosines[n] for n in numbers(found)], abs=1e-5)

            check()
