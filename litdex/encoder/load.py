"""From a name or a folder to an encoder."""

from __future__ import annotations

from pathlib import Path

from litdex.encoder.base import Encoder
from litdex.encoder.exported import is_exported
from litdex.encoder.weights import DEFAULT
from litdex.errors import UserError
from litdex.runtime.weights import models_folder


def load_encoder(name: str | Path | None = None) -> Encoder:
    """The encoder called `name`: nothing for the shipped one, a shipped model's name, a folder, or a model hub's name.

    A folder in litdex's exported format needs no torch. Anything else is left to sentence-transformers, which the
    extra `train` installs. Raises `UserError` where it is not installed or finds no such model.
    """
    from litdex.encoder.inference import OnnxEncoder

    for folder in _candidates(name):
        if is_exported(folder):
            return OnnxEncoder(folder)
    if name is None:
        raise UserError(f"{models_folder()} has no encoder {DEFAULT!r}; install litdex again, or unset LITDEX_MODELS")
    from litdex.encoder.foreign import load_foreign

    return load_foreign(str(name))


def _candidates(name: str | Path | None) -> list[Path]:
    if name is None:
        return [models_folder() / DEFAULT]
    path = Path(name).expanduser()
    return [path] if len(path.parts) != 1 or path.is_dir() else [models_folder() / path]
