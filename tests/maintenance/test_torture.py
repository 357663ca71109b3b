"""Thirty kills in random interleavings, a full disk, one that is read-only, two at once: nothing lost, nothing doubled.

`python -m benchmarks.torture --kills 200` is the nightly form.
"""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.paths import ROOT

KILLS = 30


@pytest.mark.slow
def test_a_tortured_library_loses_and_doubles_nothing() -> None:
    command = [sys.executable, "-m", "benchmarks.torture", "--kills", str(KILLS), "--seconds", "600", "--seed", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"(\d+) kills", done.stdout)
    assert found
    assert int(found[1]) >= KILLS
