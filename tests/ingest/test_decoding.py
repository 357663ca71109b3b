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


FOREIGN = {
    "gb18030": "@article{a, title={玻色爱因斯坦凝聚中的自旋压缩}, author={王小明 and 李华}, year=2008}\n",
    "big5": "@article{a, title={玻色愛因斯坦凝聚中的自旋壓縮}, author={王小明 and 李華}, year=2008}\n",
    "shift_jis": "@article{a, title={ボース凝縮におけるスピンの研究}, author={山田 花子}, year=2008}\n",
    "euc_jp": "@article{a, title={ボース凝縮におけるスピンの研究}, author={山田 花子}, year=2008}\n",
    "euc_kr": "@article{a, title={보스 응축의 스핀 연구}, author={김철수}, year=2008}\n",
    "koi8_r": "@article{a, title={Распад мюонов в веществе}, author={Иванов, И. and Петров, П.}, year=2008}\n",
    "cp1251": "@article{a, title={Распад мюонов в веществе}, author={Иванов, И. and Петров, П.}, year=2008}\n",
    "cp866": "@article{a, title={Распад мюонов в веществе}, author={Иванов, И. and Петров, П.}, year=2008}\n",
    "cp1253": "@article{a, title={Μέτρηση της διάσπασης}, author={Παπαδόπουλος, Γ.}, year=2008}\n",
    "cp1250": "@article{a, title={Rozpad mionů}, author={Dvořák, Jiří and Żółć, Łukasz}, year=2008}\n",
    "cp1254": "@article{a, title={Müonların bozunması}, author={Yılmaz, Işıl and Çağlar, Ş.}, year=2008}\n",
    "cp1252": "@article{a, title={On “otters” – a}, author={Müller, Jörg and Ørsted, Á. and García, É.}, year=2008}\n",
}


@pytest.mark.parametrize("encoding", FOREIGN)
@pytest.mark.parametrize("times", [1, 40])
def test_legacy_encodings_are_told_from_what_they_hold(encoding: str, times: int) -> None:
    text = "A line in English before.\n" * 3 + FOREIGN[encoding] * times
    assert decode(text.encode(encoding), "x") == text
    assert decode_head(text.encode(encoding), cut=False) == text


@pytest.mark.parametrize("text", ["Ö", "Jérémy", "Strååt", "Þórðardóttir", "Miguel Á", "2 °C ®", "Žižek"])
def test_a_few_letters_of_the_west_stay_what_they_are(text: str) -> None:
    assert decode(text.encode("cp1252"), "x") == text


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
