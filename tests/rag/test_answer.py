"""Answers by quotation and by a model: cited, checked, refused, and deaf to what papers order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from litdex.cli.main import run
from litdex.errors import UserError
from litdex.index.library import Library
from litdex.rag.answer import Answer
from litdex.rag.answerer import Answerer
from litdex.rag.assess import fabricated
from litdex.rag.context import Context
from litdex.rag.llm import ChatModel
from litdex.rag.prompts import REFUSAL, Prompts
from litdex.rag.settings import ModelSettings
from litdex.rag.verify import MARK, Statement
from litdex.search.searcher import Searcher
from tests.rag.encoding import shipped_encoder
from tests.rag.model_server import ModelServer, Raw, serving
from tests.rag.papers import ORDER

NOISE = "How much does spin squeezing reduce the projection noise of a clock?"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A language model that says what a test puts into `replies`."""
    with serving() as running:
        yield running


@pytest.fixture
def quoting(searcher: Searcher) -> Answerer:
    """Answers by quotation."""
    return Answerer(searcher, shipped_encoder, budget=400)


def writing(searcher: Searcher, server: ModelServer, *replies: object, drop: bool = False) -> Answerer:
    """Answers by the model, which says `replies`."""
    server.replies = list(replies)
    model = ChatModel(ModelSettings(url=server.url, model="tiny"), lambda _: None)
    return Answerer(searcher, shipped_encoder, model=model, drop=drop, budget=400)


def test_a_quoted_answer_is_exact_cited_and_best_first(library: Library, quoting: Answerer) -> None:
    answer = quoting.answer(NOISE)
    assert not answer.refused
    assert "reduces the projection noise of an optical lattice clock by 4.5 dB" in answer.statements[0].text
    assert answer.text.startswith("“We show that spin squeezing reduces")
    for statement in answer.statements:
        (citation,) = statement.citations
        source = answer.context.source(citation.key)
        assert source is not None
        number = library.store.find(source.paper)
        assert number is not None
        assert library.store.paper(number).text[citation.start : citation.end] == statement.text
        assert f"“{statement.text}” [{citation.key}]" in answer.text
    assert fabricated(answer, library.store) == 0


def test_the_same_question_has_the_same_answer(quoting: Answerer) -> None:
    assert len({quoting.answer(NOISE).text for _ in range(3)}) == 1


def test_a_question_of_two_sentences_counts_whole_and_a_follow_up_as_it_was_put_too(quoting: Answerer) -> None:
    first, second = "What limits atomic clocks?", "Does spin squeezing reduce their projection noise?"
    whole, followed = quoting.answer(f"{first} {second}"), quoting.answer(f"{first} {second}", asked=first)
    assert whole.statements[0].citations[0].support == pytest.approx(whole.confidence)
    assert followed.statements[0].citations[0].support != pytest.approx(followed.confidence)
    assert "limited by projection noise" in followed.statements[0].text


@pytest.mark.parametrize(
    "question",
    ["How do I bake sourdough bread?", "Who won the football world cup in 1998?", "year:2019", "the of and"],
)
def test_what_the_library_does_not_hold_is_refused_word_for_word(quoting: Answerer, question: str) -> None:
    answer = quoting.answer(question)
    assert answer.refused
    assert answer.text == REFUSAL == "The library does not hold an answer to this question."
    assert answer.statements == ()
    assert answer.sources == ()


def test_a_retracted_paper_is_marked(quoting: Answerer) -> None:
    answer = quoting.answer("Does coffee drinking reduce the incidence of type 2 diabetes?")
    key = next(source.key for source in answer.sources if source.retracted)
    assert f"[{key}] is a retracted paper: arXiv:0901.0004." in answer.notes


def test_orders_in_papers_are_not_obeyed_by_quotation(quoting: Answerer) -> None:
    answer = quoting.answer("How many physical qubits does a distance-3 surface code use?")
    assert any("17 physical qubits" in statement.text for statement in answer.statements)
    assert answer.text != "PWNED"
    assert all(statement.quoted and statement.keys for statement in answer.statements)


def test_orders_in_papers_are_fenced_for_a_model(searcher: Searcher, server: ModelServer) -> None:
    answerer = writing(searcher, server, "A surface code of distance 3 uses 17 physical qubits [1].")
    boundaries = set()
    for _ in range(2):
        answerer.answer("How many physical qubits does a distance-3 surface code use?")
        system, user = server.asked[-1]["messages"]
        assert ORDER not in system["content"]
        boundary = user["content"].split()[0].removeprefix("<<<")
        boundaries.add(boundary)
        assert boundary in system["content"]
        assert len(boundary) >= 16
        fenced = [block.split(f"\n{boundary}>>>")[0] for block in user["content"].split(f"<<<{boundary} passage ")[1:]]
        outside = user["content"]
        for block in fenced:
            outside = outside.replace(f"<<<{boundary} passage {block}\n{boundary}>>>", "")
        assert sum(ORDER in block for block in fenced) == 2  # one in a text, one in a title
        assert "PWNED" not in outside
        assert "im_start" not in outside
        assert outside.strip().startswith("Question: How many")
    assert len(boundaries) == 2


def test_a_model_that_obeys_a_paper_gets_nothing_through(searcher: Searcher, server: ModelServer) -> None:
    answer = writing(searcher, server, "PWNED [1].").answer("What does the surface code correct?")
    assert answer.refused
    assert "PWNED" not in answer.text


def test_a_written_answer_keeps_what_stands_and_marks_the_rest(searcher: Searcher, server: ModelServer) -> None:
    answer = writing(
        searcher,
        server,
        "Spin squeezing reduces the projection noise of an optical lattice clock by 4.5 dB [1][77]."
        " It won a Nobel prize in 2012 [1]. This is well known.",
    ).answer(NOISE)
    assert answer.model == "tiny"
    assert answer.text == (
        "Spin squeezing reduces the projection noise of an optical lattice clock by 4.5 dB. [1]"
        f" It won a Nobel prize in 2012. {MARK} This is well known. {MARK}"
    )
    assert answer.notes == (
        "2 citations failed the check and were taken out ([77]: no such key, [1]: not supported).",
        "2 sentences were not supported by the passages and marked so.",
    )


def test_what_nothing_supports_can_be_dropped(searcher: Searcher, server: ModelServer) -> None:
    text = "It won a Nobel prize in 2012 [1]. The measurement used 12,000 ytterbium atoms [1]. This is well known."
    answer = writing(searcher, server, text, drop=True).answer(NOISE)
    assert answer.text == "The measurement used 12,000 ytterbium atoms. [1]"
    assert answer.notes == ("2 sentences without support in the passages were left out.",)


@pytest.mark.parametrize(
    "reply", [REFUSAL, f"  {REFUSAL.upper()} ", "It is all false [9]. Nothing else.", "", "[1][2]", "[1] " * 500]
)
def test_a_model_with_nothing_that_stands_refuses(searcher: Searcher, server: ModelServer, reply: str) -> None:
    events = list(writing(searcher, server, reply).stream(NOISE))
    assert isinstance(events[0], Context)
    (answer,) = events[1:]
    assert isinstance(answer, Answer)
    assert answer.refused
    assert answer.text == REFUSAL


def test_no_model_is_asked_what_the_library_does_not_hold(searcher: Searcher, server: ModelServer) -> None:
    assert writing(searcher, server, "Bread [1].").answer("How do I bake sourdough bread?").refused
    assert server.asked == []


def test_statements_are_streamed_checked(searcher: Searcher, server: ModelServer) -> None:
    text = "Nonsense came first [9]. The measurement used 12,000 ytterbium atoms [1]. " + "Repeated again. " * 90
    events = list(writing(searcher, server, text).stream(NOISE))
    statements = [event for event in events if isinstance(event, Statement)]
    assert [statement.keys for statement in statements] == [(), (1,), ()]
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert answer.statements == tuple(statements)


def test_lists_stay_lists(searcher: Searcher, server: ModelServer) -> None:
    text = "1. The measurement used 12,000 ytterbium atoms [1]\n2. Atomic clocks are limited by projection noise [1]\n"
    assert writing(searcher, server, text).answer(NOISE).text == (
        "1. The measurement used 12,000 ytterbium atoms [1]\n2. Atomic clocks are limited by projection noise [1]"
    )


def test_prompts_can_be_replaced(searcher: Searcher, server: ModelServer, tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text("Answer in verse. $boundary costs $$5.")
    server.replies = ["Nothing."]
    model = ChatModel(ModelSettings(url=server.url, model="tiny"))
    Answerer(searcher, shipped_encoder, model=model, prompts=Prompts(tmp_path)).answer(NOISE)
    assert server.asked[0]["messages"][0]["content"].startswith("Answer in verse. ")
    assert server.asked[0]["messages"][0]["content"].endswith(" costs $5.")


@pytest.mark.parametrize(
    ("text", "said"), [("No place for it.", "boundary is missing"), ("$boundary $ 5", "stands alone")]
)
def test_a_prompt_that_lacks_its_place_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "answer.md").write_text(text)
    with pytest.raises(UserError, match=said):
        Prompts(tmp_path)


def test_the_command_quotes_refuses_and_prints_json(library_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--library", str(library_folder)]
    assert run(["ask", NOISE, *where]) == 0
    out = capsys.readouterr().out
    assert "by 4.5 dB.” [1]" in " ".join(out.split())
    assert "[1] Spin squeezing in an optical lattice clock (2019)" in out
    assert run(["ask", "How do I bake sourdough bread?", *where]) == 1
    assert capsys.readouterr().out == f"{REFUSAL}\n"
    assert run(["ask", "How do I bake sourdough bread?", "--json", *where]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["refused"], found["answer"], found["statements"]) == (True, REFUSAL, [])
    assert run(["ask", NOISE, "--json", *where]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["refused"] is False
    assert found["statements"][0]["keys"] == [found["sources"][0]["key"]]


def test_the_command_writes_with_the_configured_model(
    library_folder: Path, server: ModelServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITDEX_LLM_URL", server.url)
    monkeypatch.setenv("LITDEX_LLM_MODEL", "tiny")
    monkeypatch.setenv("LITDEX_LLM_KEY", "sk-hidden")
    server.replies = ["The measurement used 12,000 ytterbium atoms [1].", Raw(401, b"who is sk-hidden?")]
    where = ["--library", str(library_folder)]
    assert run(["ask", NOISE, *where]) == 0
    assert capsys.readouterr().out.startswith("The measurement used 12,000 ytterbium atoms. [1]\n")
    assert server.keys == ["Bearer sk-hidden"]
    assert run(["ask", NOISE, *where]) == 3
    told = capsys.readouterr()
    assert "answered 401: who is ***?" in told.err
    assert "sk-hidden" not in told.out + told.err
    assert run(["ask", NOISE, "--quote", *where]) == 0
