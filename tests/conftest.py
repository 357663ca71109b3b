"""Fixtures shared by all tests: where the real corpora are, and a skip where they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real corpora beside the repository. Skips the test where it is missing."""
    data = SHARED / "data"
    if not data.is_dir():
        pytest.skip("needs the corpora in ../shared/data, which are not part of the repository")
    return data
