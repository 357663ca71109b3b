"""Read pages kept by what they depend on, so that an interrupted document goes on at its page."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

from litdex.ingest.ocr.engine import PrintedLine, ReadPage


def cache_folder() -> Path:
    """Where read pages are kept: LITDEX_OCR_CACHE, else in the user's cache folder."""
    named = os.environ.get("LITDEX_OCR_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("litdex") / "ocr"


class PageCache:
    """The pages of one file that one engine has read. A page is a file, written whole or not at all."""

    def __init__(self, data: bytes, fingerprint: str) -> None:
        key = hashlib.blake2b(data, digest_size=16, key=hashlib.blake2b(fingerprint.encode()).digest()).hexdigest()
        self._folder = cache_folder() / key[:2] / key

    def get(self, number: int) -> ReadPage | None:
        """What was read on a page before; None where nothing was, or what is there is damaged."""
        try:
            kept = json.loads(self._file(number).read_text("utf-8"))
            lines = tuple(PrintedLine(**line) for line in kept["lines"])
            return ReadPage(kept["markdown"], lines, kept["fault"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, number: int, page: ReadPage) -> None:
        """Keep a page. A disk that is full or not to be written costs only the cache."""
        file = self._file(number)
        part = file.with_suffix(f".{os.getpid()}.part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(asdict(page), ensure_ascii=False), "utf-8")
            part.replace(file)
        except OSError:
            part.unlink(missing_ok=True)

    def _file(self, number: int) -> Path:
        return self._folder / f"{number + 1}.json"
