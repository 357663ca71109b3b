"""Figures are drawn, the sub-domain grid keeps its best cell, and the group's commands say what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from litdex.cli.encoder import encoder
from litdex.encoder.figure import curves, pca_figure
from litdex.encoder.measures import best_threshold, ndcg, right_at_threshold
from litdex.errors import UserError
from litdex.training import Log

pytest.importorskip("sklearn")


def test_figures_are_png(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(40, 8)).astype(np.float32)
    drawn = pca_figure({"a": vectors, "b": -vectors}, ["x", "y"] * 20, tmp_path / "pca.png")
    log = Log(tmp_path)
    log.write(1, kind="field", loss=2.0)
    log.write(2, **{"devel clustering": 50.0})
    for path in (drawn, curves(tmp_path)):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_curves_of_no_run_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no log\.jsonl"):
        curves(tmp_path)


def test_ndcg_by_hand() -> None:
    scores = np.array([[0.9, 0.5, 0.1], [0.1, 0.9, 0.5]], dtype=np.float32)
    found = ndcg(lambda part: scores[part], [{0: 1.0}, {2: 1.0}])
    assert found == pytest.approx([1.0, 1 / np.log2(3)])


def test_the_threshold_is_the_best_of_all_cuts() -> None:
    rng = np.random.default_rng(1)
    cosines, related = rng.random(60), rng.random(60) < 0.5
    cuts = [*np.sort(cosines), 2.0, -1.0]
    by_hand = max(((cosines > cut) == related).mean() for cut in cuts)
    assert right_at_threshold(cosines, related).mean() == pytest.approx(by_hand)
    assert best_threshold(np.array([0.1, 0.9]), np.array([False, True])) == pytest.approx(0.5)


def test_a_missing_config_is_named() -> None:
    result = CliRunner().invoke(encoder, ["finetune", "nowhere.toml"])
    assert isinstance(result.exception, UserError)
    assert "nowhere.toml cannot be read" in str(result.exception)
