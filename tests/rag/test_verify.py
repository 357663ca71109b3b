"""Checking citations, by writing false ones."""

from __future__ import annotations

import pytest

from litdex.rag.context import Context, Source
from litdex.rag.evidence import Evidence
from litdex.rag.verify import MARK, Statement, check_sentence, find_quotation, quote
from tests.rag.encoding import shipped_encoder
from tests.rag.papers import PAPERS


def source(key: int, text: str, start: int = 100) -> Source:
    """A passage."""
    return Source(
        key=key, paper=f"p{key}", title="T", year=2001, section="S", text=text, start=start, end=start + len(text)
    )


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """The abstracts of the test library, keys in their order."""
    sources = tuple(source(key, str(paper["abstract"])) for key, paper in enumerate(PAPERS, start=1))
    return Evidence(Context(question="?", sources=sources, budget=1000), shipped_encoder())


def verdicts(statement: Statement) -> dict[int, str]:
    """What came of each key."""
    return {citation.key: citation.verdict for citation in statement.citations}


@pytest.mark.parametrize(
    "sentence",
    [
        "Spin squeezing lowers the projection noise of an optical lattice clock by 4.5 dB [1].",
        "The clock measurement used 12000 ytterbium atoms [1].",
        "The rotation curves of 175 spiral galaxies were measured [2].",
        'The authors write that "rotation curves are flat at  large radius" [2].',
        "Vitamin D supplementation did not reduce the risk of hip fracture [3].",
        "Spin squeezing does not improve the accuracy of the clock [1].",
        "A surface code of distance 3 uses 17 physical qubits [5].",
    ],
)
def test_what_the_passage_says_stands(evidence: Evidence, sentence: str) -> None:
    statement = check_sentence(sentence, evidence)
    assert statement.status == "supported", verdicts(statement)
    (citation,) = statement.citations
    passage = evidence.context.source(citation.key)
    assert passage is not None
    assert passage.start <= citation.start < citation.end <= passage.end
    assert str(statement).endswith(f" [{citation.key}]")


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("Rotation curves are flat at large radius [7].", "no such key"),
        ("Rotation curves are flat at large radius [0].", "no such key"),
        ("Rotation curves are flat at large radius [999999999999].", "no such key"),
        ("The rotation curves of 157 spiral galaxies were measured [2].", "not supported"),
        ("Spin squeezing reduces the projection noise of an optical lattice clock by 45 dB [1].", "not supported"),
        ("Spin squeezing reduces the projection noise of an optical lattice clock by 4.6 dB [1].", "not supported"),
        ("The measurement used 12 ytterbium atoms [1].", "not supported"),
        ("A surface code of distance five uses 17 physical qubits [5].", "not supported"),
        ("Vitamin D supplementation did lower the risk of hip fracture [3].", "not supported"),
        ("Spin squeezing does improve the accuracy of the clock [1].", "not supported"),
        ("Spin squeezing does not reduce the projection noise of an optical lattice clock [1].", "not supported"),
        ("Rotation curves are never flat at large radius [2].", "not supported"),
        ("Spin squeezing increases the projection noise of an optical lattice clock by 4.5 dB [1].", "not supported"),
        ("Serum calcium decreased by 3.1 percent in the treated group [3].", "not supported"),
        ("Rotation curves are flat at large radius [1].", "not supported"),
        ("Aspirin prevents heart attacks in older adults [3].", "not supported"),
        ('It is said that "rotation curves are curved at large radius" [2].', "not in the passage"),
        ('Rotation curves "are flat at large radius" say the authors [3].', "not in the passage"),
        ("[2]", "not supported"),
    ],
)
def test_what_the_passage_does_not_say_falls(evidence: Evidence, sentence: str, verdict: str) -> None:
    statement = check_sentence(sentence, evidence)
    assert statement.status == "unsupported"
    assert set(verdicts(statement).values()) == {verdict}
    assert statement.keys == ()
    assert str(statement).endswith(MARK)
    assert "[2]" not in str(statement)


@pytest.mark.parametrize(
    ("sentence", "stands"),
    [
        ("The treated group had 12 patients with fever [1].", True),
        ("The treated group had 15 patients with fever [1].", False),
        ("The control group had 12 patients with fever [1].", False),
        ("All of them took IL-6 blockers [1].", True),
        ("All of them took IL-8 blockers [1].", False),
    ],
)
def test_the_number_of_another_thing_beside_it_does_not_do(sentence: str, stands: bool) -> None:
    text = "The treated group had 12 patients with fever. The control group had 15 patients with fever. "
    text += "All of them took IL-6 blockers."
    context = Context(question="?", sources=(source(1, text),), budget=1000)
    assert bool(check_sentence(sentence, Evidence(context, shipped_encoder())).keys) is stands


def test_each_key_of_several_is_judged_alone(evidence: Evidence) -> None:
    statement = check_sentence("Rotation curves are flat at large radius [1-3,9].", evidence)
    assert verdicts(statement) == {1: "not supported", 2: "supported", 3: "not supported", 9: "no such key"}
    assert str(statement) == "Rotation curves are flat at large radius. [2]"


def test_a_sentence_without_a_citation_is_marked(evidence: Evidence) -> None:
    statement = check_sentence("Rotation curves are flat at large radius.", evidence)
    assert statement.status == "uncited"
    assert str(statement).endswith(MARK)


@pytest.mark.parametrize(
    ("quotation", "found"),
    [
        ("flat at large radius", "flat at large radius"),
        ("  flat\n at   large radius.", "flat at large radius"),
        ("the galaxy's “inner” disk", 'the galaxy’s "inner"  disk'),
        ("a mass of 1", None),
        ("mass of 1.5", "mass of 1.5"),
        ("lat at large", None),
        ("co-rotating", "co‐rotating"),
        ("Angstrom é", "Ångstrom e\u0301"),
        ("", None),
        (" . ", None),
    ],
)
def test_quotations_are_found_in_any_spelling_but_whole(quotation: str, found: str | None) -> None:
    text = (
        'Curves are flat at large radius, the galaxy’s "inner"  disk has a mass of 1.5, co‐rotating; Angstrom e\u0301.'
    )
    place = find_quotation(quotation, source(1, text, start=40))
    wanted = found.replace("Å", "A") if found else None
    assert (text[place[0] - 40 : place[1] - 40] if place else None) == wanted


def test_a_quotation_with_a_false_offset_does_not_stand() -> None:
    passage = source(1, "One thing. Another thing.", start=50)
    assert quote("Another thing.", passage, 61, 75, 0.9).keys == (1,)
    assert quote("Another thing.", passage, 60, 74, 0.9).keys == ()
