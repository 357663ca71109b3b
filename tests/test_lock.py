"""`requirements.lock` pins every dependency, by hash, and names no place to fetch it from."""

from __future__ import annotations

import re
import tomllib

from tests.paths import ROOT

LOCK = (ROOT / "requirements.lock").read_text()


def test_every_dependency_is_pinned_by_hashes() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[<>=~!\[; ]", line)[0].lower().replace("_", "-") for line in wanted}
    pinned = set(re.findall(r"^([a-z0-9.-]+)==", LOCK, re.MULTILINE))
    assert names <= pinned, f"run `make lock`: {sorted(names - pinned)} are missing"
    for entry in re.split(r"\n(?=[a-z])", "\n".join(line for line in LOCK.splitlines() if not line.startswith("#"))):
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_it_names_no_registry_and_no_machine() -> None:
    assert not re.search(r"https?://|--index|--find-links|file://|^-e|\s/\w", LOCK, re.MULTILINE)
