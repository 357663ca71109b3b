"""The shipped encoder as a user meets it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from litdex.encoder.exported import fingerprint, read_settings
from litdex.encoder.inference import OnnxEncoder
from litdex.encoder.load import load_encoder
from litdex.encoder.weights import DEFAULT
from litdex.errors import SystemFault, UserError
from litdex.runtime.session import thread_count
from litdex.runtime.weights import models_folder

TEXTS = ["Spin squeezing in a condensate", "", "Gravitational waves from merging black holes " * 90, "a"]


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(models_folder() / DEFAULT)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(models_folder() / DEFAULT, tmp_path / "encoder"))


def test_vectors_are_of_unit_length_also_of_empty_and_overlong_texts(encoder: OnnxEncoder) -> None:
    vectors = encoder.encode_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_no_text_gives_no_vector(encoder: OnnxEncoder) -> None:
    assert encoder.encode_passages([]).shape == (0, encoder.dimension)


def test_a_vector_does_not_depend_on_its_neighbours(encoder: OnnxEncoder) -> None:
    together = encoder.encode_passages(TEXTS * 20)
    alone = np.stack([encoder.encode_passages([text])[0] for text in TEXTS])
    assert np.array_equal(together, np.tile(alone, (20, 1)))
    assert np.array_equal(encoder.encode_query(TEXTS[0]), alone[0])  # this model has no prefixes


@pytest.mark.parametrize("text", ["\ud800 lone surrogate", "nul \x00 inside", "\x00", "\u202e\ufffe"])
def test_odd_characters_survive(encoder: OnnxEncoder, text: str) -> None:
    assert np.isfinite(encoder.encode_passages([text])).all()
    assert np.isfinite(encoder.encode_query(text)).all()


def test_near_in_meaning_is_near_in_space(encoder: OnnxEncoder) -> None:
    near, far = encoder.encode_passages(["Cold atoms in a trap", "Treatment of asthma in children"])
    query = encoder.encode_query("ultracold gases")
    assert query @ near > query @ far + 0.2


def test_progress_adds_up(encoder: OnnxEncoder) -> None:
    told: list[int] = []
    encoder.encode_passages(["x"] * 150, told.append)
    assert sum(told) == 150
    assert len(told) > 1


def test_the_stored_fingerprint_is_that_of_the_files(copy: Path) -> None:
    settings = read_settings(copy)
    assert fingerprint(copy, settings) == settings.fingerprint
    with (copy / "tokenizer.json").open("a") as file:
        file.write(" ")
    assert fingerprint(copy, settings) != settings.fingerprint


def test_prefixes_are_used(copy: Path, encoder: OnnxEncoder) -> None:
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | {"query_prefix": "query: ", "passage_prefix": "passage: "}))
    prefixed = OnnxEncoder(copy)
    assert np.array_equal(prefixed.encode_query("atoms"), encoder.encode_query("query: atoms"))
    assert np.array_equal(prefixed.encode_passages(["atoms"]), encoder.encode_passages(["passage: atoms"]))


def test_a_folder_loads_without_torch(copy: Path) -> None:
    code = f"""
import sys
from litdex.encoder.load import load_encoder
heavy = {{"torch", "transformers", "sentence_transformers", "onnxruntime"}}
assert not heavy & set(sys.modules)
load_encoder({str(copy)!r}).encode_query("atoms")
assert not (heavy - {{"onnxruntime"}}) & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_default_is_the_shipped_model() -> None:
    assert load_encoder(None).fingerprint == load_encoder(DEFAULT).fingerprint


def test_litdex_models_chooses_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITDEX_MODELS", str(tmp_path))
    with pytest.raises(UserError, match="LITDEX_MODELS"):
        load_encoder(None)
    monkeypatch.setenv("LITDEX_MODELS", str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="not a folder"):
        load_encoder(None)


def test_broken_files_are_named(copy: Path) -> None:
    (copy / "model.onnx").write_bytes(b"not a model")
    with pytest.raises(SystemFault, match="cannot be loaded"):
        load_encoder(copy)
    (copy / "config.json").write_text("{}")
    with pytest.raises(UserError, match=r"config\.json"):
        load_encoder(copy)


@pytest.mark.parametrize("value", ["0", "two", "-1"])
def test_a_bad_thread_count_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("LITDEX_THREADS", value)
    with pytest.raises(UserError, match="LITDEX_THREADS"):
        thread_count()


def test_the_thread_count_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITDEX_THREADS", "3")
    assert thread_count() == 3
    monkeypatch.delenv("LITDEX_THREADS")
    assert thread_count() >= 1
