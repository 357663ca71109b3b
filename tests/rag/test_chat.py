"""Conversations: follow-ups made searchable, restrictions, commands, kept and resumed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from litdex.cli.main import cli, run
from litdex.errors import UserError
from litdex.index.library import Library
from litdex.rag.answerer import Answerer
from litdex.rag.conversation import Conversation
from litdex.rag.followup import by_model, by_rule
from litdex.rag.llm import ChatModel
from litdex.rag.prompts import Prompts
from litdex.rag.settings import ModelSettings
from litdex.search.searcher import Searcher
from tests.rag.encoding import shipped_encoder
from tests.rag.model_server import ModelServer, Raw, serving

FIRST = "What limits optical lattice clocks?"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    """A language model that says what a test puts into `replies`."""
    with serving() as running:
        yield running


@pytest.fixture
def talk(library: Library, searcher: Searcher) -> Conversation:
    """A conversation by quotation."""
    return Conversation(Answerer(searcher, shipped_encoder, budget=300), searcher, library.store)


@pytest.mark.parametrize(
    ("question", "searched"),
    [
        ("How large is it?", "How large is it? limits optical lattice clocks"),
        ("And in Chile?", "And in Chile? limits optical lattice clocks"),
        ("What about ion clocks?", "What about ion clocks? limits optical lattice"),
        ("Why is that?", "Why is that? limits optical lattice clocks"),
        ("Do these depend on temperature?", "Do these depend on temperature? limits optical lattice clocks"),
        ("What is the mass of a neutron star?", "What is the mass of a neutron star?"),
        ("Is it known that dark matter halos exist?", None),
    ],
)
def test_a_question_that_does_not_stand_alone_takes_words_over(question: str, searched: str | None) -> None:
    assert by_rule(question, []) == question
    found = by_rule(question, [FIRST])
    assert found.startswith(question)
    if searched:
        assert found == searched


@pytest.mark.parametrize(
    ("reply", "searched"),
    [
        (
            "How large are the limits of optical lattice clocks?\n",
            "How large are the limits of optical lattice clocks?",
        ),
        ('"How large are optical lattice clocks?"\nBecause …', "How large are optical lattice clocks?"),
        ("Sure! Elephants live in Africa.", "How large are they? limits optical lattice clocks"),
        ("", "How large are they? limits optical lattice clocks"),
        ("x" * 5000, "How large are they? limits optical lattice clocks"),
        (Raw(401), "How large are they? limits optical lattice clocks"),
    ],
)
def test_a_model_rewrites_unless_it_makes_things_up(server: ModelServer, reply: object, searched: str) -> None:
    server.replies = [reply]
    model = ChatModel(ModelSettings(url=server.url, model="tiny"), lambda _: None)
    assert by_model("How large are they?", [FIRST], model, Prompts()) == searched


def test_a_follow_up_is_answered_about_the_same_thing(talk: Conversation) -> None:
    list(talk.ask("How much does spin squeezing reduce projection noise?"))
    list(talk.ask("Does it improve the accuracy?"))
    assert "spin squeezing" in talk.turns[1].searched
    assert "does not improve the accuracy of the clock" in talk.turns[1].answer


def test_a_restriction_holds_until_it_is_lifted(talk: Conversation, library: Library) -> None:
    assert talk.restrict("arXiv:0901.0003, 0901.0004") == 2
    list(talk.ask("rotation curves of dark matter halos"))
    assert {source.paper for source in talk.turns[-1].sources} <= {"arXiv:0901.0003", "arXiv:0901.0004"}
    assert talk.restrict("year:2005") == 6
    list(talk.ask("How long was the neutron star observed with a telescope?"))
    assert {source.year for source in talk.turns[-1].sources} == {2005}
    with pytest.raises(UserError, match="no paper here"):
        talk.restrict("year:1700")
    assert talk.restriction == "year:2005"
    assert talk.restrict("") == library.store.counts()[0]


def test_a_model_is_told_of_earlier_turns(library: Library, searcher: Searcher, server: ModelServer) -> None:
    model = ChatModel(ModelSettings(url=server.url, model="tiny"), lambda _: None)
    answerer = Answerer(searcher, shipped_encoder, model=model, budget=300)
    talk = Conversation(answerer, searcher, library.store)
    server.replies = ["The measurement used 12,000 ytterbium atoms [1]. It rained [9]."]
    list(talk.ask("How many ytterbium atoms did the clock measurement use?"))
    list(talk.ask("Were those ytterbium atoms squeezed by the clock?"))
    told = server.asked[-1]["messages"]
    assert [message["role"] for message in told] == ["system", "user", "assistant", "user"]
    assert told[2]["content"] == "The measurement used 12,000 ytterbium atoms."


def test_what_was_saved_is_loaded_whole(
    talk: Conversation, library: Library, searcher: Searcher, tmp_path: Path
) -> None:
    talk.restrict("year:2019")
    list(talk.ask("How many ytterbium atoms did the measurement use?"))
    talk.save(tmp_path / "deep" / "one.jsonl")
    again = Conversation(Answerer(searcher, shipped_encoder), searcher, library.store)
    again.load(tmp_path / "deep" / "one.jsonl")
    assert again.turns == talk.turns
    assert again.restriction == "year:2019"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["one.jsonl"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", "nonsense", '{"litdex_chat": 1}\n{"question": 3}', "\x00"])
def test_a_file_that_is_no_conversation_changes_nothing(talk: Conversation, tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text)
    with pytest.raises(UserError, match=r"bad\.jsonl"):
        talk.load(path)
    assert talk.turns == []


def test_a_conversation_at_the_terminal(
    library_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    typed = [
        "/sources",
        "How many ytterbium atoms did the clock measurement use?",
        "",
        "/sources",
        "/open 1",
        "/open 99",
        "/open x",
        "/restrict year:1700",
        "/restrict year:2019",
        "/nonsense",
        "/help",
        "/save my-talk",
        "/save ../evil",
        "year:abc",
        "/quit",
        "never reached",
    ]
    where = ["--library", str(library_folder), "--budget", "300"]
    done = CliRunner().invoke(cli, ["chat", *where], input="\n".join(typed), catch_exceptions=False)
    assert done.exit_code == 0
    for told in (
        "nothing was asked yet",
        "“The measurement used 12,000 ytterbium atoms.” [1]",
        "* [1] Spin squeezing in an optical lattice clock",
        "characters ",
        "/open 99: give a number",
        "/open x: give a number",
        "no paper here for: year:1700",
        "answers come from 1 paper\n",
        "/nonsense: there is no such command",
        "/restrict WHAT",
        "kept as my-talk",
        "../evil: a name is letters",
        "give a year",
    ):
        assert told in done.output, told
    assert "never reached" not in done.output
    done = CliRunner().invoke(cli, ["chat", *where, "--resume", "my-talk"], input="/sources\n", catch_exceptions=False)
    assert "my-talk: 1 questions so far, the last: How many ytterbium atoms" in done.output
    assert "* [1] Spin squeezing" in done.output
    capsys.readouterr()
    assert run(["chat", "--list"]) == 0
    assert "my-talk" in capsys.readouterr().out
    assert run(["chat", *where, "--resume", "nobody"]) == 2
    assert "nobody: there is no such conversation" in capsys.readouterr().err
