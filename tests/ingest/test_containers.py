"""Files to documents: packed, archived, nested, damaged, and made to do harm."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from litdex.errors import UnreadableFile
from litdex.ingest import streams
from litdex.ingest.blob import HEAD_BYTES, MAX_WHOLE, Blob, Fault
from litdex.ingest.containers import open_unit
from litdex.ingest.walk import Unit

ROOT = b"\\documentclass{article}\n\\begin{document}\\input{parts/intro}\\end{document}"
TEXT = b"A short paper, in plain words.\n"

Files = dict[str, bytes]


def zipped(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(files: Files, mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar of these files."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode, format=form) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def encrypted(data: bytes) -> bytes:
    """A zip whose members are all marked as encrypted, as far as its directory tells."""
    data = data.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data = data[: at + 8] + bytes([data[at + 8] | 1]) + data[at + 9 :]
        at = data.find(b"PK\x01\x02", at + 4)
    return data


class Opened:
    """What a file gives: documents by name without the path, faults as lines without the folder."""

    def __init__(self, path: Path) -> None:
        self.blobs: dict[str, Blob] = {}
        self.faults: list[str] = []
        for item in open_unit(Unit(path, (path,))):
            if isinstance(item, Fault):
                assert item.ordinal == -1
                assert "\n" not in item.reason
                self.faults.append(item.reason.removeprefix(f"{path.parent}/"))
            else:
                self.blobs[item.name.removeprefix(f"{path.parent}/")] = item

    @property
    def contents(self) -> Files:
        """The documents' bytes."""
        return {name: blob.read() for name, blob in self.blobs.items()}


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[bytes], Opened]:
    """Write bytes to a file called `f` and open it."""

    def write(data: bytes) -> Opened:
        (tmp_path / "f").write_bytes(data)
        return Opened(tmp_path / "f")

    return write


Opener = Callable[[bytes], Opened]
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "bzip2": bz2.compress,
}


@pytest.mark.parametrize("packer", PACKERS)
def test_a_packed_file_is_one_document_whatever_its_name(opened: Opener, packer: str) -> None:
    content = bytes(range(256)) * 1000
    result = opened(PACKERS[packer](content))
    (blob,) = result.blobs.values()
    assert list(result.blobs) == ["f"]
    assert blob.head() == content[:HEAD_BYTES]
    assert blob.read() == content
    with blob.open() as stream:
        assert b"".join(iter(lambda: stream.read(7777), b"")) == content
    assert blob.siblings() == []


def test_several_members_and_junk_after_them(opened: Opener) -> None:
    assert opened(gzip.compress(b"one ") + gzip.compress(b"two")).contents == {"f": b"one two"}
    assert opened(gzip.compress(b"one") + b"\0" * 100).contents == {"f": b"one"}
    assert opened(gzip.compress(b"one") + b"junk").contents == {"f": b"one"}
    assert opened(lzma.compress(b"one ") + b"\0" * 8 + lzma.compress(b"two")).contents == {"f": b"one two"}
    assert opened(bz2.compress(b"one ") + bz2.compress(b"two")).contents == {"f": b"one two"}


ARCHIVERS: dict[str, Callable[[Files], bytes]] = {
    "zip": zipped,
    "stored zip": lambda files: zipped(files, zipfile.ZIP_STORED),
    "zip by lzma": lambda files: zipped(files, zipfile.ZIP_LZMA),
    "tar": tarred,
    "gnu tar": lambda files: tarred(files, form=tarfile.GNU_FORMAT),
    "old tar": lambda files: tarred(files, form=tarfile.USTAR_FORMAT),
    "tar.gz": lambda files: tarred(files, "w:gz"),
    "tar.xz": lambda files: tarred(files, "w:xz"),
    "tar.bz2": lambda files: tarred(files, "w:bz2"),
    "tar in zip": lambda files: zipped({"in": tarred(files)}),
    "zip in tar.gz": lambda files: tarred({"in": zipped(files)}, "w:gz"),
    "tar.gz in tar": lambda files: tarred({"in": tarred(files, "w:gz")}),
}


@pytest.mark.parametrize("archiver", ARCHIVERS)
def test_members_are_documents_in_their_order(opened: Opener, archiver: str) -> None:
    result = opened(ARCHIVERS[archiver]({"b/two.txt": TEXT, "a.pdf": b"%PDF-1.4", "c.json.gz": gzip.compress(b"{}")}))
    inside = "f!in!" if " in " in archiver else "f!"
    assert result.contents == {inside + "b/two.txt": TEXT, inside + "a.pdf": b"%PDF-1.4", inside + "c.json.gz": b"{}"}
    assert list(result.blobs) == [inside + "b/two.txt", inside + "a.pdf", inside + "c.json.gz"]
    assert result.faults == []


def test_a_tar_from_before_posix_is_told(opened: Opener) -> None:
    data = bytearray(tarred({"a.txt": TEXT}, form=tarfile.USTAR_FORMAT))
    data[257:265] = b"\0" * 8  # "ustar\x0000"
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + 8 * 32 + sum(data[156:512]))
    assert opened(bytes(data)).contents == {"f!a.txt": TEXT}


def test_hidden_files_and_figures_in_archives_are_left_out(opened: Opener) -> None:
    files = {
        "a.txt": TEXT,
        ".b.txt": TEXT,
        "__MACOSX/._a.txt": TEXT,
        "fig.PNG": b"\x89PNG",
        "x.sty": b"x",
        "d/.e/f": b"x",
    }
    assert list(opened(zipped(files)).blobs) == ["f!a.txt"]


PROJECT = {
    "p/main.tex": ROOT,
    "p/main.bbl": b"bbl",
    "p/parts/intro.tex": b"intro",
    "p/fig.pdf": b"%PDF-",
    "README": TEXT,
}


@pytest.mark.parametrize("archiver", ["zip", "tar", "tar.gz", "tar.gz in tar"])
def test_of_a_latex_paper_the_root_is_given_and_its_parts_beside_it(opened: Opener, archiver: str) -> None:
    result = opened(ARCHIVERS[archiver](PROJECT))
    inside = "f!in!" if " in " in archiver else "f!"
    assert list(result.blobs) == [inside + "p/main.tex", inside + "README"]
    root = result.blobs[inside + "p/main.tex"]
    assert root.siblings() == ["../README", "fig.pdf", "main.bbl", "parts/intro.tex"]
    for path in root.siblings():
        assert root.sibling(path) is not None
    part = root.sibling("./parts/intro.tex")
    assert part is not None
    assert (part.name.rpartition("!")[2], part.read()) == ("p/parts/intro.tex", b"intro")
    back = part.sibling("../main.bbl")
    assert back is not None
    assert back.read() == b"bbl"


def test_an_archive_of_two_roots_gives_two_papers(opened: Opener) -> None:
    result = opened(zipped({"a.tex": ROOT, "b.tex": b"\\documentstyle{article}", "c.tex": b"part"}))
    assert list(result.blobs) == ["f!a.tex", "f!b.tex"]


OUTSIDE = ["../x", "/etc/passwd", "parts/../../../etc/passwd", "..", ".", "", "a\0b", "x" * 5000, "nope", "parts"]


@pytest.mark.parametrize("relative", OUTSIDE)
def test_a_sibling_never_lies_outside(tmp_path: Path, relative: str) -> None:
    (tmp_path / "x").write_text("secret")
    folder = tmp_path / "p"
    (folder / "parts").mkdir(parents=True)
    (folder / "main.tex").write_bytes(ROOT)
    (folder / "main.zip").write_bytes(zipped({"main.tex": ROOT, "parts/a.tex": b""}))
    for path in (folder / "main.tex", folder / "main.zip"):
        (blob,) = Opened(path).blobs.values()
        assert blob.sibling(relative) is None


def test_siblings_on_disk_stay_in_the_folder_and_leave_out_what_is_hidden(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    (folder / "parts").mkdir(parents=True)
    (tmp_path / "secret.tex").write_text("secret")
    (folder / "main.tex").write_bytes(ROOT)
    (folder / "parts/intro.tex").write_text("intro")
    (folder / ".env").write_text("key")
    (folder / "out.tex").symlink_to(tmp_path / "secret.tex")
    (folder / "loop.tex").symlink_to("loop.tex")
    (blob,) = Opened(folder / "main.tex").blobs.values()
    assert blob.siblings() == ["parts/intro.tex"]
    assert blob.sibling("out.tex") is blob.sibling(".env") is blob.sibling("loop.tex") is None
    part = blob.sibling("parts/intro.tex")
    assert part is not None
    assert part.read() == b"intro"
    assert part.sibling("../main.tex") is not None
    assert part.sibling("../../secret.tex") is None


def failure(opened: Opener, data: bytes) -> str:
    """The one line with which the whole file is refused, when it is opened or read."""
    with pytest.raises(UnreadableFile) as caught:
        opened(data).contents  # noqa: B018
    assert "\n" not in str(caught.value)
    return str(caught.value).rpartition("/")[2]


NOISE = random.Random(0).randbytes(200_000)


@pytest.mark.parametrize("packer", ["gzip", "xz", "bzip2"])
@pytest.mark.parametrize("keep", [20, -10])
def test_a_packed_file_that_is_cut_off(opened: Opener, packer: str, keep: int) -> None:
    assert failure(opened, PACKERS[packer](NOISE)[:keep]) == "f: is cut off before its end; fetch or copy it again"


@pytest.mark.parametrize("packer", ["gzip", "xz", "bzip2"])
def test_a_packed_file_that_is_altered(opened: Opener, packer: str) -> None:
    data = bytearray(PACKERS[packer](NOISE))
    data[len(data) // 2] ^= 255
    assert failure(opened, bytes(data)).startswith("f: is damaged and cannot be unpacked (")


def test_other_files_that_cannot_be_opened(opened: Opener, tmp_path: Path) -> None:
    assert failure(opened, b"") == "f: is empty"
    assert failure(opened, gzip.compress(b"")) == "f: is empty"
    assert failure(opened, zipped({"a": NOISE})[:-30]).startswith("f: is damaged or cut off")
    assert failure(opened, tarred({"a": NOISE}, "w:gz")[:-100]).startswith("f: is cut off")
    assert failure(opened, zipped({"[Content_Types].xml": b"<x/>"})).startswith("f: is an Office document")
    assert failure(opened, encrypted(zipped({"a": TEXT, "b": TEXT}))).startswith("f: is protected by a password")
    with pytest.raises(UnreadableFile, match=r"gone.pdf: cannot be opened \(No such file"):
        Opened(tmp_path / "gone.pdf")


def test_one_bad_member_does_not_stop_the_others(opened: Opener) -> None:
    stored = zipped({"a.txt": TEXT, "b.txt": b"to be altered", "c.txt": b"", "d.gz": gzip.compress(NOISE)[:99]}, 0)
    half = encrypted(zipped({"x": TEXT})), zipped({"y": TEXT})
    result = opened(zipped({"1": stored.replace(b"to be altered", b"altered now!!"), "2": half[0], "3": half[1]}))
    assert result.contents == {"f!1!a.txt": TEXT, "f!3!y": TEXT}
    assert [fault.partition(" (")[0] for fault in result.faults] == [
        "f!1!b.txt: is damaged and cannot be unpacked",
        "f!1!c.txt: is empty",
        "f!1!d.gz: is cut off before its end; fetch or copy it again",
        "f!2: is protected by a password; unpack it first",
    ]


def test_a_tar_cut_off_gives_what_stands_before(opened: Opener) -> None:
    result = opened(tarred({"a": TEXT, "b": NOISE, "c": TEXT}, form=tarfile.USTAR_FORMAT)[:10_000])
    assert result.contents == {"f!a": TEXT}
    assert result.faults[0] == "f!b: is cut off before its end; fetch or copy the archive again"


@pytest.mark.parametrize("name", ["../../up", "/abs", "a/../../b", "..\\up"])
@pytest.mark.parametrize("archiver", ["zip", "tar"])
def test_members_that_lead_out_of_the_archive_are_refused(opened: Opener, archiver: str, name: str) -> None:
    result = opened(ARCHIVERS[archiver]({name: b"root:x", "ok": TEXT}))
    assert result.contents == {"f!ok": TEXT}
    assert result.faults == [f"f!{name}: its path leads out of the archive; not read"]


def test_links_and_devices_in_a_tar_are_passed_over(opened: Opener) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            info = tarfile.TarInfo(f"bad{kind!r}")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("ok")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    assert opened(data.getvalue()).contents == {"f!ok": TEXT}


def test_a_name_cannot_forge_a_second_line(opened: Opener) -> None:
    result = opened(tarred({"a\nb\x1b[31m": TEXT, "../c\nd": TEXT}))
    assert list(result.blobs) == ["f!a\ufffdb\ufffd[31m"]
    assert result.faults == ["f!../c\ufffdd: its path leads out of the archive; not read"]


@pytest.mark.parametrize("wrap", [lambda data: zipped({"z": data}), lambda data: tarred({"z": data}, "w:gz")])
def test_an_archive_in_an_archive_in_an_archive_is_refused(opened: Opener, wrap: Callable[[bytes], bytes]) -> None:
    data = TEXT
    for _ in range(3):
        data = wrap(data)
    result = opened(wrap(data))
    assert result.blobs == {}
    assert result.faults == ["f!z!z: is packed too often (archive in archive in archive); unpack it first"]


def test_endless_compressions_are_refused(opened: Opener) -> None:
    data = TEXT
    for _ in range(20):
        data = gzip.compress(data)
    assert "packed too often" in failure(opened, data)


BOMB = gzip.compress(bytes(10_000_000)) * 12  # 120 MB in 117 kB
BOMBS: dict[str, Callable[[], bytes]] = {
    "gzip": lambda: BOMB,
    "xz": lambda: lzma.compress(bytes(120_000_000), preset=0),
    "zip": lambda: zipped({"a": bytes(120_000_000)}),
    "many members": lambda: zipped({f"{i}": b"x" + bytes(20_000_000) for i in range(6)}),
    "zip in zip": lambda: zipped({"a": zipped({"b": bytes(120_000_000)})}),
    "tar.gz": lambda: tarred({"a": bytes(120_000_000)}, "w:gz"),
    "gzips in tar": lambda: tarred({f"{i}": gzip.compress(b"x" + bytes(20_000_000)) for i in range(6)}, "w:gz"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_stopped_in_bounded_memory(tmp_path: Path, bomb: str) -> None:
    """In a process of its own, whose peak of memory is measured; reading by streams, as the parser of a corpus does."""
    (tmp_path / "f").write_bytes(BOMBS[bomb]())
    script = """
import resource, sys
from pathlib import Path
from litdex.errors import UnreadableFile
from litdex.ingest.blob import Fault
from litdex.ingest.containers import open_unit
from litdex.ingest.walk import Unit
before, read, lines = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0, []
try:
    for item in open_unit(Unit(Path(sys.argv[1]), (Path(sys.argv[1]),))):
        if isinstance(item, Fault):
            lines.append(item.reason)
            continue
        try:
            with item.open() as stream:
                while data := stream.read(65536):
                    read += len(data)
        except UnreadableFile as error:
            lines.append(str(error))
except UnreadableFile as error:
    lines.append(str(error))
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, read, *lines, sep="\\n")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "f")], capture_output=True, text=True, check=True
    )
    memory, read, *lines = done.stdout.splitlines()
    assert "like a zip bomb; not read any further" in lines[-1]
    assert len(lines) <= 3
    assert int(read) < 80_000_000
    assert int(memory) < 40  # MB over what the imports took


def test_much_data_of_an_ordinary_ratio_is_no_bomb(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "FREE_BYTES", 1000)
    content = NOISE + bytes(10_000_000)
    assert opened(gzip.compress(content)).contents == {"f": content}
    assert opened(zipped({"a": content, "b": content})).contents == {"f!a": content, "f!b": content}


def test_reading_again_does_not_count_against_the_bounds(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "FREE_BYTES", 3_000_000)
    (blob,) = opened(gzip.compress(bytes(2_000_000))).blobs.values()
    for _ in range(5):
        assert len(blob.read()) == 2_000_000


def test_a_document_too_large_to_be_held_is_refused_by_read_alone(tmp_path: Path) -> None:
    path = tmp_path / "huge.pdf"
    with path.open("wb") as file:
        file.truncate(MAX_WHOLE + 1)
    (blob,) = Opened(path).blobs.values()
    assert len(blob.head()) == HEAD_BYTES
    with pytest.raises(UnreadableFile, match=r"huge\.pdf: is larger than 128 MB"):
        blob.read()


def test_an_xz_file_that_needs_much_memory_is_refused(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened(lzma.compress(TEXT, preset=9)).contents == {"f": TEXT}
    monkeypatch.setattr(streams, "XZ_MEMORY", 32 * 1024 * 1024)
    assert failure(opened, lzma.compress(TEXT, preset=9)) == "f: needs over 32 MB of memory to unpack; repack it"
