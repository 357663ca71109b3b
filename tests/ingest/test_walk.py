"""What a folder gives to read: in order, once, LaTeX papers whole, and nothing fatal on the way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from litdex.errors import UserError
from litdex.ingest.walk import Skipped, Unit, walk

ROOT = "\\documentclass{article}\n\\begin{document}\n"


def make(folder: Path, files: dict[str, str]) -> Path:
    """A folder with these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def names(folder: Path, *roots: Path) -> list[str]:
    """The units' paths below the folder."""
    return [item.path.relative_to(folder.resolve()).as_posix() for item in walk(roots or [folder])]


def unit(path: Path) -> Unit:
    """The unit of one file or project."""
    (item,) = (item for item in walk([path.parent]) if item.path == path.resolve())
    assert isinstance(item, Unit)
    return item


def test_files_come_sorted_and_hidden_ones_not_at_all(tmp_path: Path) -> None:
    make(
        tmp_path,
        {"b.pdf": "", "a/z.xml": "", "a/.x.xml": "", ".git/c.txt": "", ".litdex/d.db": "", "B.pdf": "", "c": ""},
    )
    assert names(tmp_path) == ["B.pdf", "b.pdf", "c", "a/z.xml"]


def test_a_file_reached_twice_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, {"a/x.pdf": "", "a/y.pdf": ""})
    (tmp_path / "link.pdf").symlink_to(tmp_path / "a/x.pdf")
    assert names(tmp_path, tmp_path / "a/y.pdf", tmp_path, tmp_path / "a") == ["a/y.pdf", "a/x.pdf"]


def test_loops_of_links_and_dead_links_are_harmless(tmp_path: Path) -> None:
    make(tmp_path, {"a/x.pdf": ""})
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/self").symlink_to("self")
    (tmp_path / "dead").symlink_to("nowhere")
    assert names(tmp_path) == ["a/x.pdf"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert names(tmp_path) == []
    (skipped,) = walk([tmp_path / "pipe"])
    assert isinstance(skipped, Skipped)
    assert "neither a file nor a folder" in skipped.reason


def test_a_missing_root_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"paperz.*no such file or folder"):
        list(walk([tmp_path / "paperz"]))
    (tmp_path / "self").symlink_to("self")
    with pytest.raises(UserError, match="no such file or folder"):
        list(walk([tmp_path / "self"]))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_locked_folder_is_reported_and_the_rest_read(tmp_path: Path) -> None:
    make(tmp_path, {"a/x.pdf": "", "b/y.pdf": ""})
    (tmp_path / "a").chmod(0)
    first, second = walk([tmp_path])
    (tmp_path / "a").chmod(0o700)
    assert isinstance(first, Skipped)
    assert "permissions" in first.reason
    assert isinstance(second, Unit)


def test_a_folder_that_cannot_be_opened_is_reported_and_the_rest_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for those who may read everything: the folder is opened by a function that fails for it."""
    make(tmp_path, {"a/x.pdf": "", "b/y.pdf": ""})
    scandir = os.scandir

    def locked(path: Path) -> object:
        if path.name == "a":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", locked)
    first, second = walk([tmp_path])
    assert isinstance(first, Skipped)
    assert first.reason == f"{tmp_path / 'a'}: cannot be opened (Permission denied); check its permissions"
    assert second.path.name == "y.pdf"


def test_deep_folders_do_not_exhaust_the_stack(tmp_path: Path) -> None:
    folders = [str(tmp_path) + "/d" * depth for depth in range(1, 1201)]
    for folder in folders:
        os.mkdir(folder)  # noqa: PTH102 - pathlib's own recursion gives up here
    (Path(folders[-1]) / "x.pdf").write_text("")
    assert len(names(tmp_path)) == 1
    (Path(folders[-1]) / "x.pdf").unlink()
    for folder in reversed(folders):  # so that pytest need not, by recursion
        os.rmdir(folder)  # noqa: PTH106


PROJECT = {
    "p/main.tex": ROOT + "\\input{parts/intro}\n\\includegraphics[width=1cm]{figs/one}\\bibliography{refs,more}",
    "p/main.bbl": "",
    "p/main.pdf": "compiled",
    "p/parts/intro.tex": "\\section{Introduction}",
    "p/parts/own.sty": "",
    "p/refs.bib": "",
    "p/figs/one.pdf": "",
    "p/figs/unused.pdf": "",
    "p/figs/two.eps": "",
    "p/revtex.bst": "",
    "p/main.aux": "",
}


def test_a_latex_project_is_one_unit_with_its_sources_as_members(tmp_path: Path) -> None:
    make(tmp_path, PROJECT)
    assert names(tmp_path) == ["p/main.tex"]
    members = [
        member.relative_to(tmp_path.resolve() / "p").as_posix() for member in unit(tmp_path / "p/main.tex").members
    ]
    assert members == ["main.tex", "main.bbl", "refs.bib", "parts/intro.tex", "parts/own.sty"]


def test_two_roots_in_a_folder_are_two_papers(tmp_path: Path) -> None:
    make(tmp_path, PROJECT | {"p/supplement.tex": "\\documentstyle{article}"})
    assert names(tmp_path) == ["p/main.tex", "p/supplement.tex"]


def test_other_papers_beside_a_latex_root_are_not_swallowed(tmp_path: Path) -> None:
    make(tmp_path, PROJECT | {"p/another paper.pdf": "", "p/library.bib": "", "p/sub/third.pdf": "", "p/x.xml": ""})
    assert names(tmp_path) == ["p/another paper.pdf", "p/library.bib", "p/main.tex", "p/x.xml", "p/sub/third.pdf"]


def test_a_project_in_a_projects_subfolder_is_its_own(tmp_path: Path) -> None:
    make(tmp_path, {"note.tex": ROOT, "a/one.tex": ROOT, "a/part.tex": "x", "b/two.tex": ROOT, "part.tex": "x"})
    assert names(tmp_path) == ["note.tex", "a/one.tex", "b/two.tex"]
    assert [member.name for member in unit(tmp_path / "note.tex").members] == ["note.tex", "part.tex"]
    assert [member.name for member in unit(tmp_path / "a/one.tex").members] == ["one.tex", "part.tex"]


@pytest.mark.parametrize(
    "text", ["% \\documentclass{article}\nx", "\\documentclass{standalone}", "\\documentclass[main.tex]{subfiles}", ""]
)
def test_what_is_no_root_makes_no_project(tmp_path: Path, text: str) -> None:
    make(tmp_path, {"a.tex": text, "b.pdf": "", "c.eps": ""})
    assert names(tmp_path) == ["a.tex", "b.pdf", "c.eps"]


def test_a_root_named_by_itself_brings_its_members(tmp_path: Path) -> None:
    make(tmp_path, PROJECT)
    (item,) = walk([tmp_path / "p/main.tex"])
    assert item == unit(tmp_path / "p/main.tex")
    assert names(tmp_path, tmp_path / "p/figs/unused.pdf") == ["p/figs/unused.pdf"]


def test_a_change_of_any_member_shows(tmp_path: Path) -> None:
    make(tmp_path, PROJECT)
    project = unit(tmp_path / "p/main.tex")
    stat, digest = project.stat(), project.digest()
    assert (unit(tmp_path / "p/main.tex").stat(), unit(tmp_path / "p/main.tex").digest()) == (stat, digest)
    (tmp_path / "p/figs/two.eps").write_text("redrawn")
    assert unit(tmp_path / "p/main.tex").stat() == stat
    os.utime(tmp_path / "p/parts/intro.tex", ns=(1, 1))
    assert unit(tmp_path / "p/main.tex").stat() != stat
    assert unit(tmp_path / "p/main.tex").digest() == digest
    (tmp_path / "p/parts/intro.tex").write_text("\\section{Foreword}")
    assert unit(tmp_path / "p/main.tex").digest() != digest


def test_a_moved_border_between_members_shows(tmp_path: Path) -> None:
    one = make(tmp_path / "1", {"a.tex": ROOT + "x", "b.tex": "y"})
    two = make(tmp_path / "2", {"a.tex": ROOT + "xy", "b.tex": ""})
    assert unit(one / "a.tex").digest() != unit(two / "a.tex").digest()


def test_a_file_that_vanished_has_a_state_too(tmp_path: Path) -> None:
    make(tmp_path, {"a.pdf": "x"})
    gone = unit(tmp_path / "a.pdf")
    before = gone.stat(), gone.digest()
    (tmp_path / "a.pdf").unlink()
    assert gone.stat() != before[0]
    assert gone.digest() != before[1]
