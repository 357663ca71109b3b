"""The retrievers for LangChain and LlamaIndex, in chains of the real libraries."""

from __future__ import annotations

from pathlib import Path

from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from llama_index.core.schema import QueryBundle

from litdex.rag.langchain import LitdexRetriever
from litdex.rag.llamaindex import LitdexRetriever as LlamaRetriever

CLOCKS = "Does spin squeezing reduce the projection noise of clocks?"


def test_a_chain_of_langchain_gets_the_passages(library_folder: Path) -> None:
    retriever = LitdexRetriever(library_folder, budget=500)
    documents = retriever.invoke(CLOCKS)
    assert documents[0].metadata["paper"] == "arXiv:0901.0001"
    assert "projection noise" in documents[0].page_content
    prompt = ChatPromptTemplate.from_template("{context}\n\n{question}")
    chain = {"context": retriever, "question": RunnablePassthrough()} | prompt
    assert "12,000 ytterbium atoms" in chain.invoke(CLOCKS).to_string()


def test_llamaindex_gets_them_in_order(library_folder: Path) -> None:
    nodes = LlamaRetriever(library_folder, year="2015..").retrieve(QueryBundle(CLOCKS))
    assert nodes[0].node.metadata["paper"] == "arXiv:0901.0001"
    assert all(node.node.metadata["year"] >= 2015 for node in nodes)
    assert [node.score for node in nodes] == sorted((node.score for node in nodes), reverse=True)
