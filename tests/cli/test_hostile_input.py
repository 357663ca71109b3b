"""A folder of broken and hostile files: each costs one clear line, the good one beside them is ingested."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import resource
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from litdex.cli.main import run

GOOD = {"id": "0901.1234", "title": "Good paper", "abstract": "It is fine.", "categories": ["quant-ph"], "date": "2009"}
BILLION = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
JATS = (
    "<article><front><article-meta><title-group><article-title>{}</article-title></title-group></article-meta></front>"
    "</article>"
)


def zipped(name: str, data: bytes, times: int = 1) -> bytes:
    """A zip with one member, zipped again so many times."""
    for _ in range(times):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, data)
        data, name = target.getvalue(), "inner.zip"
    return data


def tarred(name: str, data: bytes) -> bytes:
    """A tar with one member of any name."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def encrypted_pdf() -> bytes:
    """A PDF that asks for a password."""
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(100, 700, "Hidden text")
    canvas.save()
    return target.getvalue()


BAD: dict[str, Callable[[], bytes]] = {
    "empty.pdf": lambda: b"",
    "truncated.pdf": lambda: b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog",
    "password.pdf": encrypted_pdf,
    "named-wrongly.pdf": lambda: bytes(range(256)) * 20,
    "truncated.xml": lambda: JATS.format("A title")[:60].encode(),
    "bomb.xml": lambda: f'<!DOCTYPE a [<!ENTITY e0 "x">{BILLION}]>{JATS.format("&e11;")}'.encode(),
    "external.xml": lambda: (
        f'<!DOCTYPE article [<!ENTITY x SYSTEM "file:///etc/passwd">]>{JATS.format("&x;")}'
    ).encode(),
    "truncated.jsonl.xz": lambda: lzma.compress(json.dumps(GOOD).encode() * 1000)[:40],
    "bomb.jsonl.gz": lambda: gzip.compress(b" " * 200_000_000, 9),
    "bomb.zip": lambda: zipped("x.json", b"0" * 300_000_000),
    "nested.zip": lambda: zipped("a.json", json.dumps(GOOD).encode(), times=8),
    "traversal.tar": lambda: tarred("../../../../tmp/evil.jsonl", json.dumps({**GOOD, "id": "0901.6666"}).encode()),
    "itself.tex": lambda: rb"\documentclass{article}\begin{document}\input{itself}\end{document}",
    "broken.jsonl": lambda: b'{"id": "0901.77',
}


def test_each_bad_file_is_one_clear_line_and_the_rest_is_ingested(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, library = tmp_path / "papers", str(tmp_path / "library")
    folder.mkdir()
    for name, make in BAD.items():
        (folder / name).write_bytes(make())
    (folder / "zz-good.jsonl").write_text(json.dumps(GOOD))
    (folder / os.fsdecode(b"latin-\xe9.jsonl")).write_text(json.dumps({**GOOD, "id": "0901.4321", "title": "Odd name"}))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert run(["ingest", str(folder), "--library", library]) == 0
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    capsys.readouterr()
    assert run(["status", "--json", "--library", library]) == 0
    status = json.loads(capsys.readouterr().out)
    assert status["papers"] == 2
    listed: dict[str, list[str]] = {}
    for failure in status["failures"]:
        listed.setdefault(Path(failure["file"]).name, []).append(failure["reason"])
    assert set(listed) == set(BAD)
    for name, reasons in listed.items():
        assert len(reasons) == 1, name
        assert "\n" not in reasons[0]
        assert 10 < len(reasons[0]) < 300
    assert "password" in listed["password.pdf"][0]
    assert grown < 400_000  # kB
    assert not Path("/tmp/evil.jsonl").exists()
    assert run(["show", "0901.6666", "--library", library]) == 1


def test_ingesting_bad_files_again_reads_none_of_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 broken")
    os.utime(tmp_path / "a.pdf", (1e9, 1e9))
    for expected in ("1 failed", "1 unchanged"):
        assert run(["ingest", str(tmp_path / "a.pdf"), "--library", str(tmp_path / "library")]) == 0
        assert expected in capsys.readouterr().out
