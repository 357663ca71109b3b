"""A sentence-transformers model of BERT's shape into litdex's own format. Needs the extra `train`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from litdex.encoder.exported import MODEL, TOKENIZER, Settings, write_settings
from litdex.errors import UserError
from litdex.runtime.graph import bert_graph


def export_encoder(model: Any, folder: Path, *, name: str, source: str, licence: str, card: str) -> Settings:
    """Write `model`, a `SentenceTransformer`, to `folder` (made where missing), with `card` as its README.md.

    Raises `UserError` where the model is not a BERT encoder with mean or CLS pooling.
    """
    import onnx

    pooling = _pooling(model)
    bert = _bert(model)
    folder.mkdir(parents=True, exist_ok=True)
    weights = {key: value.float().cpu().numpy() for key, value in bert.state_dict().items()}
    shape = bert.config
    graph = bert_graph(
        weights,
        layers=shape.num_hidden_layers,
        heads=shape.num_attention_heads,
        epsilon=shape.layer_norm_eps,
        tokens=model.max_seq_length,
    )
    onnx.save(graph, folder / MODEL)
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER), pretty=False)
    (folder / "README.md").write_text(card, "utf-8")
    prompts = dict(model.prompts or {})
    settings = Settings(
        name=name,
        dimension=shape.hidden_size,
        max_tokens=int(model.max_seq_length),
        pooling=pooling,
        query_prefix=prompts.get("query") or "",
        passage_prefix=prompts.get("document") or prompts.get("passage") or "",
        source=source,
        licence=licence,
    )
    return write_settings(folder, settings)


def _bert(model: Any) -> Any:
    bert = model[0].auto_model
    shape = bert.config
    if shape.model_type != "bert" or shape.hidden_act != "gelu":
        raise UserError(f"only BERT models with GELU can be exported, not {shape.model_type} with {shape.hidden_act}")
    return bert


def _pooling(model: Any) -> str:
    """The pooling's name; any module behind it must only normalise."""
    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise UserError(f"only Transformer, Pooling and Normalize can be exported, not {', '.join(kinds)}")
    mode = model[1].get_config_dict().get("pooling_mode")
    name = mode if isinstance(mode, str) else ""
    if name not in ("mean", "cls"):
        raise UserError(f"only mean and cls pooling can be exported, not {mode!r}")
    return name
