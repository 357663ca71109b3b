"""Text files to characters, in every encoding that papers come in."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litdex.errors import UnreadableFile
from litdex.ingest.decoding import decode, decode_head

WORDS = "Schrödinger, Poincaré: “naïve” Gödel\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_common_encodings_are_told(encoding: str) -> None:
    assert decode(WORDS.encode(encoding), "x") == WORDS


@pytest.mark.parametrize("mark", ["utf-16-be", "utf-32-be"])
def test_big_endian_marks(mark: str) -> None:
    assert decode(("\ufeff" + WORDS).encode(mark), "x") == WORDS


@pytest.mark.parametrize(
    ("declaration", "encoding", "word"),
    [
        ("\\usepackage[cp1251]{inputenc}", "cp1251", "привет"),
        ("\\usepackage[applemac]{inputenc}", "mac_roman", "Schrödinger"),
        ("\\inputencoding{latin2}", "latin2", "Łódź"),
        ("% -*- coding: koi8-r -*-", "koi8-r", "привет"),
        ("% !TeX encoding = ISO-8859-15", "iso8859-15", "10 €"),
    ],
)
def test_declared_encodings_are_believed(declaration: str, encoding: str, word: str) -> None:
    assert decode(f"{declaration}\n{word}".encode(encoding), "x").endswith(word)


@pytest.mark.parametrize("name", ["zip", "undefined", "idna", "utf-16", "utf-7", "no-such", "utf8"])
def test_useless_declarations_are_passed_over(name: str) -> None:
    assert decode(f"\\usepackage[{name}]{{inputenc}} é".encode("latin-1"), "x").endswith("é")


def test_one_damaged_byte_does_not_spoil_the_rest() -> None:
    assert decode((WORDS * 3).encode() + b"\xff", "x") == WORDS * 3 + "\ufffd"


def test_newlines_are_made_alike() -> None:
    assert decode(b"a\r\nb\rc\n", "x") == "a\nb\nc\n"


@pytest.mark.parametrize("data", [b"a\0b", codecs.BOM_UTF16_LE + b"a\0\0\0", bytes(range(1, 32)) * 4])
def test_binary_data_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"notes\.txt: holds"):
        decode(data, "notes.txt")


@given(st.text(max_size=50), st.sampled_from(["utf-8", "utf-16", "utf-32"]), st.integers(0, 220))
def test_a_head_cut_anywhere_gives_the_beginning(text: str, encoding: str, at: int) -> None:
    text = "".join(char for char in text if char.isprintable())
    data = text.encode(encoding)[:at]
    if encoding != "utf-8" and at < 4:
        return
    head = decode_head(data, cut=True)
    assert head is not None
    # Of UTF-16 a character beyond the first plane may be cut in half.
    assert text.startswith(head.removesuffix("\ufffd") if encoding == "utf-16" else head)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail(data: bytes) -> None:
    head = decode_head(data, cut=False)
    if head is None:
        with pytest.raises(UnreadableFile):
            decode(data, "x")
    else:
        assert decode(data, "x") == head
        head.encode()  # no lone surrogates
