"""A library as a retriever of LlamaIndex. Needs the extra `llamaindex`.

from litdex.rag.llamaindex import LitdexRetriever
nodes = LitdexRetriever("papers-library").retrieve("Does spin squeezing improve clocks?")
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from litdex.rag.as_json import source_json
from litdex.rag.retrieve import Retriever


class LitdexRetriever(BaseRetriever):  # type: ignore[misc]  # llama-index-core is not installed where types are checked
    """Passages of a library, best first; options as `litdex.rag.retrieve.Retriever` takes them."""

    def __init__(self, library: str | Path, **options: Any) -> None:
        super().__init__()
        self._retriever = Retriever(library, **options)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        sources = self._retriever.context(query_bundle.query_str).sources
        return [
            NodeWithScore(
                node=TextNode(
                    id_=f"{source.paper}#{source.start}-{source.end}",
                    text=source.text,
                    metadata=source_json(source, text=False),
                ),
                score=1 / source.key,  # the order is what is known: a fused score means nothing by itself
            )
            for source in sources
        ]
