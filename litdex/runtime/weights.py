"""Where the weights that ship with litdex lie."""

from __future__ import annotations

import os
from pathlib import Path

from litdex.errors import UserError


def models_folder() -> Path:
    """LITDEX_MODELS, else `litdex/_models` of an installed wheel, else `models/` of a checkout.

    Raises `UserError` where none of them is a folder.
    """
    named = os.environ.get("LITDEX_MODELS")
    if named:
        if not Path(named).is_dir():
            raise UserError(f"LITDEX_MODELS names {named}, which is not a folder")
        return Path(named)
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_models", package.parent / "models"):
        if folder.is_dir():
            return folder
    raise UserError("the weights that ship with litdex are missing; install it again, or set LITDEX_MODELS")
