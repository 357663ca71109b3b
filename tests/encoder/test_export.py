"""An exported model agrees with the torch model that it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from litdex.encoder.load import load_encoder
from litdex.errors import UserError

pytest.importorskip("sentence_transformers", reason="needs the extra `train`")
pytestmark = pytest.mark.train

WORDS = ["the", "of", "spin", "wave", "atom", "field", "in", "quantum", "gas", "laser", "star", "dust", "ring"]
TEXTS = [" ".join(WORDS[: n + 1]) for n in range(len(WORDS))] + ["", "laser " * 100]


def tiny(folder: Path, pooling: str, act: str = "gelu") -> Any:
    """A random BERT of two layers, saved and loaded as a user's would be."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules as models
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(0)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    BertTokenizerFast(vocab={word: at for at, word in enumerate(vocabulary)}).save_pretrained(folder)
    shape = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=128,
        max_position_embeddings=64,
        hidden_act=act,
    )
    BertModel(shape).save_pretrained(folder)
    transformer = models.Transformer(str(folder), max_seq_length=32)
    parts = [transformer, models.Pooling(64, pooling_mode=pooling), models.Normalize()]
    return SentenceTransformer(modules=parts, device="cpu", prompts={"query": "star ", "document": "dust "})


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_an_export_agrees_with_torch(tmp_path: Path, pooling: str) -> None:
    from litdex.encoder.export import export_encoder

    model = tiny(tmp_path / "torch", pooling)
    export_encoder(model, tmp_path / "ours", name="tiny", source="here", licence="none", card="# tiny\n")
    ours = load_encoder(tmp_path / "ours")
    cosines = (ours.encode_passages(TEXTS) * model.encode_document(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.999
    assert ours.encode_query("gas") @ model.encode_query("gas") > 0.999


def test_a_few_large_dimensions_leave_the_others_their_accuracy(tmp_path: Path) -> None:
    # As in trained models: a norm makes one dimension many times as large, and the layers give it little weight.
    import torch

    from litdex.encoder.export import export_encoder

    model = tiny(tmp_path / "torch", "mean")
    with torch.no_grad():
        for layer in model[0].auto_model.encoder.layer:
            layer.attention.output.LayerNorm.weight[5] *= 10
            layer.intermediate.dense.weight[:, 5] /= 10
    export_encoder(model, tmp_path / "ours", name="tiny", source="here", licence="none", card="# tiny\n")
    ours = load_encoder(tmp_path / "ours")
    assert (ours.encode_passages(TEXTS) * model.encode_document(TEXTS)).sum(axis=1).min() > 0.9995


def test_what_cannot_be_exported_is_named(tmp_path: Path) -> None:
    from litdex.encoder.export import export_encoder

    model = tiny(tmp_path / "torch", "max")
    with pytest.raises(UserError, match="pooling"):
        export_encoder(model, tmp_path / "ours", name="t", source="", licence="", card="")
    other = tiny(tmp_path / "relu", "mean", act="relu")
    with pytest.raises(UserError, match="relu"):
        export_encoder(other, tmp_path / "ours", name="t", source="", licence="", card="")


def test_a_sentence_transformers_folder_is_an_encoder(tmp_path: Path) -> None:
    model = tiny(tmp_path / "torch", "mean")
    model.save(str(tmp_path / "saved"))
    encoder = load_encoder(tmp_path / "saved")
    assert np.allclose(encoder.encode_passages(TEXTS), model.encode_document(TEXTS), atol=1e-5)
    assert encoder.fingerprint == load_encoder(tmp_path / "saved").fingerprint


def test_a_folder_without_a_model_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        load_encoder(tmp_path)
    assert "\n" not in str(caught.value)
