"""Reading corpora: every format gives the same sentences, and what is wrong is named with its line."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from litdex.errors import UserError
from litdex.ner.corpora.pieces import cut
from litdex.ner.corpora.read import format_of, read_corpus, read_documents
from litdex.ner.corpora.sentence import Sentence, Span

IOB1 = "Mutant\tO\nBRCA1\tI-Gene\np53\tB-Gene\n\nIn\tO\ncystic\tI-Disease\nfibrosis\tI-Disease\n"
IOB2 = "Mutant\tO\nBRCA1\tB-Gene\np53\tB-Gene\n\nIn\tO\ncystic\tB-Disease\nfibrosis\tI-Disease\n"
IOBES = "Mutant\tO\nBRCA1\tS-Gene\np53\tS-Gene\n\nIn\tO\ncystic\tB-Disease\nfibrosis\tE-Disease\n"
CONLL = (
    "-DOCSTART- -X- -X- O\n\nMutant JJ B-NP O\nBRCA1 NN I-NP B-Gene\np53 NN I-NP B-Gene\n\n"
    "In IN B-PP O\ncystic JJ B-NP B-Disease\nfibrosis NN I-NP I-Disease\n"
)
EXPECTED = [
    (("Mutant", "BRCA1", "p53"), (Span(1, 2, "Gene"), Span(2, 3, "Gene"))),
    (("In", "cystic", "fibrosis"), (Span(1, 3, "Disease"),)),
]

Write = Callable[[str, str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of the test's own."""

    def make(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return make


def content(sentences: list[Sentence]) -> list[tuple[tuple[str, ...], tuple[Span, ...]]]:
    return [(sentence.words, sentence.spans) for sentence in sentences]


@pytest.mark.parametrize("text", [IOB1, IOB2, IOBES, CONLL, IOB2.replace("\t", " "), IOB2.replace("\n", "\r\n")])
def test_columns_in_any_scheme_read_alike(write: Write, text: str) -> None:
    assert content(read_corpus(write("train.tsv", text))) == EXPECTED


def test_files_may_be_compressed(tmp_path: Path) -> None:
    (tmp_path / "train.tsv.xz").write_bytes(lzma.compress(IOB2.encode()))
    (tmp_path / "dev.tsv.gz").write_bytes(gzip.compress(IOB2.encode()))
    assert content(read_corpus(tmp_path, "train")) == content(read_corpus(tmp_path, "devel")) == EXPECTED


def test_tokens_are_split_further_and_their_labels_go_with_them(write: Write) -> None:
    (sentence,) = read_corpus(write("a.tsv", "IL-2's\tB-Gene\ngene\tI-Gene\nx.\tO\n"))
    assert sentence.words == ("IL", "-", "2", "'", "s", "gene", "x", ".")
    assert sentence.spans == (Span(0, 6, "Gene"),)
    assert sentence.text == "IL-2's gene x."


@pytest.mark.parametrize(
    ("token", "mention"),
    [("(CFHT),", "CFHT"), ("K2.", "K2"), ("“Gaia”", "Gaia"), ("LSST)", "LSST"), ("Fe(II)", "Fe(II)"), ("A*", "A*")],
)
def test_punctuation_that_only_hangs_on_a_token_is_no_part_of_the_mention(
    write: Write, token: str, mention: str
) -> None:
    (sentence,) = read_corpus(write("a.tsv", f"the\tO\n{token}\tB-Telescope\n"))
    assert [text for _, text in sentence.mentions()] == [mention]


def test_punctuation_that_the_corpus_parted_itself_stays(write: Write) -> None:
    (sentence,) = read_corpus(write("a.tsv", "(\tB-Gene\nx\tI-Gene\n)\tI-Gene\n"))
    assert sentence.spans == (Span(0, 3, "Gene"),)


def test_types_are_renamed_and_dropped(write: Write) -> None:
    path = write("a.tsv", IOB2)
    kinds = [span.type for s in read_corpus(path, types={"Gene": "Protein", "*": ""}) for span in s.spans]
    assert kinds == ["Protein", "Protein"]
    assert {span.type for s in read_corpus(path, types={"Gene": ""}) for span in s.spans} == {"Disease"}


PUBTATOR = (
    "12|t|CF and cystic fibrosis.\n12|a|We studied IL-2. Then IL-4 came.\n12\t0\t2\tCF\tDisease\tD003550\n"
    "12\t7\t22\tcystic fibrosis\tDisease\tD003550\n12\t35\t39\tIL-2\tGene\n12\tCID\tD1\tD2\n\n13|t|None here\n13|a|\n"
)


def test_pubtator(write: Write) -> None:
    path = write("train.pubtator", PUBTATOR)
    sentences = read_corpus(path)
    assert [s.text for s in sentences] == [
        "CF and cystic fibrosis.",
        "We studied IL-2.",
        "Then IL-4 came.",
        "None here",
    ]
    found = [(s.document, span.type, text) for s in sentences for span, text in s.mentions()]
    assert found == [("12", "Disease", "CF"), ("12", "Disease", "cystic fibrosis"), ("12", "Gene", "IL-2")]
    assert next(read_documents(path)).annotations[0].identifier == "D003550"


def test_brat(write: Write) -> None:
    write("train/one.txt", "Ovarian and breast cancer.\nNothing.")
    path = write(
        "train/one.ann",
        "T1\tDisease 0 7;19 25\tOvarian cancer\nT2\tDisease 12 25\tbreast cancer\nN1\tReference T2 MESH:D001943\tx\n"
        "R1\tSame Arg1:T1 Arg2:T2\n#1\tAnnotatorNotes T1\twhatever\n",
    )
    sentences = read_corpus(path.parent.parent, "train")
    assert [text for s in sentences for _, text in s.mentions()] == ["Ovarian and breast cancer"]  # the longest
    (document,) = read_documents(path.parent)
    assert [a.identifier for a in document.annotations] == ["", "MESH:D001943"]


def test_a_mention_inside_a_word_takes_the_word_and_none_is_cut_by_a_sentence_end(write: Write) -> None:
    write("d/a.txt", "preIL2x. Smith St. Louis University.")
    write("d/a.ann", "T1\tGene 3 6\tIL2\nT2\tPlace 9 35\tSmith St. Louis University\n")
    sentences = read_corpus(write("d/b.txt", "").parent)
    assert [text for s in sentences for _, text in s.mentions()] == ["preIL2x", "Smith St. Louis University"]


@pytest.mark.parametrize(
    ("name", "text", "line", "remedy"),
    [
        ("a.tsv", "a\tO\nb\n", 2, "tab"),
        ("a.tsv", "a\tO\n\nb\tX-Gene\n", 3, "last column"),
        ("a.tsv", "a\tO\nb\tgene\n", 2, "B-Gene"),
        ("a.txt", "1|t|IL-2\n1\t0\t3\tIL-2\tGene\n", 2, "offsets"),
        ("a.txt", "1|t|IL-2\n1\tx\n", 2, "tabs"),
        ("a.txt", "1|t|IL-2\n1\t4\t4\t\tGene\n", 2, "offsets"),
        ("a.ann", "T1\tGene 0 4\tIL-2\nT2\tGene 0 9 IL\n", 2, "a tab"),
        ("a.ann", "T1\tGene 1 4\tIL-2\n", 1, "offsets"),
    ],
)
def test_a_bad_line_is_named_with_the_remedy(write: Write, name: str, text: str, line: int, remedy: str) -> None:
    if name.endswith(".ann"):
        write("a.txt", "IL-2 is")
    with pytest.raises(UserError, match=rf"{name}, line {line}: .*{remedy}"):
        read_corpus(write(name, text))


def test_damaged_files_are_named(tmp_path: Path) -> None:
    whole = lzma.compress((IOB2 * 1000).encode())
    for name, data, fault in [
        ("cut.tsv.xz", whole[: len(whole) // 2], "line .*is the file whole"),
        ("no.tsv.xz", b"not xz", "is the file whole"),
        ("no.tsv.gz", b"not gz", "is the file whole"),
        ("latin.tsv", "é\tO\n".encode("latin-1"), "line 1: not UTF-8"),
        ("empty.tsv", b"\n\n", "no sentences"),
    ]:
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UserError, match=f"{name}.*{fault}"):
            read_corpus(tmp_path / name)


def test_a_missing_split_says_what_is_there(write: Write) -> None:
    folder = write("train.tsv", IOB2).parent
    with pytest.raises(UserError, match=r"no devel split \(train.tsv is there\)"):
        read_corpus(folder, "devel")
    with pytest.raises(UserError, match="does not exist"):
        read_corpus(folder / "nowhere", "train")
    with pytest.raises(UserError, match=r"without \.ann files"):
        format_of(folder)
    with pytest.raises(UserError, match=r"one\.txt is not beside it"):
        read_corpus(write("b/one.ann", ""))


def test_long_segments_are_cut_at_sentence_ends_and_no_mention_is(write: Write) -> None:
    rows = [f"w{at}\tO" for at in range(30)]
    rows[10] = "end.\tO"
    rows[11] = "Start\tB-Gene"
    rows[18:24] = [f"X{at}\t{'B' if at == 0 else 'I'}-Gene" for at in range(6)]
    (segment,) = read_corpus(write("a.tsv", "\n".join(rows)))
    pieces = list(cut([segment], longest=20))
    assert [len(piece.words) for piece in pieces] == [12, 19]
    assert [word for piece in pieces for word in piece.words] == list(segment.words)
    smaller = list(cut([segment], longest=4))
    assert sum(len(piece.spans) for piece in smaller) == 2
    assert [len(p.words) for p in smaller if p.spans] == [4, 6]  # the second mention is longer than a piece may be
    assert [w for p in smaller for w in p.words] == list(segment.words)


@pytest.mark.parametrize(
    ("corpus", "sentences", "mentions"),
    [("NCBI-disease-IOB", 923, 787), ("NCBI-disease-IOBES", 923, 787), ("BC5CDR-IOB", 4581, 9593)],
)
def test_real_corpora_have_the_counts_that_they_are_known_for(
    shared_data: Path, corpus: str, sentences: int, mentions: int
) -> None:
    read = read_corpus(shared_data / "ner" / corpus, "devel")
    assert (len(read), sum(len(sentence.spans) for sentence in read)) == (sentences, mentions)


def test_twins_in_two_schemes_are_one_corpus(shared_data: Path) -> None:
    ner = shared_data / "ner"
    assert read_corpus(ner / "NCBI-disease-IOB", "test") == read_corpus(ner / "NCBI-disease-IOBES", "test")
