"""Which legacy encoding bytes are in that do not say so: told by charset-normalizer where the script is not Latin.

In words of a Latin script foreign letters stand among ASCII ones; in any other script they make up the word. Which of
the Latin encodings it is, statistics cannot tell from a few names, so letters do that no language has in one word.
"""

from __future__ import annotations

import re

_SCRIPTS = (
    *("gb18030", "big5hkscs", "big5", "cp932", "euc_jp", "euc_kr", "cp949", "koi8_r", "koi8_u", "cp1251", "cp866"),
    *("cp1253", "cp1255", "cp1256"),
)
_SAMPLE = 64 * 1024  # bytes that are looked at
_MIN_FOREIGN = 0.6  # share of bytes over 127 in words that have any, from which the script is not Latin
_FEWEST = 6  # such bytes, under which nothing is told of a script
_MIN_SOUND = 0.97  # share of characters other than ASCII that must be letters or signs of a script
_WORD = re.compile(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*")
_CENTRAL = re.compile(r"(?<=[^\W\d_])[³¹¿£¥¶](?=[^\W\d_])|\b[³£¯][^\W\d_]")  # Polish letters where cp1252 has signs
_CZECH = re.compile(r"[ìùèò]\w*[ýø]|[ýø]\w*[ìùèò]|ø\w*[áý]|[áý]\w*ø", re.IGNORECASE)
_TURKISH = re.compile(r"[ýðþ]\w*[çü]|[çü]\w*[ýðþ]", re.IGNORECASE)


def guessed(data: bytes) -> str | None:
    """The encoding that bytes which are no UTF-8 are probably in; None where cp1252 is as good as any."""
    sample = b"\n".join(line for line in data[: 8 * _SAMPLE].split(b"\n") if not line.isascii())[:_SAMPLE]
    words = b"".join(_WORD.findall(sample))
    foreign = sum(byte > 0x7F for byte in words)
    return _of_script(sample) if foreign >= max(_FEWEST, _MIN_FOREIGN * len(words)) else _of_latin(sample)


def _of_script(sample: bytes) -> str | None:
    """The encoding of a text in a script that is not Latin."""
    from charset_normalizer import from_bytes

    whole = sample[: sample.rfind(b"\n")] if len(sample) == _SAMPLE and b"\n" in sample else sample
    best = from_bytes(whole, cp_isolation=[*_SCRIPTS, "cp1252"]).best()
    if best is None or best.encoding == "cp1252":
        return None
    signs = [char for char in str(best) if not char.isascii() and not char.isspace()]
    sound = sum(char.isalpha() or ord(char) >= 0x2000 for char in signs)
    return _wider(best.encoding) if signs and sound >= _MIN_SOUND * len(signs) else None


def _wider(encoding: str) -> str:
    """The superset of an encoding that people write under its name."""
    return {"euc_kr": "cp949", "big5": "big5hkscs"}.get(encoding, encoding)


def _of_latin(sample: bytes) -> str | None:
    """cp1250 or cp1254 where cp1252 would give letters that no language has together."""
    text = sample.decode("cp1252", errors="replace")
    if _CENTRAL.search(text) or _CZECH.search(text):
        return "cp1250"
    return "cp1254" if _TURKISH.search(text) else None
