"""Corpora written in other formats: what is read back is what was there; statistics and shared sentences."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from litdex.cli.main import run
from litdex.cli.ner import ner
from litdex.errors import UserError
from litdex.ner.corpora.document import Annotation, Document
from litdex.ner.corpora.read import read_corpus, read_documents
from litdex.ner.corpora.schemes import SCHEMES
from litdex.ner.corpora.sentence import Sentence, Span
from litdex.ner.corpora.statistics import shared, statistics
from litdex.ner.corpora.write import FORMATS, convert, write_brat, write_pubtator_file

TSV = "Mutant\tO\nBRCA1\tB-Gene\np53\tB-Gene\n\nThe\tO\ncystic\tB-Disease\nfibrosis\tI-Disease\ngene\tO\n\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with a train and a devel split."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for split in ("train", "devel"):
        (folder / f"{split}.tsv").write_text(TSV, encoding="utf-8")
    return folder


def content(sentences: list[Sentence]) -> list[tuple[tuple[str, ...], tuple[Span, ...]]]:
    return [(sentence.words, sentence.spans) for sentence in sentences]


@pytest.mark.parametrize(("form", "scheme"), list(itertools.product(FORMATS, SCHEMES)))
def test_every_format_holds_the_same_mentions(corpus: Path, tmp_path: Path, form: str, scheme: str) -> None:
    written = list(convert(corpus, tmp_path / "out", form, scheme))  # type: ignore[arg-type]
    assert [(one.mentions, one.dropped) for one in written] == [(3, 0), (3, 0)]
    for split in ("train", "devel"):
        assert sorted(content(read_corpus(tmp_path / "out", split))) == sorted(content(read_corpus(corpus, split)))


def test_a_scheme_is_written_as_it_should_be(corpus: Path, tmp_path: Path) -> None:
    for scheme in SCHEMES:
        list(convert(corpus, tmp_path / scheme, "tsv", scheme, "train"))
    tags = {
        scheme: [line.split("\t")[1] for line in (tmp_path / scheme / "train.tsv").read_text().split("\n") if line][1:3]
        for scheme in SCHEMES
    }
    expected = {"IOB1": ["I-Gene", "B-Gene"], "IOB2": ["B-Gene", "B-Gene"], "IOBES": ["S-Gene", "S-Gene"]}
    assert tags == expected


def test_stand_off_formats_keep_overlaps_offsets_and_ids(tmp_path: Path) -> None:
    text = "Breast and\novarian cancer in BRCA1."
    marks = (Annotation(0, 25, "Disease", "D1"), Annotation(11, 25, "Disease", "D2"), Annotation(29, 34, "Gene"))
    documents = [Document("a/b", text, marks, title=10), Document("a b", "Nothing here.")]
    brat = list(read_documents(write_brat(documents, tmp_path / "brat")))
    pubtator = list(read_documents(write_pubtator_file(documents, tmp_path / "all")))
    for read in (brat, pubtator):
        assert [document.annotations for document in read] == [marks, ()] if read is pubtator else {marks, ()}
    assert {document.text for document in brat} == {text, "Nothing here."}
    assert pubtator[0].text == text.replace("\n", " ")


def test_what_column_files_cannot_hold_is_counted(tmp_path: Path) -> None:
    marks = (Annotation(0, 25, "Disease"), Annotation(11, 25, "Disease"))
    write_brat([Document("a", "Breast and ovarian cancer.", marks)], tmp_path / "train")
    (written,) = convert(tmp_path, tmp_path / "out", "tsv")
    assert (written.mentions, written.dropped) == (1, 1)


def test_nothing_is_overwritten(corpus: Path, tmp_path: Path) -> None:
    for form in FORMATS:
        out = tmp_path / form
        list(convert(corpus, out, form))
        with pytest.raises(UserError, match="is there already"):
            list(convert(corpus, out, form))
    assert not list(tmp_path.rglob("*.part"))


def test_a_place_that_cannot_be_written_is_named(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written: Not a directory"):
        list(convert(corpus, tmp_path / "file" / "x", "tsv"))


def test_statistics() -> None:
    train = [Sentence(("IL", "-", "2", "rose", "in", "mice"), (True,) * 6, (Span(0, 3, "Gene"), Span(5, 6, "Species")))]
    test = [*train, Sentence(("p53",), (True,), (Span(0, 1, "Gene"),)), Sentence(("Results",), (True,))]
    figures = statistics(test, train)
    assert (figures.sentences, figures.words, figures.longest, figures.shared) == (3, 8, 6, 1)
    assert figures.mentions == {"Gene": 2, "Species": 1} == figures.distinct
    assert figures.mean_length == {"Gene": 2.0, "Species": 1.0}
    assert figures.unseen == {"Gene": 0.5, "Species": 0.0}


@pytest.mark.parametrize(("corpus_name", "count"), [("NCBI-disease-IOB", 1), ("BC2GM-IOB", 12)])
def test_sentences_that_stand_in_train_and_test_are_found(shared_data: Path, corpus_name: str, count: int) -> None:
    folder = shared_data / "ner" / corpus_name
    assert len(shared(read_corpus(folder, "train"), read_corpus(folder, "test"))) == count


def test_the_commands(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = CliRunner().invoke(ner, ["convert", str(corpus), str(out), "--to", "brat"], catch_exceptions=False)
    assert done.output.splitlines() == [f"{out / 'train'}: 3 mentions", f"{out / 'devel'}: 3 mentions"]
    done = CliRunner().invoke(ner, ["statistics", str(out), "--json"], catch_exceptions=False)
    figures = json.loads(done.output)
    assert figures["devel"]["mentions"] == {"Gene": 2, "Disease": 1}
    assert figures["devel"]["unseen"] == {"Gene": 0, "Disease": 0}
    table = CliRunner().invoke(ner, ["statistics", str(corpus)], catch_exceptions=False).output.splitlines()
    assert [line.split() for line in table[:2]] == [["train", "devel"], ["sentences", "2", "2"]]


def test_mistakes_end_with_code_2(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.tsv").write_text("a\tO\nb\n")
    for arguments in (
        ["statistics", str(tmp_path / "bad.tsv")],
        ["convert", str(tmp_path / "no"), str(tmp_path / "x")],
    ):
        assert run(["ner", *arguments]) == 2
        error = capsys.readouterr().err
        assert error.startswith("litdex: ")
        assert error.count("\n") == 1
