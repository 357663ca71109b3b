"""Names as people print them, and filter values that must find them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litdex.ingest.author_keys import author_keys, author_query_keys
from litdex.ingest.names import parse_name, split_names
from litdex.ingest.paper import Author


@pytest.mark.parametrize(
    ("text", "given_name", "family"),
    [
        ("Hawking, S. W.", "S. W.", "Hawking"),
        ("Stephen W. Hawking", "Stephen W.", "Hawking"),
        ("Hawking SW", "S. W.", "Hawking"),
        ("van der Waals JD", "J. D.", "van der Waals"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("de la Cruz, Juan", "Juan", "de la Cruz"),
        ("Rosario Di Bartolo", "Rosario", "Di Bartolo"),
        ("Santiago Ramón y Cajal", "Santiago", "Ramón y Cajal"),
        ("Valéria de C. Souza", "Valéria de C.", "Souza"),
        ("Martin Luther King Jr.", "Martin Luther", "King Jr."),
        ("King, Jr., Martin Luther", "Martin Luther", "King Jr."),
        ("King ML Jr", "M. L.", "King Jr"),
        ("Stephen Hawking, Jr.", "Stephen", "Hawking Jr."),
        ("A.G.Ramm", "A. G.", "Ramm"),
        ("ATLAS Collaboration", "", "ATLAS Collaboration"),
        ("on behalf of the CMS Collaboration", "", "CMS Collaboration"),
        ("{Barnes and Noble}", "", "Barnes and Noble"),
        ("Maria Hoffmann-Ostenhof (Vienna University)", "Maria", "Hoffmann-Ostenhof"),
        ("王小明", "", "王小明"),
        ("Aristotle", "", "Aristotle"),
        ("Wei Du", "Wei", "Du"),
        ("Kyle Lo", "Kyle", "Lo"),
        ("Xiao Bin Wang", "Xiao Bin", "Wang"),
        ("Minh Le Nguyen", "Minh Le", "Nguyen"),
        ("Hong Di Liu", "Hong Di", "Liu"),
        ("Lindqvist M.", "M.", "Lindqvist"),
        ("Smith J.D.", "J. D.", "Smith"),
        ("Smith J D", "J. D.", "Smith"),
        ("van der Tervo P.", "P.", "van der Tervo"),
        ("Wang Y.-L.", "Y.-L.", "Wang"),
        ("Petrov Yu.A.", "Yu. A.", "Petrov"),
        ("山田 花子", "花子", "山田"),
        ("Ministry of Otters", "", "Ministry of Otters"),
        ("  ", "", ""),
        ("*", "", ""),
    ],
)
def test_a_name_is_read_in_every_usual_order(text: str, given_name: str, family: str) -> None:
    assert parse_name(text) == Author(family=family, given=given_name)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A. Bee and C. Dee", ["A. Bee", "C. Dee"]),
        ("A B, C D and E F", ["A B", "C D", "E F"]),
        ("A; B", ["A", "B"]),
        ("Last, F., Last2, G.", ["Last, F.", "Last2, G."]),
        ("Hawking, Stephen and Penrose, Roger", ["Hawking, Stephen", "Penrose, Roger"]),
        ("Hawking, S. and Roger Penrose", ["Hawking, S.", "Roger Penrose"]),
        ("Hawking SW, Penrose R", ["Hawking SW", "Penrose R"]),
        ("S. W. Hawking, R. Penrose, and G. F. R. Ellis", ["S. W. Hawking", "R. Penrose", "G. F. R. Ellis"]),
        ("Wu, Y., Li, X., & Xu, Z.", ["Wu, Y.", "Li, X.", "Xu, Z."]),
        ("King, Jr., Martin and Bob Lee", ["King, Jr., Martin", "Bob Lee"]),
        ("{Barnes and Noble} and A. Smith", ["{Barnes and Noble}", "A. Smith"]),
        ("A. Smith, B. Jones, et al.", ["A. Smith", "B. Jones"]),
        ("García Márquez, Gabriel", ["García Márquez, Gabriel"]),
        ("Di Liu, Xiao Wang, Bo Li, Wei Du", ["Di Liu", "Xiao Wang", "Bo Li", "Wei Du"]),
        ("De Luca, Guido, Di Marco, Anna", ["De Luca, Guido", "Di Marco, Anna"]),
        ("", []),
    ],
)
def test_a_list_is_cut_into_its_names(text: str, names: list[str]) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize(
    ("author", "typed"),
    [
        (name, typed)
        for name, filters in {
            "Stephen W. Hawking": (
                "Hawking", "hawking", "S. Hawking", "Hawking, S", "Hawking, S.W.", "Hawking SW", "hawking, stephen",
                "Stephen Hawking", "STEPHEN HAWKING", "hawking s", "Stephen W. Hawking",
            ),
            "Hawking, S. W.": ("Hawking", "S. Hawking", "S. W. Hawking", "Stephen Hawking", "Stephen W. Hawking"),
            "Hawking, S.": ("Stephen W. Hawking",),
            "García Márquez, Gabriel": (
                "García Márquez", "Garcia", "Márquez", "Gabriel García Márquez", "García-Márquez, G", "G. Garcia",
            ),
            "Gabriel García Márquez": ("García Márquez", "García Márquez, G."),
            "Ramón y Cajal, Santiago": ("Cajal", "Ramon y Cajal", "Santiago Ramón", "Ramón Cajal, S"),
            "Wei Du": ("Du", "wei du", "Du, W", "Du W"),
            "Kyle Lo": ("Lo", "kyle lo", "K. Lo"),
            "Wang, Xiao-Ming": ("Xiaoming Wang", "Wang XM", "X.-M. Wang", "Xiao Ming Wang"),
            "Mueller, Karl": ("Müller", "K. Müller"),
            "The KITTEN Collaboration": ("KITTEN", "the kitten collaboration", "KITTEN Collaboration"),
            "{The Pup Consortium}": ("The Pup Consortium", "Pup Consortium", "pup"),
            "{The Otter Observatory}": ("Otter Observatory", "The Otter Observatory"),
            "{Ann B. Clearwater}": ("Clearwater", "Ann Clearwater", "Clearwater, A", "Ann B. Clearwater"),
            "山田 花子": ("山田花子", "山田", "山田, 花子"),
            "Stephen William Hawking": ("Stephen W. Hawking", "Hawking, S. W.", "Stephen Hawking"),
            "Jean-Pierre Müller": ("Muller", "Müller", "Mueller", "müller, j", "J.-P. Muller", "Jean Pierre Müller"),
            "Lars Ørsted Jr.": ("Orsted", "Ørsted", "oersted", "Lars Ørsted"),
            "Patrick O'Brien": ("O'Brien", "OBrien", "O’Brien, P."),
            "Ludwig van Beethoven": ("Beethoven", "van Beethoven", "L. van Beethoven", "Beethoven, Ludwig"),
            "Rosario Di Bartolo": ("Di Bartolo", "di bartolo", "R. Di Bartolo"),
            "Di Wang": ("Di Wang", "di wang", "Wang, D."),
            "ATLAS Collaboration": ("ATLAS", "atlas collaboration", "The ATLAS Collaboration"),
            "王小明": ("王小明", "王", "王 小明", "王, 小明"),
        }.items()
        for typed in filters
    ],
)  # fmt: skip
def test_what_a_user_types_hits_one_of_the_keys(author: str, typed: str) -> None:
    assert {*author_query_keys(typed)} & {*author_keys(parse_name(author))}


def test_another_person_of_the_same_family_is_not_hit() -> None:
    keys = {*author_keys(parse_name("Stephen W. Hawking"))}
    assert not keys & {*author_query_keys("Lucy Hawking")}
    assert not keys & {*author_query_keys("Hawking, R.")}
    assert not keys & {*author_query_keys("")}
    assert not {*author_keys(parse_name("Hawking, S. W."))} & {*author_query_keys("Stephen T. Hawking")}


def test_the_keys_are_those_that_the_documentation_names() -> None:
    assert author_keys(parse_name("Stephen W. Hawking")) == (
        "hawking", "hawking, s", "hawking, s w", "hawking, stephen", "hawking, stephen w",
    )  # fmt: skip


@given(st.text(max_size=60))
def test_no_text_breaks_the_readers(text: str) -> None:
    author = parse_name(text)
    assert all(keys.strip() for keys in author_keys(author))
    assert author_query_keys(text) == author_query_keys(f" {text} ")
    assert all(name.strip() for name in split_names(text))
