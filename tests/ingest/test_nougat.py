"""transformers' Nougat end to end, with random weights: it answers for every page, and stops when it should."""

from __future__ import annotations

from pathlib import Path

import pytest

from litdex.errors import UserError
from litdex.ingest.blob import Fault
from litdex.ingest.ocr import engine
from litdex.ingest.ocr.engine import Choice, PageImage, ReadPage, engine_for
from litdex.ingest.parsers.pdf import parse
from tests.ingest.papers import blob
from tests.ingest.tiny_nougat import picture_pages, tiny_nougat

pytest.importorskip("torch", reason="needs the extra `ocr`")
pytest.importorskip("transformers", reason="needs the extra `ocr`")
pytest.importorskip("Levenshtein", reason="needs the extra `ocr`")
pytestmark = pytest.mark.train


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> str:
    return tiny_nougat(tmp_path_factory.mktemp("nougat"))


@pytest.fixture(autouse=True)
def ocr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITDEX_OCR_CACHE", str(tmp_path / "pages"))
    monkeypatch.setenv("LITDEX_OCR_BATCH", "2")
    monkeypatch.delenv("LITDEX_OCR_SECONDS", raising=False)
    monkeypatch.setattr(engine, "_OPENED", {})


def pages(count: int = 3) -> list[PageImage]:
    from litdex.ingest.ocr.render import page_image

    data = picture_pages(count)
    drawn = [page_image(data, "scan.pdf", number, 96) for number in range(count)]
    return [page for page in drawn if page is not None]


def read(checkpoint: str, seconds: float = 60) -> list[ReadPage]:
    return list(engine_for(Choice(engine=f"nougat:{checkpoint}")).read(pages(), seconds))


def test_every_page_is_answered_and_kept(checkpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITDEX_OCR_ENGINE", f"nougat:{checkpoint}")
    first = list(parse(blob(picture_pages(3), "scan.pdf")))
    assert not [item.reason for item in first if isinstance(item, Fault)]
    assert len(list((tmp_path / "pages").rglob("*.json"))) == 3
    monkeypatch.setattr("litdex.ingest.ocr.nougat.Nougat.read", None)  # what is kept needs no engine
    assert list(parse(blob(picture_pages(3), "scan.pdf"))) == first


def test_a_page_that_ends_is_as_it_is(tmp_path: Path) -> None:
    assert read(tiny_nougat(tmp_path / "ends", always="</s>")) == [ReadPage()] * 3


def test_repetition_is_noticed_and_kept_once(tmp_path: Path) -> None:
    for page in read(tiny_nougat(tmp_path / "repeats", always="Ġatoms")):
        assert page.markdown.count("atoms") <= 2
        assert "repeated itself" in page.fault
        assert not page.again


def test_time_runs_out_and_the_page_is_not_kept(
    checkpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert all("time limit" in page.fault and page.again for page in read(checkpoint, seconds=0))
    monkeypatch.setenv("LITDEX_OCR_ENGINE", f"nougat:{checkpoint}")
    monkeypatch.setenv("LITDEX_OCR_SECONDS", "0")
    items = list(parse(blob(picture_pages(1), "scan.pdf")))
    assert any(isinstance(item, Fault) and "page 1: stopped at the time limit" in item.reason for item in items)
    assert not list((tmp_path / "pages").rglob("*.json"))


def test_a_model_that_fails_costs_its_pages_only(checkpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = engine_for(Choice(engine=f"nougat:{checkpoint}"))
    broken = [PageImage("no picture", 1.0)]
    assert [page.again for page in reader.read(broken, 60)] == [True]


def test_what_is_no_checkpoint_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no Nougat can be loaded"):
        engine_for(Choice(engine=f"nougat:{tmp_path}"))
