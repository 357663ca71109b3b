"""The mean of trained taggers' weights: `python -m scripts.average_taggers OUTPUT TAGGER TAGGER ...`.

A tagger is a folder as `litdex ner train` leaves it, or the `state.pt` of a run: its last weights, which are not always
its best. All must come from one start, or their mean means nothing.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import torch

from litdex.ner.training.saved import ENCODERS, REST, load

Weights = dict[str, Any]


def weights_of(path: Path) -> Weights:
    """Every weight of a tagger by its name."""
    if path.is_dir():
        return dict(load(path).model.state_dict())
    return dict(torch.load(path, map_location="cpu", weights_only=False)["model"])


def main() -> None:
    """Average and write."""
    output, *paths = (Path(name) for name in sys.argv[1:])
    found = [weights_of(path) for path in paths]
    mean = {name: torch.stack([one[name].float() for one in found]).mean(0) for name in found[0]}
    like = next(path for path in paths if path.is_dir())
    shutil.copytree(like, output, dirs_exist_ok=True)
    trained = load(output)
    trained.model.load_state_dict(mean)
    for name, encoder in zip(ENCODERS, trained.model.encoders, strict=False):
        encoder.save_pretrained(output / name)
    torch.save({name: value for name, value in mean.items() if not name.startswith("encoders.")}, output / REST)


if __name__ == "__main__":
    main()
