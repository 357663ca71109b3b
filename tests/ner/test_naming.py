"""Canonical names: what folds together, what must not, and a user's vocabulary."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litdex.errors import UserError
from litdex.ner.mention import Mention
from litdex.ner.naming import canonical, counts, read_vocabulary, resolve
from litdex.ner.plurals import plural, singular


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (
            "cystic fibrosis",
            ["cystic fibrosis", "Cystic Fibrosis", "CYSTIC FIBROSIS", "cystic-fibrosis", "the cystic\nfibrosis"],
        ),
        ("tgf beta", ["TGF-β", "TGFβ", "TGF-beta", "TGF beta", "tgf-Beta"]),
        ("il2", ["IL-2", "IL2", "IL 2", "IL - 2", "il-2"]),
        ("gsk3 beta", ["GSK-3β", "GSK-3beta", "GSK3β"]),
        ("alpha synuclein", ["α-synuclein", "alpha-synuclein", "Alpha synuclein"]),
        (
            "parkinson disease",
            ["Parkinson's disease", "Parkinson’s diseases", "Parkinson disease", "PARKINSON ' S DISEASE"],
        ),
        ("non small cell lung cancer", ["non-small-cell lung cancer", "Non-small cell lung cancers"]),
        ("type 2 diabetes", ["type 2 diabetes", "Type 2 Diabetes", "Type-2 diabetes"]),
        ("interleukin 2", ["interleukin-2", "Interleukin 2"]),
        ("covid19", ["COVID-19", "Covid-19", "COVID19"]),
        ("ngc1277", ["NGC 1277", "NGC1277", "NGC-1277"]),
        ("h alpha", ["Hα", "H α", "H-alpha"]),
        ("dwarf galaxy", ["dwarf galaxies", "Dwarf galaxy"]),
        ("metastasis", ["metastases", "metastasis"]),
        ("snp", ["SNPs", "SNP"]),
    ],
)
def test_spellings_of_one_entity_share_a_name(name: str, written: list[str]) -> None:
    assert {canonical(text) for text in written} == {name}


@pytest.mark.parametrize(
    "text",
    ["AIDS", "Mars", "diabetes", "p53", "NAD+", "virus", "species", "S. cerevisiae", "C. elegans", "gas", "basis"],
)
def test_what_is_no_plural_stays_whole(text: str) -> None:
    assert canonical(text) == text.lower().replace(". ", " ")


def test_different_entities_stay_apart() -> None:
    names = [
        "IL-2",
        "IL-12",
        "TGF-α",
        "TGF-β",
        "type 1 diabetes",
        "type 2 diabetes",
        "Fe",
        "Fe+",
        "NGC 127 7",
        "NGC 1277",
    ]
    assert len({canonical(name) for name in names}) == len(names)


@given(st.text(min_size=1, max_size=40).filter(str.strip))
def test_a_name_is_never_empty_and_its_own_name(text: str) -> None:
    name = canonical(text)
    assert name.strip() == name != ""


@pytest.mark.parametrize("word", ["", "s", "ss", "ies", "glass", "bus"])
def test_short_words_have_no_plural(word: str) -> None:
    assert singular(word) == word


@pytest.mark.parametrize(
    "noun", ["tumour", "galaxy", "metastasis", "virus", "box", "branch", "cell", "array", "syndrome", "diagnosis"]
)
def test_plurals_and_singulars_meet(noun: str) -> None:
    assert singular(plural(noun)) == noun != plural(noun)


def mention(text: str, kind: str = "Disease", start: int = 0) -> Mention:
    return Mention(type=kind, text=text, start=start, end=start + len(text))


def test_abbreviations_are_bound_within_a_paper() -> None:
    text = "Cystic fibrosis (CF) and gene regulatory networks (GRNs). CF mice, one GRN, CFU."
    found = [mention(m) for m in ("Cystic fibrosis", "CF", "CF mice", "cystic fibrosis (CF) mice", "GRN", "CFU")]
    names = [m.name for m in resolve(found, text)]
    assert names == [
        "cystic fibrosis",
        "cystic fibrosis",
        *["cystic fibrosis mouse"] * 2,
        "gene regulatory network",
        "cfu",
    ]
    assert resolve([mention("CF")], "no definition here")[0].name == "cf"


def test_counts_of_a_paper() -> None:
    text = "Tumours grew. A tumour (TU) is a TU."
    found = resolve([mention("Tumours"), mention("tumour"), mention("TU"), mention("TU", "Gene")], text)
    assert counts(found) == {("Disease", "tumour"): 3, ("Gene", "tumour"): 1}


Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a vocabulary."""

    def make(text: str) -> Path:
        path = tmp_path / "mesh.tsv"
        path.write_text(text, encoding="utf-8")
        return path

    return make


MESH = (
    "id\tname\tsynonyms\ttype\n# a remark\nD003550\tCystic Fibrosis\tMucoviscidosis|fibrocystic disease of pancreas\n"
    "D010300\tParkinson Disease\n\nG1\tcystic fibrosis protein\tCF|cystic fibrosis\tGene\n"
)


def test_a_vocabulary_names_what_it_knows(write: Write) -> None:
    vocabulary = read_vocabulary(write(MESH))
    text = "cystic fibrosis (CF)"
    found = [mention("CF"), mention("mucoviscidoses"), mention("cystic fibrosis", "Gene"), mention("gout")]
    resolved = [(m.name, m.identifier) for m in resolve(found, text, vocabulary)]
    assert resolved == [
        ("Cystic Fibrosis", "D003550"),
        ("Cystic Fibrosis", "D003550"),
        ("cystic fibrosis protein", "G1"),
        ("gout", ""),
    ]
    assert resolve([mention("Parkinson's diseases")], "", vocabulary)[0].identifier == "D010300"
    assert len(vocabulary.concepts) == 3
    assert vocabulary.fingerprint == read_vocabulary(write(MESH)).fingerprint


def test_a_vocabulary_may_be_compressed(tmp_path: Path) -> None:
    path = tmp_path / "v.tsv.gz"
    path.write_bytes(gzip.compress(MESH.encode()))
    assert len(read_vocabulary(path).concepts) == 3


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("id\tname\nD1 Cystic\n", "line 2: no id and name"),
        ("D1\t\tx\n", "line 1: no id and name"),
        ("D1\ta\nD2\tb\nD1\tc\n", 'line 3: the id "D1" is in line 1 already'),
        ("# nothing\n", "holds no entries"),
    ],
)
def test_a_bad_line_is_named(write: Write, text: str, fault: str) -> None:
    with pytest.raises(UserError, match=fault):
        read_vocabulary(write(text))
