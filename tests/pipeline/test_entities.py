"""Entities in an ingest: found, named, stored with their places, given to both engines, and gone with their paper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from litdex.errors import TaggerMismatch, UserError
from litdex.index.entities import SURE, field_of, keywords
from litdex.index.filters import Filter, Terms
from litdex.index.library import Library
from litdex.ner.mention import Mention
from litdex.pipeline import tagging
from litdex.pipeline.ingest import Silent, Summary, ingest
from litdex.pipeline.tagging import EntityOptions
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder

LIST = """\
id\tname\tsynonyms\ttype
D1\tcystic fibrosis\tmucoviscidosis\tDisease
T1\tHubble Space Telescope\tHST\tSpace Telescope
M1\tdark matter\t\tModel
"""
TEXTS = {
    1: "Cystic fibrosis (CF) is a disease. CF patients were seen.",
    2: "The HST sees dark matter. Mucoviscidosis is not seen.",
    3: "Nothing is named here.",
}


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A list of entities, which is a tagger."""
    (tmp_path / "list.tsv").write_text(LIST)
    return tmp_path / "list.tsv"


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """Three papers."""
    folder = tmp_path / "papers"
    folder.mkdir()
    records = [{"id": f"0901.{n:04d}", "title": f"Paper {n}", "abstract": text} for n, text in TEXTS.items()]
    (folder / "a.jsonl").write_text("\n".join(map(json.dumps, records)))
    return folder


def run(library: Library, papers: Path, tagger: Path | str | None = None, **wished: Any) -> Summary:
    """Ingest and look for entities."""
    wish = EntityOptions(tagger=str(tagger) if tagger else None, **wished)
    return ingest(library, [papers], HashingEncoder, entities=wish)


def mentions(library: Library) -> dict[str, list[tuple[str, str, str]]]:
    """What is mentioned in each paper: type, text, name; every place is checked."""
    found = {}
    for number, name in library.store.names(library.store.numbers()).items():
        text = library.store.paper(number).text
        assert all(text[one.start : one.end] == one.text for one in library.entities.of(number))
        found[name.removeprefix("arXiv:")] = [(m.type, m.text, m.name) for m in library.entities.of(number)]
    return found


def filtered(library: Library, field: str, name: str) -> list[set[str]]:
    """The papers that each engine finds under a condition."""
    where = Filter((Terms(field, (name,)),))
    with Searcher(library, HashingEncoder) as searcher:
        ways = [searcher.rank("paper", limit=9, where=where, mode=mode) for mode in ("lexical", "dense")]
    return [{name.removeprefix("arXiv:") for name in way} for way in ways]


def test_mentions_have_places_and_names(library: Library, papers: Path, listed: Path) -> None:
    summary = run(library, papers, listed)
    assert (summary.tagged, summary.untagged) == (3, 0)
    assert mentions(library) == {
        "0901.0001": [
            ("Disease", "Cystic fibrosis", "cystic fibrosis"),
        ],
        "0901.0002": [
            ("Space Telescope", "HST", "Hubble Space Telescope"),
            ("Model", "dark matter", "dark matter"),
            ("Disease", "Mucoviscidosis", "cystic fibrosis"),
        ],
        "0901.0003": [],
    }


def test_both_engines_hold_for_a_papers_entities(library: Library, papers: Path, listed: Path) -> None:
    run(library, papers, listed)
    assert filtered(library, "entity.disease", "cystic fibrosis") == [{"0901.0001", "0901.0002"}] * 2
    assert filtered(library, "entity.spacetelescope", "Hubble Space Telescope") == [{"0901.0002"}] * 2
    assert filtered(library, "entity.disease", "dark matter") == [set()] * 2


def test_a_library_remembers_its_tagger_and_refuses_another(library: Library, papers: Path, listed: Path) -> None:
    run(library, papers, listed)
    (papers / "b.jsonl").write_text(json.dumps({"id": "0901.0009", "title": "Dark matter", "abstract": "It is."}))
    assert run(library, papers).tagged == 1
    assert mentions(library)["0901.0009"] == [("Model", "Dark matter", "dark matter")]
    other = listed.with_name("other.tsv")
    other.write_text(LIST + "X1\tpaper\t\tThing\n")
    with pytest.raises(TaggerMismatch, match="--retag"):
        run(library, papers, other)
    assert run(library, papers, other, retag=True).tagged == 4
    assert filtered(library, "entity.thing", "paper") == [{"0901.0001", "0901.0002", "0901.0003"}] * 2
    listed.unlink()
    assert run(library, papers).tagged == 0


def test_a_list_that_changed_is_told(library: Library, papers: Path, listed: Path) -> None:
    run(library, papers, listed)
    listed.write_text(LIST + "X1\tpaper\t\tThing\n")
    (papers / "b.jsonl").write_text(json.dumps({"id": "0901.0009", "title": "Dark matter", "abstract": "It is."}))
    with pytest.raises(TaggerMismatch, match="--retag"):
        run(library, papers)


def test_without_entities_papers_are_searched_all_the_same(library: Library, papers: Path, listed: Path) -> None:
    assert ingest(library, [papers], HashingEncoder).tagged is None
    assert run(library, papers, "none").tagged is None
    summary = run(library, papers, listed)
    assert (summary.tagged, summary.untagged) == (0, 3)
    summary = run(library, papers, retag=True)
    assert (summary.tagged, summary.untagged) == (3, 0)
    assert filtered(library, "entity.model", "dark matter") == [{"0901.0002"}] * 2


def test_no_tagger_at_all_is_no_fault(
    library: Library, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITDEX_MODELS", str(tmp_path))
    assert run(library, papers).tagged is None
    with pytest.raises(UserError, match="no tagger nowhere"):
        run(library, papers, "nowhere")


def test_mentions_follow_their_paper(library: Library, papers: Path, listed: Path) -> None:
    run(library, papers, listed)
    file = papers / "a.jsonl"
    first, second, third = map(json.loads, file.read_text().splitlines())
    file.write_text("\n".join(map(json.dumps, [first | {"abstract": "Dark matter, not a disease."}, third])))
    assert run(library, papers).tagged == 1
    assert mentions(library) == {"0901.0001": [("Model", "Dark matter", "dark matter")], "0901.0003": []}
    assert filtered(library, "entity.disease", "cystic fibrosis") == [set()] * 2
    # Another source adds an identifier and a longer abstract: the paper is the merge of both.
    merged = {"id": "0901.0003", "title": "Paper 3", "abstract": "Nothing is named here but the HST.", "doi": "10.1/x"}
    (papers / "b.jsonl").write_text(json.dumps(merged | {"authors": second.get("authors", [])}))
    run(library, papers)
    assert mentions(library)["0901.0003"] in ([], [("Space Telescope", "HST", "Hubble Space Telescope")])
    assert library.entities.untagged() == []


def test_an_interrupted_tagging_goes_on(
    library: Library, papers: Path, listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tagging, "BATCH_CHARACTERS", 1)
    told: list[int] = []

    class Stopping(Silent):
        def tagged(self, papers: int) -> None:
            told.append(papers)
            if len(told) == 2:
                raise KeyboardInterrupt

    wish = EntityOptions(tagger=str(listed))
    with pytest.raises(KeyboardInterrupt):
        ingest(library, [papers], HashingEncoder, entities=wish, progress=Stopping())
    assert library.entities.counts()[0] == 2
    summary = ingest(library, [papers], HashingEncoder, entities=wish, progress=Stopping())
    assert summary.tagged == 1
    assert sum(map(len, mentions(library).values())) == library.entities.counts()[1] == 4
    assert filtered(library, "entity.model", "dark matter") == [{"0901.0002"}] * 2


def test_a_library_of_an_earlier_litdex_is_upgraded(library: Library, papers: Path, listed: Path) -> None:
    ingest(library, [papers], HashingEncoder)
    for table in ("mentions", "tagged", "aliases"):
        library.connection.execute(f"DROP TABLE {table}")
    number = next(iter(library.store.numbers()))
    assert library.entities.of(number) == []
    assert library.entities.types() == {}
    assert library.entities.names("entity.disease", "x") == ("x",)
    assert library.entities.counts() == (0, 0)
    assert run(library, papers, listed, retag=True).tagged == 3
    assert filtered(library, "entity.model", "dark matter") == [{"0901.0002"}] * 2


def test_a_vocabulary_names_and_is_kept(library: Library, papers: Path, listed: Path, tmp_path: Path) -> None:
    vocabulary = tmp_path / "names.tsv"
    vocabulary.write_text("V7\tDark Matter (cosmology)\tdark matter|missing mass\tModel\n")
    run(library, papers, listed, vocabulary=vocabulary)
    vocabulary.unlink()
    assert mentions(library)["0901.0002"][1] == ("Model", "dark matter", "Dark Matter (cosmology)")
    assert "Dark Matter (cosmology)" in library.entities.names("entity.model", "missing mass")
    (papers / "b.jsonl").write_text(json.dumps({"id": "0901.0009", "title": "Dark matter", "abstract": "It is."}))
    run(library, papers)
    assert mentions(library)["0901.0009"] == [("Model", "Dark matter", "Dark Matter (cosmology)")]


def test_a_paper_is_found_by_what_is_sure_in_it() -> None:
    def mention(name: str, confidence: float) -> Mention:
        return Mention(type="Cell_Line", text=name, name=name, start=0, end=1, confidence=confidence)

    assert field_of("Cell_Line") == "entity.cellline"
    found = keywords([mention("b", SURE - 0.1), mention("a", SURE - 0.1), mention("b", SURE), mention("c", 1)])
    assert found == {"entity.cellline": ("b", "c")}


@pytest.mark.train
def test_a_shipped_tagger_is_used_as_soon_as_it_is_there(
    library: Library, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torchcrf")
    from tests.ner.tiny_tagger import make

    monkeypatch.setenv("LITDEX_MODELS", str(tmp_path / "models"))
    (tmp_path / "models").mkdir()
    assert run(library, papers).tagged is None
    make(tmp_path / "models" / "litdex-tagger")
    assert run(library, papers).tagged == 0
    assert run(library, papers, retag=True).tagged == 3
    assert any(mentions(library).values())
    assert library.entities.types().keys() == {"disease", "model", "telescope"}
