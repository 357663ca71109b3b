"""The shelf: what users keep survives everything that the library does to itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from litdex.errors import NothingFound, SystemFault, UserError
from litdex.shelf.store import FILE, STARS, shelf


def test_reading_makes_no_file(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        assert kept.collections() == []
        assert kept.searches() == []
    assert not (tmp_path / FILE).exists()


def test_collections_keep_papers_once_each_and_stars_come_first(tmp_path: Path) -> None:
    with shelf(tmp_path, write=True) as kept:
        number = kept.add("  A  thesis ", ["b", "a"])
        kept.add(STARS, ["a"])
        assert kept.add("A thesis", ["a"]) == number
    with shelf(tmp_path) as kept:
        assert [(one.name, one.papers) for one in kept.collections()] == [(STARS, 1), ("A thesis", 2)]
        assert kept.papers(number) == ["a", "b"]
        assert [one.name for one in kept.holding("a")] == [STARS, "A thesis"]
        assert kept.starred(["a", "b"]) == {"a"}
    with shelf(tmp_path, write=True) as kept:
        kept.take(number, ["a"])
        assert kept.papers(number) == ["b"]
        kept.drop(number)
        with pytest.raises(NothingFound):
            kept.collection(number)


def test_a_search_keeps_what_was_chosen_and_an_earlier_shelf_is_read(tmp_path: Path) -> None:
    with shelf(tmp_path, write=True) as kept:
        number = kept.save("Squeezing", "spin squeezing", 10, ["a", "b", "a"])
        kept.save("Everywhere", "spin", 10)
    with shelf(tmp_path) as kept:
        assert [sorted(kept.chosen(one.id)) for one in kept.searches()] == [[], ["a", "b"]]
    with closing(sqlite3.connect(tmp_path / FILE)) as connection:
        connection.execute("DROP TABLE chosen")
    with shelf(tmp_path) as kept:
        assert kept.chosen(number) == []
    with shelf(tmp_path, write=True) as kept:
        kept.save("Squeezing", "spin squeezing", 10, ["c"])
        kept.forget(kept.save("Gone", "spin", 10, ["c"]))
    with shelf(tmp_path) as kept:
        assert [kept.chosen(one.id) for one in kept.searches()] == [[], ["c"]]


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="name"), shelf(tmp_path, write=True) as kept:
        kept.add(name, ["a"])


def test_what_fails_half_way_is_not_kept(tmp_path: Path) -> None:
    def add_both() -> None:
        with shelf(tmp_path, write=True) as kept:
            kept.add("good", ["a"])
            kept.add("", ["a"])

    with pytest.raises(UserError):
        add_both()
    with shelf(tmp_path) as kept:
        assert kept.collections() == []


def test_what_came_to_a_search_is_told_once_and_seen_once(tmp_path: Path) -> None:
    with shelf(tmp_path, write=True) as kept:
        number = kept.save("Squeezing", "spin squeezing", 10)
        kept.note(number, ["a", "b"], 12)
        kept.note(number, ["b"], 13)
        assert kept.search(number).fresh == 2
        assert kept.search(number).reached == 13
        assert kept.untold(number) == ["a", "b"]
        kept.tell(number)
        assert kept.untold(number) == []
        assert kept.unseen(number) == ["a", "b"]
        kept.see(number)
        assert kept.search(number).fresh == 0
        assert {one.paper for one in kept.found(number, 10)} == {"a", "b"}
        kept.forget(number)
        assert kept.searches() == []


def test_a_damaged_file_is_a_fault_of_one_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, " * 100)
    with pytest.raises(SystemFault, match=FILE), shelf(tmp_path) as kept:
        kept.collections()
