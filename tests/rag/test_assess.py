"""Measuring answers: what each measure counts, and that what is fabricated is seen."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from litdex.cli.main import run
from litdex.errors import UserError
from litdex.index.library import Library
from litdex.rag.answerer import Answerer
from litdex.rag.assess import Question, fabricated, measures, read_questions, try_all
from litdex.rag.context import Context
from litdex.rag.verify import Citation, Statement
from litdex.search.searcher import Searcher
from tests.rag.encoding import shipped_encoder

QUESTIONS: list[dict[str, object]] = [
    {
        "id": "a",
        "question": "How many ytterbium atoms did the clock measurement use?",
        "papers": ["0901.0001"],
        "sentences": ["The measurement used 12,000 ytterbium atoms.", "An invented sentence that is nowhere."],
    },
    {"id": "b", "question": "How do I bake sourdough bread?", "papers": ["0901.0002"]},
    {"id": "c", "question": "Who won the football world cup in 1998?"},
    {
        "id": "d",
        "question": "How many physical qubits does a distance-3 surface code use?",
        "papers": ["0901.0005"],
        "without": ["0901.0005", "0901.9999"],
    },
]


@pytest.fixture(scope="module")
def questions_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The questions above, in a file."""
    path = tmp_path_factory.mktemp("questions") / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, QUESTIONS)))
    return path


def test_each_measure_counts_what_it_says(library: Library, searcher: Searcher, questions_file: Path) -> None:
    questions = read_questions(questions_file)
    told: list[int] = []
    trials = list(try_all(Answerer(searcher, shipped_encoder, budget=300), library.store, questions, told.append))
    found = measures(trials, library.store)
    cited = {source.paper for source in trials[0].answer.sources}
    assert told == [1, 1, 1, 1]
    assert (found["questions"], found["answerable"]) == (4, 2)
    assert found["refused, answerable"] == 0.5
    assert found["citation recall"] == 0.5
    assert found["citation precision"] == pytest.approx(1 / len(cited))
    assert found["sentence recall"] == 0.5
    assert found["support rate"] == 1
    assert found["citations fabricated"] == found["citations taken out"] == 0
    assert found["first, p50 ms"] <= found["total, p95 ms"]
    assert "arXiv:0901.0005" not in {source.paper for source in trials[3].answer.context.sources}


def test_what_leads_nowhere_is_counted(library: Library, searcher: Searcher) -> None:
    answer = Answerer(searcher, shipped_encoder, budget=300).answer(str(QUESTIONS[0]["question"]))
    (statement, *_) = answer.statements
    (citation,) = statement.citations
    assert fabricated(answer, library.store) == 0

    def damaged(changed: Citation, text: str = statement.text, context: Context = answer.context) -> int:
        lie = Statement(text=text, citations=(changed,), quoted=True)
        return fabricated(replace(answer, statements=(lie,), context=context), library.store)

    assert damaged(citation) == 0
    assert damaged(replace(citation, key=99)) == 1
    assert damaged(replace(citation, start=citation.start + 1)) == 1
    assert damaged(citation, text=statement.text.replace("12,000", "13,000")) == 1
    forged = tuple(replace(source, text=source.text + " More.") for source in answer.context.sources)
    assert damaged(citation, context=replace(answer.context, sources=forged)) == 1
    renamed = tuple(replace(source, paper="arXiv:9999.9999") for source in answer.context.sources)
    assert damaged(citation, context=replace(answer.context, sources=renamed)) == 1


def test_a_question_all_of_whose_papers_are_left_out_has_no_answer() -> None:
    assert Question(id="1", question="?", papers=("a", "b"), without=("a",)).answerable
    assert not Question(id="1", question="?", papers=("a",), without=("a", "b")).answerable


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no questions"),
        ("{", "line 1"),
        ('{"question": "a"}\n\n[]', "line 3"),
        ('{"question": " "}', "empty"),
        ('{"question": "a", "papers": 3}', "line 1"),
    ],
)
def test_a_file_of_questions_that_is_none_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(text)
    with pytest.raises(UserError, match=said):
        read_questions(path)
    with pytest.raises(UserError, match=r"gone\.jsonl"):
        read_questions(tmp_path / "gone.jsonl")


def test_the_command_prints_a_table_and_json(
    library_folder: Path, questions_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [
        "evaluate-answers",
        str(questions_file),
        "--library",
        str(library_folder),
        "--budget",
        "300",
        "-n",
        "3",
    ]
    assert run([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["questions"] == 3
    assert run(arguments) == 0
    assert "citations fabricated            0\n" in capsys.readouterr().out
