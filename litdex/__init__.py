"""litdex: hybrid search, entity facets and cited answers over scientific literature.

    import litdex

    with litdex.open("~/papers.library") as library:
        library.ingest("~/papers")
        for hit in library.search("spin squeezing", year="2010..", limit=5):
            print(hit.id, hit.title)

`litdex.api` has the class; the stages below it stand side by side, and imports point one way (docs/architecture.md).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from litdex.api import Facets, Library, open
    from litdex.errors import LitdexError, NothingFound, SystemFault, UserError
    from litdex.ingest.paper import Author, Paper, Reference, Section
    from litdex.rag.answer import Answer
    from litdex.rag.context import Context
    from litdex.search.hit import Hit, Results

__version__ = "0.1.0"

_HOMES = {
    "open": "api",
    "Library": "api",
    "Facets": "api",
    "LitdexError": "errors",
    "NothingFound": "errors",
    "SystemFault": "errors",
    "UserError": "errors",
    "Author": "ingest.paper",
    "Paper": "ingest.paper",
    "Reference": "ingest.paper",
    "Section": "ingest.paper",
    "Answer": "rag.answer",
    "Context": "rag.context",
    "Hit": "search.hit",
    "Results": "search.hit",
}
"""Where each public name lives: imported when it is first asked for, so that `import litdex` costs next to nothing."""

__all__ = [
    "Answer",
    "Author",
    "Context",
    "Facets",
    "Hit",
    "Library",
    "LitdexError",
    "NothingFound",
    "Paper",
    "Reference",
    "Results",
    "Section",
    "SystemFault",
    "UserError",
    "__version__",
    "open",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'litdex' has no attribute {name!r}")
    return getattr(import_module(f"litdex.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
