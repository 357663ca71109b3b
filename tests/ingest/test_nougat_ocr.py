"""nougat-ocr as a child process: the command line that is built, and what is made of its output; a stub stands in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from litdex.cli.setup import setup
from litdex.errors import SystemFault, UserError
from litdex.ingest.ocr import nougat_ocr, nougat_setup
from litdex.ingest.ocr.engine import PageImage, ReadPage

STUB = """#!{python}
import pathlib, sys
arguments = sys.argv[1:]
out = pathlib.Path(arguments[arguments.index("--out") + 1])
pathlib.Path({log!r}).write_text(" ".join(arguments))
for pdf in [pathlib.Path(name) for name in arguments if name.endswith(".pdf")]:
    assert pdf.read_bytes().startswith(b"%PDF")
    text = {texts!r}[int(pdf.stem)]
    if text is not None:
        (out / pdf.name).with_suffix(".mmd").write_text(text)
print("the last line", file=sys.stderr)
sys.exit({code})
"""
PAGE = PageImage(Image.new("RGB", (60, 80), "white"), 1.0)


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITDEX_NOUGAT_OCR", str(tmp_path / "own"))


def stub(tmp_path: Path, texts: list[str | None], code: int = 0) -> None:
    file = nougat_setup.program("nougat")
    file.parent.mkdir(parents=True)
    file.write_text(STUB.format(python=sys.executable, log=str(tmp_path / "log"), texts=texts, code=code))
    file.chmod(0o755)


def test_each_page_is_a_pdf_and_its_text_comes_back(tmp_path: Path) -> None:
    stub(tmp_path, ["# One", "[MISSING_PAGE_EMPTY:1]", "Two [MISSING_PAGE_FAIL:1]"])
    first, second, third = nougat_ocr.load("").read([PAGE] * 3, 60)
    assert (first, second) == (ReadPage("# One"), ReadPage())
    assert (third.markdown, "gave up" in third.fault) == ("Two", True)
    said = (tmp_path / "log").read_text().split()
    assert [Path(word).name for word in said[:3]] == ["0.pdf", "1.pdf", "2.pdf"]
    assert said[said.index("--model") + 1] == nougat_ocr.MODEL
    assert "--no-skipping" in said


def test_weights_of_a_folder_are_named(tmp_path: Path) -> None:
    stub(tmp_path, ["# One"])
    list(nougat_ocr.load(str(tmp_path)).read([PAGE], 60))
    said = (tmp_path / "log").read_text().split()
    assert said[said.index("--checkpoint") + 1] == str(tmp_path)
    with pytest.raises(UserError, match="give a folder of weights"):
        nougat_ocr.load(str(tmp_path / "none"))


def test_a_failure_is_told_for_the_pages_that_it_costs(tmp_path: Path) -> None:
    stub(tmp_path, ["# One", None], code=1)
    first, second = nougat_ocr.load("").read([PAGE] * 2, 60)
    assert first == ReadPage("# One")
    assert second == ReadPage(fault="nougat-ocr failed: the last line", again=True)


def test_without_an_environment_the_remedy_is_named() -> None:
    with pytest.raises(UserError, match="litdex setup nougat-ocr"):
        nougat_ocr.load("")


def test_setup_shows_the_licence_and_pins() -> None:
    said = CliRunner().invoke(setup, ["nougat-ocr", "--dry-run"], catch_exceptions=False).output
    assert "CC BY-NC 4.0" in said
    assert "transformers==4.38.2" in said


def test_a_step_that_fails_is_one_line() -> None:
    with pytest.raises(SystemFault, match="failed: ValueError: no wheel"):
        nougat_setup.make(lambda line: None, [[sys.executable, "-c", "raise ValueError('no wheel')"]])
