"""The second stage: what it reads, how it orders, and a real cross-encoder made here."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from litdex.errors import UserError
from litdex.index.library import Library
from litdex.search.rerank import load_reranker
from litdex.search.searcher import Searcher
from tests.index.conftest import HashingEncoder


class ByNumber:
    """Prefers the paper with the highest part number, and notes what it reads."""

    name = "by number"

    def __init__(self) -> None:
        self.read: list[str] = []

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        self.read += texts
        return [float(text.split("part ")[1].split("\n")[0]) if "part " in text else -5.0 for text in texts]


def test_the_first_papers_are_put_in_the_second_stages_order(library: Library, searcher: Searcher) -> None:
    before = searcher.fused("surface codes", limit=40)
    reranker = ByNumber()
    with Searcher(library, HashingEncoder, reranker=lambda: reranker, rerank_depth=10) as second:
        after = second.fused("surface codes", limit=40)
        results = second.search("surface codes", limit=40)
    first = [one.paper for one in after[:10]]
    assert first == sorted((one.paper for one in before[:10]), reverse=True)
    assert [one.paper for one in after[10:]] == [one.paper for one in before[10:]]
    scores = [one.score for one in after]
    assert scores == sorted(scores, reverse=True)
    assert [hit.id for hit in results.hits] == [one.paper for one in after]
    assert results.reranker == "by number"
    assert "measurement 59 of surface codes" in "".join(reranker.read)


def test_conditions_alone_are_not_read(library: Library) -> None:
    reranker = ByNumber()
    with Searcher(library, HashingEncoder, reranker=lambda: reranker) as searcher:
        assert searcher.rank("year:2003", limit=3)
    assert reranker.read == []


def test_without_the_extra_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(UserError, match=r"--rerank some-model: .*pip install 'litdex\[train\]'"):
        load_reranker("some-model")


def small_model(folder: Path, labels: int) -> str:
    """A BERT of one layer over a handful of words, saved as a cross-encoder."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "surface", "codes", "dark", "matter", "on", "part"]
    (folder / "vocab.txt").write_text("\n".join(words))
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=labels,
        max_position_embeddings=64,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    return str(folder)


@pytest.mark.train
def test_any_cross_encoder_serves(tmp_path: Path, library: Library, searcher: Searcher) -> None:
    pytest.importorskip("sentence_transformers")
    reranker = load_reranker(small_model(tmp_path, labels=1))
    with Searcher(library, HashingEncoder, reranker=lambda: reranker, rerank_depth=5) as second:
        hits = second.search("surface codes", limit=8).hits
    assert {hit.id for hit in hits[:5]} == set(searcher.rank("surface codes", limit=5))
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.train
def test_what_is_no_cross_encoder_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(UserError, match="3 numbers a pair"):
        load_reranker(small_model(tmp_path, labels=3))
    with pytest.raises(UserError, match="cannot be loaded"):
        load_reranker(str(tmp_path / "nothing"))
