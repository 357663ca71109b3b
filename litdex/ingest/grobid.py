"""GROBID, asked over HTTP for the structure of a PDF; its TEI is read by the parser of that format.

LITDEX_GROBID is the server's address. GROBID reads text layers and no pictures, so scans are not sent to it.
"""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import replace
from http.client import HTTPException
from io import BytesIO

from litdex.errors import LitdexError, SystemFault, UserError
from litdex.ingest.documents import Alone, Document
from litdex.ingest.paper import Paper

PLACE = "/api/processFulltextDocument"
SECONDS = 180.0  # for one document
MAX_ANSWER = 64 << 20  # bytes
BUSY = 503  # all of its threads are at work
TRIES, WAIT = 5, 3.0  # seconds between two tries of a busy server


def address() -> str:
    """Where GROBID is, "" for nowhere. Raises UserError for what is no address."""
    url = os.environ.get("LITDEX_GROBID", "").rstrip("/")
    if url and not url.startswith(("http://", "https://")):
        raise UserError(f"--grobid {url}: give an address such as http://localhost:8070")
    return url


def by_grobid(url: str, data: bytes, name: str, own: Paper) -> Paper:
    """The paper as GROBID sees it; what it lacks is `own`'s. Raises LitdexError where it does not answer with one.

    Identifiers are what a program found in print, so they are claims, as those of our own reading are.
    """
    from litdex.ingest.parsers.tei import parse

    answer = _asked(url, data)
    tei = Document(name, lambda: BytesIO(answer), len(answer), Alone(), name)
    found = next((item for item in parse(tei) if isinstance(item, Paper)), None)
    if found is None or not found.text:
        raise SystemFault("it found no text")
    return replace(
        found,
        identifiers={},
        claims={**found.claims, **found.identifiers, **own.claims},
        title=found.title or own.title,
        authors=found.authors or own.authors,
        abstract=found.abstract or own.abstract,
        date=own.date or found.date,
        version=own.version,
        categories=own.categories,
        references=found.references or own.references,
    )


def read_by_grobid(data: bytes, name: str, own: Paper) -> tuple[Paper, str]:
    """GROBID's paper and ""; without a server, or where it fails, our own, and in the second case why, in a line."""
    url = address()
    if not url:
        return own, ""
    try:
        return by_grobid(url, data, name, own), ""
    except LitdexError as error:
        return own, f"GROBID at {url}: {error}; the file was read without it"


def _asked(url: str, data: bytes) -> bytes:
    """The TEI of a PDF. Raises SystemFault."""
    bound = uuid.uuid4().hex
    fields = {"consolidateHeader": "0", "consolidateCitations": "0", "includeRawCitations": "1"}
    parts = [_part(bound, f'name="{key}"', value.encode()) for key, value in fields.items()]
    parts.append(_part(bound, 'name="input"; filename="paper.pdf"\r\nContent-Type: application/pdf', data))
    body = b"".join(parts) + f"--{bound}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={bound}", "Accept": "application/xml"}
    request = urllib.request.Request(url + PLACE, data=body, headers=headers)
    for left in reversed(range(TRIES)):
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                tei: bytes = answer.read(MAX_ANSWER + 1)
        except urllib.error.HTTPError as error:
            if error.code != BUSY or not left:
                raise SystemFault(f"it refused the file (HTTP {error.code})") from None
            time.sleep(WAIT)
            continue
        except (OSError, HTTPException) as error:
            raise SystemFault(f"it does not answer ({' '.join(str(error).split())[:120]})") from None
        if len(tei) > MAX_ANSWER:
            raise SystemFault("its answer is too large")
        return tei
    raise SystemFault("it is busy")


def _part(bound: str, head: str, value: bytes) -> bytes:
    return f"--{bound}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
