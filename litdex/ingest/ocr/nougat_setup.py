"""The environment of nougat-ocr: the original package runs with old versions only, so it lives apart from litdex.

From transformers 4.39 on its inference fails; the pins are the newest set in which it runs.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from litdex.errors import SystemFault

PINS = (
    "nougat-ocr==0.1.17",
    "transformers==4.38.2",
    "tokenizers==0.15.2",
    "albumentations==1.4.24",
    "pypdfium2==4.30.0",
    "timm==0.5.4",
)
COST = "It takes about 6 GB of disk, most of it torch, and several minutes."
LICENCE = "nougat-ocr is MIT; the weights that it fetches are CC BY-NC 4.0: not for commercial use."


def environment() -> Path:
    """Its folder: LITDEX_NOUGAT_OCR, else in the user's data folder."""
    named = os.environ.get("LITDEX_NOUGAT_OCR")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("litdex") / "nougat-ocr"


def program(name: str) -> Path:
    """A program of the environment, there or not."""
    folder = environment() / ("Scripts" if os.name == "nt" else "bin")
    return folder / (f"{name}.exe" if os.name == "nt" else name)


def steps() -> list[list[str]]:
    """The command lines that make the environment and check that it imports and runs, in order."""
    python = str(program("python"))
    return [
        [sys.executable, "-m", "venv", str(environment())],
        [python, "-m", "pip", "install", *PINS],
        [python, "-c", "from nougat import NougatModel"],
        [str(program("nougat")), "--help"],
    ]


def make(say: Callable[[str], None], commands: Sequence[Sequence[str]] | None = None) -> None:
    """Run the steps, saying each. Raises SystemFault with the last line of the one that fails."""
    for command in commands or steps():
        say(" ".join(command))
        try:
            done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        except OSError as error:
            raise SystemFault(f"setup of nougat-ocr: {command[0]} cannot be run ({error.strerror})") from None
        if done.returncode:
            last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "no message")
            raise SystemFault(f"setup of nougat-ocr: `{' '.join(command)[:80]}` failed: {last.strip()[:200]}")
