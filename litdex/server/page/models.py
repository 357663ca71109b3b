"""The page of the models: what each model's card says of how it was made and how good it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse, HTMLResponse

from litdex.errors import NothingFound, UserError
from litdex.runtime.weights import models_folder
from litdex.server.page.render import page

CARD = "README.md"
FIGURES = {".svg": "image/svg+xml", ".png": "image/png"}
"""What a card may show, from its own folder: curves of a training."""
CURVES = "curves"
"""Figures of this name are shown below a card that does not show them itself."""
LONGEST = 200_000  # characters of a card


@dataclass(frozen=True, slots=True)
class Model:
    """One model that ships: its name, its card as HTML, and the curves that lie beside the card."""

    name: str
    html: str
    bytes: int  # that its files take
    curves: tuple[str, ...]  # addresses of pictures


def models() -> list[Model]:
    """All models that have a card, by name. None where no weights are installed."""
    try:
        return cards_in(models_folder())
    except UserError:
        return []


def cards_in(folder: Path) -> list[Model]:
    """The models in a folder that have a card, by name."""
    return [_model(card.parent) for card in sorted(folder.glob(f"*/{CARD}"))]


def figure(model: str, name: str) -> Path:
    """A picture of a card. Raises NothingFound for whatever else is asked for."""
    for one in sorted(models_folder().glob(f"*/{CARD}")):
        for path in one.parent.iterdir():
            if (one.parent.name, path.name) == (model, name) and path.suffix in FIGURES and path.is_file():
                return path
    raise NothingFound("there is no such figure")


def to_html(markdown: str, model: str) -> str:
    """A card as HTML: no markup of its own comes through, links lead to the web, pictures to the model's folder."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(markdown[:LONGEST])
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):  # the page has the only first heading
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
        for child in token.children or ():
            _settle(child, model)
    html = str(reader.renderer.render(tokens, reader.options, {}))
    return html.replace(
        "<table>", '<div class="scroll" role="group" tabindex="0" aria-label="Figures"><table>'
    ).replace("</table>", "</table></div>")


def _settle(token: Any, model: str) -> None:
    if token.type == "image":
        token.attrs["src"] = f"/models/{model}/{Path(str(token.attrs['src'])).name}"
    elif token.type == "link_open" and not re.match(r"https?://|#", str(token.attrs.get("href", ""))):
        token.attrs["href"] = "#"


def _model(folder: Path) -> Model:
    text = (folder / CARD).read_text(encoding="utf-8", errors="replace")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    html = to_html(text, folder.name)
    places = [
        f"/models/{folder.name}/{CURVES}{ending}" for ending in FIGURES if (folder / f"{CURVES}{ending}").is_file()
    ]
    return Model(folder.name, html, size, tuple(place for place in places[:1] if place not in html))


router = APIRouter(include_in_schema=False)


@router.get("/models", response_class=HTMLResponse)
async def models_page(request: Request) -> Response:
    """The cards of all models that ship."""
    return page(request, "models.html", models=await run_in_threadpool(models))


@router.get("/models/{model}/{name}", response_class=FileResponse)
async def model_figure(model: str, name: str) -> Response:
    """A picture of a card."""
    path = await run_in_threadpool(figure, model, name)
    return FileResponse(path, media_type=FIGURES[path.suffix])
