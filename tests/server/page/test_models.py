"""The models' cards as a page."""

from __future__ import annotations

import httpx2

from litdex.server.page.models import to_html


def test_the_card_of_the_encoder_is_shown_with_its_tables(page_client: httpx2.Client) -> None:
    text = page_client.get("/models").text
    assert "<h2>litdex-small</h2>" in text
    assert "<th>all-MiniLM-L6-v2</th>" in text


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
