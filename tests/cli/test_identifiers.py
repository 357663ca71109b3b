"""Queries that are nothing but an identifier, and works that share one by a slip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from litdex.cli.main import run

BIB = """
@article{a, title={On tents}, author={Ash, Ada B.}, year=2020, doi={10.5555/t_1}, pmid={30000077}, pmcid={PMC5000077}}
@article{b, title={On otters}, author={{The Otter Trust}}, year=2020, doi={10.5555/t2.full}}
@article{c, title={On quasars}, author={Cedar, Cy and Garc{\\'i}a Luna, Eva}, year=2020, eprint={1903.00077}}
@article{d, title={On tents and doi:10.5555/t_1}, author={Dale, Di}, year=2021, note={Comment on 10.5555/t_1}}
@article{e, title={A paper on mice}, author={Elm, Ed}, year=2018, doi={10.5555/twice}}
@article{f, title={A wholly other paper on comets}, author={Fir, Flo}, year=2005, doi={10.5555/twice}}
"""
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of six papers."""
    folder = tmp_path_factory.mktemp("identifiers")
    (folder / "a.bib").write_text(BIB)
    assert run(["ingest", str(folder / "a.bib"), "--library", str(folder / "library"), "--no-entities"]) == 0
    return folder / "library"


@pytest.fixture
def call(library: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    """Run a command: exit code, output, errors."""
    capsys.readouterr()

    def command(*words: str) -> tuple[int, str, str]:
        code = run([*words, "--library", str(library)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("10.5555/t_1", "On tents"), ("doi 10.5555/T_1", "On tents"), ("https://doi.org/10.5555/t_1", "On tents"),
        ("<http://dx.doi.org/10.5555/t_1>", "On tents"), ("https://publisher.org/article/10.5555/t_1/full", "On tents"),
        ("PMC5000077", "On tents"), ("pmc 5000077", "On tents"), ("pmcid:PMC5000077", "On tents"),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC5000077/", "On tents"),
        ("PMID: 30000077", "On tents"), ("pmid 30000077", "On tents"), ("30000077", "On tents"),
        ("https://pubmed.ncbi.nlm.nih.gov/30000077/", "On tents"), ("10.5555/t2.full", "On otters"),
        ("1903.00077", "On quasars"), ("arXiv:1903.00077v2", "On quasars"), ("arxiv 1903.00077 v2", "On quasars"),
        ("https://arxiv.org/pdf/1903.00077v1.pdf", "On quasars"),
        ("https://arxiv.org/abs/1903.00077?x=y", "On quasars"),
        ("10.48550/arXiv.1903.00077", "On quasars"), ("https://alphaxiv.org/abs/1903.00077v2", "On quasars"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC5000077/pdf/x.pdf", "On tents"), ("PMID30000077", "On tents"),
        ("https://pubmed.ncbi.nlm.nih.gov/?term=30000077", "On tents"),
    ],
)  # fmt: skip
def test_an_identifier_finds_its_paper_alone(call: Call, query: str, title: str) -> None:
    code, out, _ = call("search", query)
    assert code == 0
    assert [line.strip() for line in out.splitlines() if line.startswith("  1 ")] == [f"1 {title}"]
    assert "\n  2 " not in out


@pytest.mark.parametrize("query", ["10.5555/absent", "PMC1", "arXiv:1903.99999", "PMID 1"])
def test_an_identifier_that_is_not_here_is_told(call: Call, query: str) -> None:
    code, out, err = call("search", query)
    assert (code, out) == (1, "")
    assert err.startswith("litdex: the library has no paper ")


def test_show_takes_a_bare_pmid(call: Call) -> None:
    assert call("show", "30000077")[1].startswith("On tents")
    assert call("show", "PMID 30000077")[1].startswith("On tents")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("author:Ada B. Ash", "On tents"), ("author:Ada Ash tents", "On tents"), ("author:Ash", "On tents"),
        ("author:Otter Trust", "On otters"), ("author:García Luna", "On quasars"), ("author:Eva Garcia", "On quasars"),
        ('author:"E. Luna"', "On quasars"), ("author:^Cedar", "On quasars"), ("author:Cedar Quasars", "On quasars"),
    ],
)  # fmt: skip
def test_an_authors_name_without_quotation_marks_is_read_whole(call: Call, words: str, title: str) -> None:
    out = call("search", words)[1]
    assert [line.strip() for line in out.splitlines() if line.startswith("  1 ")] == [f"1 {title}"]


def test_works_that_share_an_identifier_by_a_slip_stay_two_and_status_says_so(call: Call) -> None:
    out = call("search", "10.5555/twice")[1]
    assert "A paper on mice" in out
    assert "A wholly other paper on comets" in out
    told = [line for line in call("status")[1].splitlines() if "doi:10.5555/twice" in line]
    assert len(told) == 1
    assert "are kept apart" in told[0]
