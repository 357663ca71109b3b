"""The context of a question: what is in it, that it fits, that its offsets hold, and that it is diverse."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from litdex.cli.main import run
from litdex.errors import UserError
from litdex.index.library import Library
from litdex.rag.context import build_context
from litdex.rag.tokens import count_tokens
from litdex.search.filters import build_filter
from litdex.search.searcher import Searcher


def test_the_best_passage_has_the_first_key_and_every_offset_holds(library: Library, searcher: Searcher) -> None:
    context = build_context(searcher, "How much does spin squeezing reduce projection noise?")
    assert context.sources[0].paper == "arXiv:0901.0001"
    assert [source.key for source in context.sources] == list(range(1, len(context.sources) + 1))
    for source in context.sources:
        number = library.store.find(source.paper)
        assert number is not None
        assert library.store.paper(number).text[source.start : source.end] == source.text
        assert context.source(source.key) is source
    assert context.source(0) is None
    assert context.source(len(context.sources) + 1) is None


@pytest.mark.parametrize("budget", [50, 80, 300, 1000, 5000])
def test_the_budget_is_kept(searcher: Searcher, budget: int) -> None:
    context = build_context(searcher, "mass of neutron stars", budget=budget)
    assert context.sources
    assert context.tokens <= budget
    whole = "\n".join(f"[{source.key}] {source.label}\n{source.text}" for source in context.sources)
    assert count_tokens(whole) <= budget


def test_a_passage_too_long_for_the_budget_is_cut_where_a_sentence_ends(searcher: Searcher) -> None:
    context = build_context(searcher, "mass of neutron stars solar masses spins quickly", budget=120)
    assert context.sources[0].text.endswith((".", "quickly"))


def test_no_paper_gives_a_third_passage_while_others_answer(searcher: Searcher) -> None:
    context = build_context(searcher, "neutron star", budget=4000)
    papers = [source.paper for source in context.sources]
    third = [at for at, name in enumerate(papers) if papers[: at + 1].count(name) == 3]
    assert Counter(papers).most_common(1)[0][1] <= 3
    assert all(set(papers[at:]) == {papers[at]} for at in third)
    assert len(set(papers)) >= 6


def test_a_reprint_is_not_given_twice(searcher: Searcher) -> None:
    papers = {source.paper for source in build_context(searcher, "rotation curves of dark matter halos").sources}
    assert len(papers & {"arXiv:0901.0002", "arXiv:0901.0099"}) == 1


def test_a_retracted_paper_is_marked(searcher: Searcher) -> None:
    context = build_context(searcher, "coffee and diabetes")
    marked = [source for source in context.sources if source.retracted]
    assert [source.paper for source in marked] == ["arXiv:0901.0004"]
    assert "RETRACTED" in marked[0].label
    assert "(2011)" in marked[0].label


def test_conditions_and_filters_hold(searcher: Searcher) -> None:
    assert {s.year for s in build_context(searcher, "neutron star year:2005").sources} == {2005}
    where = build_filter(year="2020..2021")
    assert {s.year for s in build_context(searcher, "surface code", where=where).sources} == {2020, 2021}


def test_a_paper_cannot_leave_its_quotation(searcher: Searcher) -> None:
    lines = build_context(searcher, "surface codes").markdown().splitlines()
    assert all(not line or line.startswith((">", "**[")) for line in lines)


def test_a_budget_that_holds_nothing_is_told(searcher: Searcher) -> None:
    with pytest.raises(UserError, match="budget of 10"):
        build_context(searcher, "anything", budget=10)


def test_the_command_prints_markdown_and_json(library_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["context", "spin squeezing projection noise", "--library", str(library_folder)]
    assert run(arguments) == 0
    assert capsys.readouterr().out.startswith(
        "**[1]** Spin squeezing in an optical lattice clock (2019) · arXiv:0901.0001 · Abstract\n\n> Atomic clocks"
    )
    assert run([*arguments, "--json", "--budget", "100"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["tokens"] <= found["budget"] == 100
    assert found["sources"][0]["paper"] == "arXiv:0901.0001"
    assert run(["context", "neutron year:1700", "--library", str(library_folder)]) == 1
