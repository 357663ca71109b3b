"""A library as a retriever of LangChain. Needs the extra `langchain`.

from litdex.rag.langchain import LitdexRetriever
documents = LitdexRetriever("papers-library").invoke("Does spin squeezing improve clocks?")
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import PrivateAttr

from litdex.rag.as_json import source_json
from litdex.rag.retrieve import Retriever


class LitdexRetriever(BaseRetriever):  # type: ignore[misc]  # langchain-core is not installed where types are checked
    """Passages of a library, best first; options as `litdex.rag.retrieve.Retriever` takes them."""

    _retriever: Retriever = PrivateAttr()

    def __init__(self, library: str | Path, **options: Any) -> None:
        super().__init__()
        self._retriever = Retriever(library, **options)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        sources = self._retriever.context(query).sources
        return [
            Document(
                id=f"{source.paper}#{source.start}-{source.end}",
                page_content=source.text,
                metadata=source_json(source, text=False),
            )
            for source in sources
        ]
