"""`litdex evaluate`, `tune` and `judge` as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from litdex.cli.main import cli, run
from litdex.evaluation.beir import read_qrels, write_qrels
from litdex.evaluation.trec import read_run
from litdex.search.ranking import Ranking, read_ranking
from tests.evaluation.conftest import TOPICS, VERBS, write_collection

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A test collection of forty documents, in BEIR's layout."""
    return write_collection(tmp_path_factory.mktemp("beir") / "small")


@pytest.fixture(scope="module")
def library(folder: Path) -> Path:
    """A library of its documents."""
    place = folder.parent / "library"
    assert run(["ingest", str(folder / "corpus.jsonl"), "--library", str(place)]) == 0
    return place


def printed(arguments: list[str], capsys: Captured) -> str:
    """What a command that succeeds prints."""
    capsys.readouterr()
    code = run(arguments)
    captured = capsys.readouterr()
    assert code == 0, captured.err
    return captured.out


def refused(arguments: list[str], capsys: Captured) -> str:
    """The one line of a command that the user has to mend."""
    capsys.readouterr()
    assert run(arguments) == 2
    error = capsys.readouterr().err
    assert "Traceback" not in error
    return error


def test_a_folder_is_evaluated_through_a_library_that_is_made_once(
    folder: Path, tmp_path: Path, capsys: Captured
) -> None:
    command = ["evaluate", str(folder), "--cache", str(tmp_path / "cache"), "--modes", "lexical,dense,minmax"]
    table = printed([*command, "--out", str(tmp_path / "out"), "--figure", str(tmp_path / "figure.svg")], capsys)
    assert "nDCG@10" in table
    assert "lexical - minmax" in table
    assert set(read_run(tmp_path / "out" / "minmax.run")) == {f"q{n}" for n in range(8)}
    rows = (tmp_path / "out" / "queries.tsv").read_text().splitlines()
    assert len(rows) == 9
    assert rows[0].split("\t")[:2] == ["query", "lexical nDCG@10"]
    assert (tmp_path / "figure.svg").read_text().startswith("<?xml")
    (made,) = (tmp_path / "cache").iterdir()
    assert printed(command, capsys).splitlines()[3:] == table.splitlines()[3:]
    assert list((tmp_path / "cache").iterdir()) == [made]


def test_json_has_every_query(folder: Path, library: Path, capsys: Captured) -> None:
    command = ["evaluate", str(folder), "-L", str(library), "--modes", "lexical,rrf", "--measures", "R@5", "--json"]
    found = json.loads(printed(command, capsys))
    assert set(found["runs"]) == {"lexical", "rrf"}
    assert len(found["queries"]["rrf"]["R@5"]) == 8
    assert found["runs"]["rrf"]["R@5"]["low"] <= found["runs"]["rrf"]["R@5"]["mean"]
    assert [(one["one"], one["other"]) for one in found["comparisons"]] == [("lexical", "rrf")]


def test_trec_files_are_evaluated(folder: Path, library: Path, tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "topics").write_text("q0\tmeasure squeezed atoms\n")
    (tmp_path / "qrels").write_text("q0 0 d0 1\nq0 0 nowhere 1\n")
    command = ["evaluate", "--topics", str(tmp_path / "topics"), "--qrels", str(tmp_path / "qrels"), "-L", str(library)]
    table = printed([*command, "--modes", "lexical", "--measures", "R@100"], capsys)
    assert "1 judged documents are not in the library" in table
    assert "0.5000" in table


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--modes", "neural"], "--modes neural"),
        (["--measures", "accuracy"], "accuracy is no measure"),
        (["--split", "train"], "qrels/train.tsv"),
        (["--against", "nothing"], "--against nothing"),
        (["--figure", "figure.txt", "--modes", "lexical,dense"], "--figure figure.txt"),
        (["--ranking", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_what_cannot_be_is_told(folder: Path, library: Path, capsys: Captured, options: list[str], told: str) -> None:
    assert told in refused(["evaluate", str(folder), "-L", str(library), *options], capsys)


def test_tune_keeps_a_default_that_nothing_beats(library: Path, tmp_path: Path, capsys: Captured) -> None:
    """Every query is a document's own title, so each ranking is right."""
    numbers = range(0, 40, 5)
    titles = [{"_id": f"q{n}", "text": f"To {VERBS[n % 5]} {TOPICS[n % 4]}, part {n}"} for n in numbers]
    (tmp_path / "queries.jsonl").write_text("".join(json.dumps(title) + "\n" for title in titles))
    write_qrels(tmp_path / "qrels" / "train.tsv", {f"q{n}": {f"d{n}": 1} for n in numbers})
    out = tmp_path / "new" / "ranking.toml"
    command = ["tune", f"{tmp_path}:train", "-L", str(library), "--folds", "4"]
    table = printed([*command, "--out", str(out), "--keep"], capsys)
    assert "No choice is better than the default by more than chance" in table
    assert "held out" in table
    assert read_ranking(out) == Ranking()
    printed(["search", "squeezed atoms", "--library", str(library), "--ranking", str(out)], capsys)
    found = json.loads(printed([*command, "--json"], capsys))
    assert found["better"] is False
    assert found["use"]["fusion"] == Ranking().fusion


def test_tune_says_what_it_needs(folder: Path, library: Path, capsys: Captured) -> None:
    assert "--folds 50" in refused(["tune", str(folder), "-L", str(library), "--folds", "50"], capsys)
    assert "--keep" in refused(["tune", str(folder), "--keep"], capsys)
    assert "COLLECTION" in refused(["tune"], capsys)


def judged(library: Path, tmp_path: Path, keys: str) -> str:
    """What the terminal shows while these keys are pressed."""
    (tmp_path / "questions.txt").write_text("squeezed atoms\ndark matter halos\n")
    arguments = ["judge", str(tmp_path / "questions.txt"), "--library", str(library), "--pool", "3"]
    done = CliRunner().invoke(cli, [*arguments, "--out", str(tmp_path / "judged")], input=keys, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_judging_one_key_at_a_time_and_going_on(library: Path, tmp_path: Path, capsys: Captured) -> None:
    table = tmp_path / "judged" / "qrels" / "test.tsv"
    shown = judged(library, tmp_path, "2x0q")
    assert "squeezed atoms" in shown
    assert "lexical #" not in shown
    assert "local:d" in shown
    (grades,) = read_qrels(table).values()
    assert list(grades.values()) == [2, 0]
    judged(library, tmp_path, "sb1")  # skip one, come back to it and judge it; then the keys end
    (grades,) = read_qrels(table).values()
    assert list(grades.values()) == [2, 0, 1]
    shown = judged(library, tmp_path, "3" * 20)
    assert "0 to do" in shown
    assert len(read_qrels(table)) == 2
    evaluated = printed(["evaluate", str(tmp_path / "judged"), "-L", str(library), "--modes", "lexical,rrf"], capsys)
    assert "2 queries" in evaluated
    assert "not in the library" not in evaluated


def test_back_changes_a_judgement(library: Path, tmp_path: Path) -> None:
    judged(library, tmp_path, "1b3q")
    (grades,) = read_qrels(tmp_path / "judged" / "qrels" / "test.tsv").values()
    assert list(grades.values()) == [3]
