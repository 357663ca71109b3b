"""Reading test collections, and what is said of those that are not whole."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from litdex.errors import UserError
from litdex.evaluation.beir import read_beir, read_qrels, write_qrels
from litdex.evaluation.opening import TrecFiles, open_collection
from litdex.evaluation.trec import read_qrels as read_trec_qrels
from litdex.evaluation.trec import read_run, read_topics, read_trec, write_run
from tests.evaluation.conftest import write_collection

SGML = """<top>
<num> Number: 301
<title> International Organized Crime
<desc> Description:
Identify organizations &amp; people.
</top>
<top><num>302</num><title>Polio</title></top>
"""
XML = '<topics><topic number="1"><query>virus origin</query><question>where?</question></topic></topics>'


def test_scifact_reads(shared_data: Path) -> None:
    collection = read_beir(shared_data / "retrieval" / "scifact")
    assert len(collection.queries) == len(collection.qrels) == 300
    assert collection.corpus is not None


def test_qrels_are_written_as_they_are_read_with_or_without_a_header(tmp_path: Path) -> None:
    qrels = {"1": {"a": 2, "b": 0}, "2": {"c": 1}}
    write_qrels(tmp_path / "new" / "test.tsv", qrels)
    assert read_qrels(tmp_path / "new" / "test.tsv") == qrels
    (tmp_path / "bare.tsv").write_text("1\ta\t2\n1\tb\t0\n2\tc\t1\n")
    assert read_qrels(tmp_path / "bare.tsv") == qrels


def _break(folder: Path, what: str) -> None:
    write_collection(folder)
    changes: dict[str, Callable[[], object]] = {
        "no queries": lambda: (folder / "queries.jsonl").unlink(),
        "no qrels": lambda: (folder / "qrels" / "test.tsv").unlink(),
        "a bad line": lambda: (folder / "qrels" / "test.tsv").write_text("q\td\tscore\nq0 d0 1\n"),
        "a bad grade": lambda: (folder / "qrels" / "test.tsv").write_text("q\td\tscore\nq0\td0\thigh\n"),
        "bad JSON": lambda: (folder / "queries.jsonl").write_text('{"_id": "q0", "text": "x"}\n{"_id"\n'),
        "no text": lambda: (folder / "queries.jsonl").write_text('{"_id": "q0", "text": "x"}\n'),
    }
    changes[what]()


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("no queries", "no queries.jsonl"),
        ("no qrels", "--split"),
        ("a bad line", "test.tsv, line 2"),
        ("a bad grade", "test.tsv, line 2"),
        ("bad JSON", "queries.jsonl, line 2"),
        ("no text", "no text for query q1"),
    ],
)
def test_what_is_wrong_with_a_folder_is_told_with_its_place(tmp_path: Path, what: str, told: str) -> None:
    _break(tmp_path, what)
    with pytest.raises(UserError, match=told):
        read_beir(tmp_path)


def test_topics_of_each_kind(tmp_path: Path) -> None:
    path = tmp_path / "topics"
    path.write_text(SGML)
    assert read_topics(path) == {"301": "International Organized Crime", "302": "Polio"}
    path.write_text(XML)
    assert read_topics(path) == {"1": "virus origin"}
    assert read_topics(path, "question") == {"1": "where?"}
    path.write_text("7\tspin squeezing\n\n8\thalos \n")
    assert read_topics(path) == {"7": "spin squeezing", "8": "halos"}
    path.write_text(SGML)
    with pytest.raises(UserError, match="--topic-field"):
        read_topics(path, "desc")


@pytest.mark.parametrize("text", ["", "no tab here\n", "1\t \n"])
def test_a_file_without_topics_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "topics").write_text(text)
    with pytest.raises(UserError, match="topics"):
        read_topics(tmp_path / "topics")


def test_trec_files_make_a_collection(tmp_path: Path) -> None:
    (tmp_path / "topics").write_text(SGML)
    (tmp_path / "qrels").write_text("301 0 d1 1\n301 0 d2 0\n302 0 d3 0\n")
    collection = read_trec(tmp_path / "topics", tmp_path / "qrels")
    assert collection.queries == {"301": "International Organized Crime"}  # nothing is relevant to 302
    assert collection.qrels == {"301": {"d1": 1, "d2": 0}}
    (tmp_path / "qrels").write_text("301 0 d1\n")
    with pytest.raises(UserError, match="line 1"):
        read_trec_qrels(tmp_path / "qrels")
    (tmp_path / "qrels").write_text("999 0 d1 1\n")
    with pytest.raises(UserError, match="no topic 999"):
        read_trec(tmp_path / "topics", tmp_path / "qrels")


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    run = {"1": ["b", "a", "c"], "2": ["a"]}
    write_run(tmp_path / "runs" / "x.run", run, "x")
    assert read_run(tmp_path / "runs" / "x.run") == run
    assert (tmp_path / "runs" / "x.run").read_text().splitlines()[0] == "1 Q0 b 1 3 x"


@pytest.mark.parametrize(
    ("name", "trec", "told"),
    [
        ("", TrecFiles(), "COLLECTION"),
        ("", TrecFiles(topics=Path("t")), "together"),
        ("x", TrecFiles(topics=Path("t"), qrels=Path("q")), "together"),
        ("./nowhere", TrecFiles(), "BEIR"),
    ],
)
def test_what_to_name_is_told(tmp_path: Path, name: str, trec: TrecFiles, told: str) -> None:
    with pytest.raises(UserError, match=told):
        open_collection(name, split="test", trec=trec, cache=tmp_path)


def test_a_split_may_stand_behind_a_folder(tmp_path: Path) -> None:
    write_collection(tmp_path / "small")
    (tmp_path / "small" / "qrels" / "train.tsv").write_text("q0\td0\t1\n")
    opened = open_collection(f"{tmp_path}/small:train", split="test", trec=TrecFiles(), cache=tmp_path)
    assert (opened.name, list(opened.queries)) == ("small/train", ["q0"])
    with pytest.raises(UserError, match="--split"):
        open_collection(f"{tmp_path}/small:devel", split="test", trec=TrecFiles(), cache=tmp_path)


def test_ir_datasets_is_optional(tmp_path: Path) -> None:
    there = importlib.util.find_spec("ir_datasets") is not None
    with pytest.raises(UserError, match="neither a folder nor" if there else "litdex\\[evaluate\\]"):
        open_collection("no/such/collection", split="test", trec=TrecFiles(), cache=tmp_path)


def test_a_collection_of_ir_datasets_is_read(tmp_path: Path) -> None:
    ir_datasets = pytest.importorskip("ir_datasets")
    (tmp_path / "docs.tsv").write_text("d1\tdark matter halos\nd2\tsurface codes\n")
    (tmp_path / "queries.tsv").write_text("q\thalos\nr\tnothing is known of this\n")
    (tmp_path / "qrels").write_text("q 0 d1 2\nq 0 d2 0\n")
    made = ir_datasets.create_dataset(
        docs_tsv=str(tmp_path / "docs.tsv"),
        queries_tsv=str(tmp_path / "queries.tsv"),
        qrels_trec=str(tmp_path / "qrels"),
    )
    ir_datasets.registry.register("litdex-test/small", made)
    collection = open_collection("litdex-test/small", split="test", trec=TrecFiles(), cache=tmp_path / "cache")
    assert collection.queries == {"q": "halos"}
    assert collection.qrels == {"q": {"d1": 2, "d2": 0}}
    assert collection.corpus is not None
    records = [json.loads(line) for line in collection.corpus.read_text().splitlines()]
    assert records[0] == {"_id": "d1", "title": "", "text": "dark matter halos"}


def test_a_sample_is_always_the_same(tmp_path: Path) -> None:
    whole = read_beir(write_collection(tmp_path))
    some = whole.sample(3)
    assert list(some.queries) == list(some.qrels) == list(whole.sample(3).queries)
    assert len(some.queries) == 3
    assert whole.sample(None) is whole.sample(100) is whole


def test_the_collection_of_the_tests_is_what_it_says(tmp_path: Path) -> None:
    lines = (write_collection(tmp_path) / "corpus.jsonl").read_text().splitlines()
    assert len(lines) == 40
    assert json.loads(lines[0])["_id"] == "d0"
