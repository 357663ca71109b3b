"""What reads the image of a page: the interface of all engines, the table of those there are, and how one is chosen.

The choice is handed to parsers by the environment, since a parser may run in any process:
LITDEX_OCR, LITDEX_OCR_ENGINE, LITDEX_OCR_SECONDS.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, Protocol, get_args

from litdex.errors import UserError

Mode = Literal["auto", "always", "never"]
MODES: tuple[Mode, ...] = get_args(Mode)
SECONDS_A_PAGE = 600.0
"""How long an engine may take for one page, unless LITDEX_OCR_SECONDS says otherwise."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of text on a page: points, y downwards from the top, of the baseline."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What an engine read on a page: Markdown in reading order, or lines that still have to be put in order."""

    markdown: str = ""
    lines: tuple[PrintedLine, ...] = ()
    fault: str = ""  # one line: why nothing, or not all, was read
    again: bool = False  # another try may do better, so this one is not kept

    @property
    def empty(self) -> bool:
        """Whether there is nothing to be had of it."""
        return not self.markdown.strip() and not self.lines


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a picture."""

    image: Any  # PIL.Image.Image in RGB
    scale: float  # pixels a point


class Engine(Protocol):
    """Reads images of pages."""

    @property
    def fingerprint(self) -> str:
        """What its results depend on: with another fingerprint, pages are read again."""

    @property
    def dpi(self) -> int:
        """The resolution it wants."""

    @property
    def batch(self) -> int:
        """How many pages it wants at a time."""

    @property
    def seconds_a_page(self) -> float:
        """About how long it takes on this machine."""

    def read(self, pages: Sequence[PageImage], limit: float) -> Iterator[ReadPage]:
        """What stands on each page, in order; `limit` is in seconds a page. A page's failure raises nothing."""


@dataclass(frozen=True, slots=True)
class Kind:
    """An engine that litdex knows: its module here, what must be installed, and what it costs."""

    module: str
    needs: tuple[str, ...]  # packages
    install: str


ENGINES: dict[str, Kind] = {
    "rapidocr": Kind("rapid", ("rapidocr",), "pip install 'litdex[rapidocr]'"),
    "nougat": Kind("nougat", ("torch", "transformers", "nltk", "Levenshtein", "PIL"), "pip install 'litdex[ocr]'"),
    "nougat-ocr": Kind("nougat_ocr", (), "litdex setup nougat-ocr"),
}
DEFAULT = "rapidocr"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user wants of OCR. `engine` is NAME or NAME:CHECKPOINT, "" for the light one if it is installed."""

    mode: Mode = "auto"
    engine: str = ""
    seconds: float = SECONDS_A_PAGE

    @classmethod
    def of_environment(cls) -> Choice:
        """As the environment says. Raises UserError for a word it does not know."""
        mode = os.environ.get("LITDEX_OCR", "auto")
        if mode not in MODES:
            raise UserError(f"LITDEX_OCR={mode}: give one of {', '.join(MODES)}")
        try:
            seconds = float(os.environ.get("LITDEX_OCR_SECONDS", SECONDS_A_PAGE))
        except ValueError:
            raise UserError("LITDEX_OCR_SECONDS: give the seconds that a page may take, a number") from None
        return cls(mode, os.environ.get("LITDEX_OCR_ENGINE", ""), seconds)

    @property
    def name(self) -> str:
        """The engine's name."""
        return self.engine.partition(":")[0] or DEFAULT

    @property
    def kind(self) -> Kind:
        """The engine's entry in the table. Raises UserError for a name that is not in it."""
        if self.name not in ENGINES:
            raise UserError(f"--ocr-engine {self.engine}: give one of {', '.join(ENGINES)}, nougat:CHECKPOINT")
        return ENGINES[self.name]

    @property
    def active(self) -> bool:
        """Whether pages are to be read; without a named engine only where the light one is installed."""
        if self.mode == "never":
            return False
        return bool(self.engine) or self.mode == "always" or not missing(self.kind)


def missing(kind: Kind) -> list[str]:
    """The packages that an engine needs and this environment lacks."""
    return [package for package in kind.needs if find_spec(package) is None]


def can_read() -> bool:
    """Whether pages without text would be read now: they are wanted, and the engine is installed."""
    choice = Choice.of_environment()
    return choice.active and not missing(choice.kind)


_OPENED: dict[str, Engine] = {}


def checked(choice: Choice) -> Kind:
    """The engine's entry in the table. Raises UserError for an unknown one, and for one that is not installed."""
    kind = choice.kind
    lacking = missing(kind)
    if lacking:
        raise UserError(f"--ocr-engine {choice.name}: {', '.join(lacking)} is not installed: {kind.install}")
    return kind


def engine_for(choice: Choice) -> Engine:
    """The engine, loaded once a process. Raises UserError where it is not installed or its weights are not there."""
    kind = checked(choice)
    key = choice.engine or choice.name
    if key not in _OPENED:
        _OPENED[key] = import_module(f"litdex.ingest.ocr.{kind.module}").load(choice.engine.partition(":")[2])
    return _OPENED[key]
