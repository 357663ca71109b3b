"""Thousands of damaged files through the reader of `litdex ingest`: each is read, or refused in one line.

    python -m benchmarks.mutations [pdf] [xml] [latex] [--count 1000] [--pdfs FOLDER] [--keep FOLDER]

Files begin as articles: PDFs made by `tests.ingest.pdf_maker` (and those in `--pdfs`, as `benchmarks.parsers_latex_pdf
--keep` leaves them), JATS files of ../shared/data/papers/jats, LaTeX made of these. Each mutant has bits flipped, parts
cut out, doubled or spliced in from another file, or breaks off. A child reads one after the other. Findings: the child
dies, a file takes more than `SECONDS`, the process more than 1 GB, a parser fails by an error that is none of litdex's
own, a reason has more than one line. Their files are kept in FOLDER. Exit code 1 if there are any.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.parsers_latex import ARTICLES, article

SECONDS = 60.0
"""More than this for one file, on a busy machine, is a hang."""
MOST_BYTES = 1_000_000_000
SUFFIX = {"pdf": ".pdf", "xml": ".xml", "latex": ".tex"}
PARAGRAPHS = 12  # of an article in a PDF: three pages


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `what` is "read", "refused", or what makes it a finding."""

    what: str
    detail: str
    seconds: float
    peak: int  # bytes, of the process so far


def seeds(kind: str, more: Path | None) -> list[bytes]:
    """Sound files of a kind."""
    paths = sorted(ARTICLES.glob("*.xml"))
    if kind == "xml":
        return [path.read_bytes() for path in paths]
    if kind == "latex":
        return [_whole(path) for path in paths]
    from tests.ingest.pdf_article import read_jats
    from tests.ingest.pdf_maker import Style, make_pdf

    short = []
    for path in paths:
        one = read_jats(path)
        some = [(level, title, texts[:4]) for level, title, texts in one.sections][: PARAGRAPHS // 4]
        short.append(replace(one, sections=some, captions=one.captions[:2], references=one.references[:12]))
    made = [make_pdf(one, Style(columns=1 + place % 2)) for place, one in enumerate(short)]
    return made + [path.read_bytes() for path in sorted(more.glob("*.pdf"))] if more else made


def _whole(path: Path) -> bytes:
    """A LaTeX project in one file."""
    from tests.ingest.latex_project import project_of

    files = project_of(article(path)).files
    text = files["main.tex"]
    for name, data in files.items():
        text = text.replace(f"\\input{{{name.removesuffix('.tex')}}}".encode(), data)
    return text.replace(rb"\bibliography{refs}", files["main.bbl"])


def mutant(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """The file with one to four kinds of damage."""
    broken = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(broken) + 1)
        size = chance.choice((1, 4, 64, 1024, len(broken) // 4))
        kind = chance.randrange(6)
        if kind == 0:
            for _ in range(chance.choice((1, 8, 200))):
                place = chance.randrange(max(1, len(broken)))
                broken[place : place + 1] = bytes([broken[place] ^ (1 << chance.randrange(8))]) if broken else b""
        elif kind == 1:
            del broken[at : at + size]
        elif kind == 2:
            start = chance.randrange(len(other) + 1)
            broken[at:at] = other[start : start + size]
        elif kind == 3:
            broken[at:at] = broken[at : at + size]
        elif kind == 4:
            broken[at : at + size] = chance.randbytes(min(size, 4096))
        elif chance.random() < 0.3:
            del broken[at:]
    return bytes(broken)


def mutants(kind: str, count: int, more: Path | None) -> Iterator[bytes]:
    """The same files every time."""
    whole, chance = seeds(kind, more), random.Random(kind)
    for number in range(count):
        yield mutant(whole[number % len(whole)], chance.choice(whole), chance)


def look(path: Path) -> Outcome:
    """Read a file as an ingest does, and do with its papers what comes next."""
    from litdex.ingest import identity, serialise
    from litdex.ingest.blob import Fault
    from litdex.ingest.passages import passages
    from litdex.ingest.walk import Unit
    from litdex.pipeline.reading import read

    begun, papers, reasons = time.perf_counter(), 0, []
    for piece in read(Unit(path, (path,))):
        for item in piece.items:
            if isinstance(item, Fault):
                reasons.append(item.reason)
                continue
            papers += 1
            if serialise.from_json(serialise.to_json(item)) != item:
                reasons.append("FINDING a paper is another one after JSON and back")
            passages(item)
            identity.keys(item)
    bad = [one for one in reasons if "its parser failed" in one or one.startswith("FINDING") or "\n" in one]
    bad += [] if papers or any(one.strip() for one in reasons) else ["neither a paper nor a reason"]
    what = "finding" if bad else "read" if papers else "refused"
    detail = bad[0] if bad else next(iter(reasons), "")
    return Outcome(what, detail, time.perf_counter() - begun, _peak())


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def serve(pipe: Connection) -> None:
    """A child: reads each path that it is given."""
    os.environ["LITDEX_OCR"] = "never"
    while path := pipe.recv():
        try:
            pipe.send(look(path))
        except Exception as error:
            pipe.send(Outcome("finding", f"{type(error).__name__}: {error}", 0.0, _peak()))


class Reader:
    """The child, started again when it died or hung."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._child = context.Process(target=serve, args=(theirs,), daemon=True)
        self._child.start()
        theirs.close()

    def read(self, path: Path) -> Outcome:
        """What became of it."""
        self._pipe.send(path)
        try:
            if self._pipe.poll(SECONDS):
                found: Outcome = self._pipe.recv()
                if found.peak <= MOST_BYTES:
                    return found
                found = replace(found, what="finding", detail=f"{found.peak / 1e6:,.0f} MB")
            else:
                found = Outcome("finding", "hangs", SECONDS, 0)
        except EOFError:
            self._child.join()
            found = Outcome("finding", f"the process died ({self._child.exitcode})", 0.0, 0)
        self._child.kill()
        self._start()
        return found

    def close(self) -> None:
        """Let it end."""
        self._pipe.send(None)
        self._child.join()


def run(kind: str, count: int, more: Path | None, keep: Path) -> int:
    """All mutants of a kind; prints a line, and each finding. Returns how many of these there were."""
    reader, counts, slowest, peak = Reader(), Counter[str](), 0.0, 0
    begun, findings = time.monotonic(), []
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(mutants(kind, count, more)):
            path = Path(folder) / f"{kind}{SUFFIX[kind]}"
            path.write_bytes(data)
            found = reader.read(path)
            counts[found.what] += 1
            slowest, peak = max(slowest, found.seconds), max(peak, found.peak)
            if found.what == "finding":
                findings.append(f"{number}: {found.detail[:300]}")
                (keep / f"{kind}-{number}{SUFFIX[kind]}").write_bytes(data)
    reader.close()
    print(
        f"{kind:<6}{count:>7,} files{counts['read']:>7,} read{counts['refused']:>7,} refused{len(findings):>4} findings"
        f"  slowest {slowest:.1f} s, at most {peak / 1e6:,.0f} MB, {time.monotonic() - begun:,.0f} s",
        flush=True,
    )
    for line in findings:
        print(f"    {line}", flush=True)
    return len(findings)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=", ".join(SUFFIX))
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--pdfs", type=Path)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args(arguments)
    keep = asked.keep or Path(tempfile.mkdtemp(prefix="findings-"))
    keep.mkdir(parents=True, exist_ok=True)
    found = sum(run(kind, asked.count, asked.pdfs, keep) for kind in asked.kinds or SUFFIX)
    print(f"{found} findings" + (f" in {keep}" if found else ""))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
