"""The models' cards as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from litdex.server.page.models import to_html
from tests.server.page.conftest import OpenTab, violations

CURVES = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100" width="200" height="100">
<style>path { fill: none; stroke: #1f5fbf; }</style><script>alert(1)</script><path d="M5 90 60 40 195 20"/></svg>"""


@pytest.fixture
def two_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two models of which one has curves beside its card, the other in it."""
    for name, card in (
        ("one", "# one\n\n| F1 | value |\n|---|---|\n| all | 80.1 [79.2, 81.0] |\n"),
        ("two", "![c](curves.svg)"),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "README.md").write_text(card)
        (tmp_path / name / "curves.svg").write_text(CURVES)
    monkeypatch.setenv("LITDEX_MODELS", str(tmp_path))


@pytest.mark.usefixtures("two_models")
def test_curves_beside_a_card_are_shown_once(open_tab: OpenTab, page_address: str) -> None:
    tab: Any = open_tab(page_address)
    tab.goto("/models")
    assert tab.locator("img").count() == 2
    curves = tab.get_by_role("img", name="Curves of the training of one")
    curves.scroll_into_view_if_needed()
    assert curves.evaluate("e => e.decode().then(() => e.naturalWidth)") == 200
    assert tab.get_by_role("cell", name="80.1 [79.2, 81.0]").count() == 1
    assert violations(tab) == []
    answer = tab.request.get("/models/one/curves.svg")
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_card_of_the_encoder_is_shown_with_its_tables(page_client: httpx2.Client) -> None:
    text = page_client.get("/models").text
    assert "<h2>litdex-small</h2>" in text
    assert "<th>title to abstract</th>" in text


def test_figures_come_from_a_model_s_own_folder_only(page_client: httpx2.Client) -> None:
    for path in ("litdex-small/model.onnx", "litdex-small/README.md", "litdex-small/..%2f..%2fREADME.md", "x/y.png"):
        assert page_client.get(f"/models/{path}").status_code == 404


def test_a_card_brings_no_markup_of_its_own() -> None:
    html = to_html(
        "# A <b>x</b>\n<script>alert(1)</script>\n\n![c](../../curve.png) [l](javascript:alert(1)) [m](x.py)", "m"
    )
    assert "<script" not in html
    assert "<b>" not in html
    assert 'src="/models/m/curve.png"' in html
    assert 'href="javascript' not in html
    assert html.startswith("<h2>")
