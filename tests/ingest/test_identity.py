"""Which sources are one paper: believed, doubted and refused evidence; the order never matters."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litdex.ingest.identity import agree, cluster, fallback_id, keys, paper_id, search_keys
from litdex.ingest.names import parse_name
from litdex.ingest.paper import Paper
from litdex.ingest.titles import title_key

TITLE = "Spin squeezing in a Bose-Einstein condensate"


def paper(title: str = TITLE, authors: str = "A. Bee;C. Dee;E. Eff", date: str = "2008", **fields: object) -> Paper:
    names = tuple(parse_name(name) for name in authors.split(";") if name)
    return replace(Paper(title=title, authors=names, date=date), **fields)  # type: ignore[arg-type]


def ids(**identifiers: str) -> dict[str, str]:
    return identifiers


def together(*sources: Paper) -> bool:
    return len(cluster(sources)) == 1


def test_the_public_id_follows_the_order_of_schemes() -> None:
    everything = {"bibcode": "b", "pmcid": "PMC3", "pmid": "2", "doi": "10.1/x", "arxiv": "0901.1234"}
    expected = ["arXiv:0901.1234", "doi:10.1/x", "pmid:2", "pmcid:PMC3", "bibcode:b"]
    for name, scheme in zip(expected, ("arxiv", "doi", "pmid", "pmcid", "bibcode"), strict=True):
        assert paper_id(Paper(identifiers=everything)) == name
        del everything[scheme]
    assert paper_id(paper(identifiers=ids(doi="10.48550/arxiv.0901.1234"))) == "arXiv:0901.1234"


def test_without_identifiers_the_id_is_made_of_title_year_and_author() -> None:
    assert paper_id(paper()) == paper_id(paper(title="Spin Squeezing in a Bose–Einstein Condensate.", abstract="x"))
    assert paper_id(paper()).startswith("litdex:")
    assert len({paper_id(p) for p in (paper(), paper(date="2009"), paper(authors="C. Dee"), paper(title="Other"))}) == 4
    assert paper_id(Paper(title="T", abstract="a")) != paper_id(Paper(title="T", abstract="b"))


def test_a_shared_identifier_joins_unless_titles_and_authors_are_all_others() -> None:
    own = paper(identifiers=ids(doi="10.1/x"))
    assert together(own, paper("Something else", "Bee, A.", "1999", identifiers=ids(doi="10.1/x")))
    assert together(own, paper("Something else", "", "1999", identifiers=ids(doi="10.1/x")))
    assert together(own, paper("", "Z. Zed", "1999", identifiers=ids(doi="10.1/x")))
    assert together(own, paper("玻色爱因斯坦凝聚中的自旋压缩", "王小明", "2008", identifiers=ids(doi="10.1/x")))
    assert not together(own, paper("A paper on otters", "Z. Zed", "1999", identifiers=ids(doi="10.1/x")))
    assert together(
        paper(identifiers=ids(arxiv="0901.1234")), paper("Other", identifiers=ids(doi="10.48550/arxiv.0901.1234"))
    )


def test_title_year_and_first_author_join_unless_identifiers_contradict() -> None:
    assert together(paper(), paper(authors="Bee, Anna"))
    assert together(paper(identifiers=ids(doi="10.1/x")), paper(identifiers=ids(arxiv="0901.1234")))
    assert not together(paper(identifiers=ids(doi="10.1/x")), paper(identifiers=ids(doi="10.1/y")))


@pytest.mark.parametrize("other", [paper(authors=""), paper(date="2009"), paper(authors="C. Dee;A. Bee")])
def test_a_title_alone_joins_nothing(other: Paper) -> None:
    assert not together(paper(), other)
    assert not together(replace(other, identifiers=ids(doi="10.1/x")), replace(other, authors=(), date="2001"))


def test_without_a_year_title_and_authors_join() -> None:
    assert together(paper(date=""), paper())
    assert together(paper(date=""), paper(date="", identifiers=ids(arxiv="0901.1234")))
    assert not together(paper(date=""), paper(authors="A. Bee;G. Gee;H. Hay;I. Eye", date=""))
    assert not together(paper("Spin squeezing", date=""), paper("Spin squeezing"))
    assert not together(paper(date="", authors=""), paper())


def test_a_paper_without_a_year_joins_neither_of_two_with_different_years() -> None:
    assert len(cluster([paper(date=""), paper(), paper(date="2010")])) == 3


def test_titles_that_fit_any_paper_join_nothing() -> None:
    assert not together(
        paper("Editorial", abstract="On one matter."), paper("Editorial", abstract="On another matter.")
    )


def test_a_claim_is_believed_if_the_title_agrees() -> None:
    journal = paper(identifiers=ids(doi="10.1/x"))
    assert together(journal, paper(authors="", date="", claims=ids(doi="10.1/x")))
    assert together(journal, paper("Spin squeezing in Bose-Einstein condensates", "", "", claims=ids(doi="10.1/x")))


def test_a_claim_is_believed_if_the_authors_agree_and_the_title_does_not_object() -> None:
    journal = paper(identifiers=ids(doi="10.1/x"))
    renamed = paper("On spin squeezing of a condensate", "Anna Bee;Carl Dee", "2007", claims=ids(doi="10.1/x"))
    assert together(journal, renamed)
    assert not together(journal, replace(renamed, authors=(parse_name("Z. Zed"),)))


def test_a_companion_by_the_same_authors_is_another_paper() -> None:
    journal = paper(identifiers=ids(doi="10.1/x"))
    assert not together(journal, paper("Magnetic monopoles and quantum rotors", claims=ids(doi="10.1/x")))


def test_an_erratum_that_prints_the_doi_is_another_paper() -> None:
    journal = paper(identifiers=ids(doi="10.1/x"))
    assert not together(journal, paper(f"Erratum: {TITLE}", claims=ids(doi="10.1/x")))


def test_a_misread_title_is_forgiven_where_the_true_one_opens_the_text() -> None:
    journal = paper(identifiers=ids(doi="10.1/x"))
    misread = Paper(title="untitled.dvi", abstract=f"PRL 1, 2\n{TITLE.upper()}\nA. Bee", claims=ids(doi="10.1/x"))
    assert together(journal, misread)


def test_a_claim_never_joins_what_identifiers_keep_apart() -> None:
    one, other = paper(identifiers=ids(doi="10.1/x")), paper(identifiers=ids(doi="10.1/y"), claims=ids(doi="10.1/x"))
    assert not together(one, other)
    bridge = paper(claims=ids(doi="10.1/x"))
    assert len(cluster([one, other, bridge])) == 2


def test_numbers_of_a_corpus_join_only_the_same_paper() -> None:
    first = Paper(identifiers=ids(local="1"), title="Wings in a slipstream", abstract="a")
    other = Paper(identifiers=ids(local="1"), title="White matter of the brain", abstract="b")
    assert not together(first, other)
    assert together(first, replace(first, abstract="a, corrected"))
    assert paper_id(first) == "local:1"
    assert fallback_id(first) != fallback_id(other)


def test_copies_without_any_identifier_are_one() -> None:
    assert together(Paper(title="T", abstract="x" * 300), Paper(title="T", abstract="x" * 300))


def test_markup_in_titles_is_passed_over() -> None:
    assert title_key(r"The $\alpha$-{\it decay} of N$_2$") == title_key("The α-decay of N2".replace("N2", "N 2"))


def test_authors_need_half_of_the_shorter_list() -> None:
    def of(names: str) -> Paper:
        return paper("Spin squeezing of cold atoms", names)

    assert agree(paper(authors="A. Bee;C. Dee;E. Eff;G. Gee"), of("A. Bee;C. Dee;X. Ex;Y. Why"))
    assert not agree(paper(authors="A. Bee;C. Dee;E. Eff;G. Gee"), of("A. Bee;W. Double;X. Ex;Y. Why"))


TITLES = [TITLE, "Spin squeezing in Bose-Einstein condensates", "Editorial", "Quantum rotors", ""]
SOURCES = st.builds(
    paper,
    title=st.sampled_from(TITLES),
    authors=st.sampled_from(["A. Bee;C. Dee", "Anna Bee", "Z. Zed", ""]),
    date=st.sampled_from(["2008", "2008-01", "2009", ""]),
    identifiers=st.dictionaries(st.sampled_from(["doi", "arxiv", "pmid", "local"]), st.sampled_from("12"), max_size=2),
    claims=st.dictionaries(st.sampled_from(["doi", "arxiv"]), st.sampled_from("12"), max_size=1),
    abstract=st.sampled_from(["", "x" * 300, "y" * 300]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(SOURCES, max_size=9), st.randoms(use_true_random=False))
def test_the_order_of_sources_does_not_matter(sources: list[Paper], chance: random.Random) -> None:
    def groups(order: list[int]) -> set[tuple[str, ...]]:
        found = cluster([sources[i] for i in order])
        assert sorted(i for group in found for i in group) == list(range(len(order)))
        return {tuple(sorted(repr(sources[order[i]]) for i in group)) for group in found}

    order = list(range(len(sources)))
    shuffled = order[:]
    chance.shuffle(shuffled)
    assert groups(order) == groups(shuffled)


@settings(max_examples=150, deadline=None)
@given(st.lists(SOURCES, max_size=8))
def test_sources_of_one_paper_find_each_other_by_their_keys(sources: list[Paper]) -> None:
    for group in cluster(sources):
        reached, waiting = {group[0]}, [group[0]]
        while waiting:
            wanted = search_keys(sources[waiting.pop()])
            for i in set(group) - reached:
                if wanted & keys(sources[i]):
                    reached.add(i)
                    waiting.append(i)
        assert reached == set(group)


@settings(max_examples=80, deadline=None)
@given(st.lists(SOURCES, max_size=8), SOURCES)
def test_adding_and_taking_away_a_stranger_changes_nothing(sources: list[Paper], stranger: Paper) -> None:
    stranger = replace(stranger, title="Neutrino oscillations in matter", identifiers=ids(doi="9"), claims={})
    assert cluster([*sources, stranger]) == [*cluster(sources), [len(sources)]]


@settings(max_examples=80, deadline=None)
@given(st.lists(SOURCES, max_size=8))
def test_no_group_holds_two_identifiers_of_a_scheme_without_a_strong_link(sources: list[Paper]) -> None:
    """Two DOIs in one group are there only because another identifier, shared, led from one to the other."""
    for group in cluster(sources):
        dois = {sources[i].identifiers["doi"] for i in group if "doi" in sources[i].identifiers}
        if len(dois) > 1:
            linked = [set(sources[i].identifiers) - {"doi", "local"} for i in group]
            assert any(linked)
