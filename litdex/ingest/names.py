"""Personal names: one name read into an `Author`, and a printed list cut into names.

A suffix (Jr., III) stays at the end of `family`, where it is read, and is left out of every key. Particles belong to
the family name ("van Beethoven"). What a filter matches is made of them in `litdex.ingest.author_keys`.
"""

from __future__ import annotations

import re
import unicodedata

from litdex.ingest.paper import Author

_PARTICLE_WORDS = (
    "af al ap auf bin d da dal dalla das de degli dei del della den der des di do dos du el ibn la las le lo los "
    "op 't te ten ter van vande vanden vander vom von zu zum zur"
)
PARTICLES = frozenset(_PARTICLE_WORDS.split())
_GIVEN_TOO = frozenset({"bin", "do"})
"""Particles that in capitals are rather given names. Of 50,788 records of MEDLINE, whose names come in their parts, all
other capital ones stand before the family name more often than after the given one ("De" 429 times to 4)."""
_COMMON_IN_ASIA = (
    "nguyen tran pham hoang huynh phan vu vo dang bui ngo duong ly dinh trinh truong wang li zhang liu chen yang huang "
    "zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie song tang feng deng cao peng zeng xiao tian dong "
    "pan yuan cai jiang yu ye cheng wei su lu ding ren yao shen zhong tan kim lee park choi jung kang cho yoon jang"
)
_NO_PARTICLES = frozenset(_COMMON_IN_ASIA.split())
"""Family names before which a capital "Le", "Di" or "Van" is a part of the given name: "Minh Le Nguyen"."""
SUFFIX = re.compile(r"(?i:jr|sr|junior|senior)\.?|II|III|IV|2nd|3rd|4th")
_GROUP = re.compile(
    r"\b(collaborations?|consortium|working group|study group|group|team|project|network|initiative|committee|"
    r"society|association|organi[sz]ation|investigators|task force|commission|institut[eo]?|universit\w+|ministry|"
    r"agency|council|foundation|laborator(?:y|ies)|federation|alliance|consortia)\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"^(?:(?:and|with|on behalf of|for)\s+)*(?:the\s+)?", re.IGNORECASE)
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SPACED_INITIALS = re.compile(r"[^\W\d_](?:(?:\.[\s-]*|[\s-]+)[^\W\d_]){0,3}\.?")
_INITIALS = re.compile(rf"{_SPACED_INITIALS.pattern}|[A-Z]{{1,3}}")
_GLUED = re.compile(r"\.(?=[^\W\d_])")
_INITIAL = re.compile(
    r"(?:[^\W\d_]|[CKPSTZ]h|Dz|Gy|I[au]|Sz|Ts|Y[aeou])(?:\.|(?:\.?-[^\W\d_])+\.?)?"
)  # "M.", "Yu.", "J.-P."
_AND = re.compile(r"\s*,?\s+(?:and|&|und|et(?! al\b))\s+", re.IGNORECASE)
_ET_AL = re.compile(r"[\s,;]*\b(?:(?:and|&)\s+others|et\s+al\b\.?)[\s.]*$", re.IGNORECASE)
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h"}
)


def parse_name(text: str, *, capitals: bool = True, family_first: bool = False) -> Author:
    """One name, in any of the usual orders: "Hawking, S. W.", "Stephen W. Hawking", PubMed's "Hawking SW".

    A collaboration, a name in braces and a name in a script without spaces stay whole, in `family`, which is "" where
    the text has no letter or digit. Without `capitals` only words in lower case are particles, as BibTeX has it;
    `family_first` tells that the initials come last, whatever they look like ("SMITH JD").
    """
    text = " ".join(unicodedata.normalize("NFC", text).replace("~", " ").split())
    if not re.search(r"[^\W_]", text):
        return Author(family="")
    whole = re.fullmatch(r"\{([^{}]*)\}", text)
    bare = re.sub(r"\s*\([^()]*\)?", "", re.sub(r"[{}]", "", text)).strip(" ,;*")
    if whole or (CJK.search(bare) and not re.search(r"[\s,]", bare)):
        return Author(family=whole[1].strip() if whole else bare)
    if _GROUP.search(bare) and "," not in bare:
        return Author(family=_LEAD_IN.sub("", bare))
    if "," in bare:
        return _with_commas(bare)
    tokens = _GLUED.sub(". ", bare).split()
    if tokens and CJK.search(tokens[0]):
        return Author(family=tokens[0], given=" ".join(tokens[1:]))
    return _in_order(tokens, capitals=capitals, shouted=family_first)


def _with_commas(text: str) -> Author:
    """ "Family, Given", "Family, Jr., Given", "Family, Given, Jr." and "Given Family, Jr." """
    parts = [part.strip() for part in text.split(",") if part.strip(" .")]
    suffix = next((part for part in parts[1:] if SUFFIX.fullmatch(part)), "")
    parts = [part for part in parts if part != suffix]
    if not parts:
        return Author(family=suffix)
    if len(parts) == 1:
        return _in_order([*parts[0].split(), suffix] if suffix else parts[0].split(), pubmed=False)
    return Author(family=f"{parts[0]} {suffix}".strip(), given=" ".join(parts[1:]))


def _in_order(tokens: list[str], pubmed: bool = True, capitals: bool = True, shouted: bool = False) -> Author:
    """A name without commas, given name first unless it ends in initials as indexes write them."""
    suffix = ""
    if len(tokens) > 1 and SUFFIX.fullmatch(tokens[-1]):
        tokens, suffix = tokens[:-1], tokens[-1]
    start = _initials_start(tokens, shouted) if pubmed else 0
    if start:
        family, given = tokens[:start], [initial for token in tokens[start:] for initial in _parted(token)]
    else:
        start = _family_start(tokens, capitals)
        family, given = tokens[start:], tokens[:start]
    return Author(family=" ".join([*family, suffix]).strip(), given=" ".join(given))


def _initials_start(tokens: list[str], shouted: bool) -> int:
    """Where initials begin that end the name and stand nowhere else in it: "Smith J. D.", "Smith JD"; 0 if none do."""
    start = len(tokens)
    while start > 1 and _INITIAL.fullmatch(tokens[start - 1]):
        start -= 1
    if start == len(tokens) > 1 and re.fullmatch(r"[^\W\d_a-z]{2,3}\.?", tokens[-1]) and tokens[-1].isupper():
        start -= 1 if shouted or not " ".join(tokens[:-1]).isupper() else 0
    family = tokens[:start]
    return 0 if start == len(tokens) or any(_INITIAL.fullmatch(token) for token in family) else start


def _parted(initials: str) -> list[str]:
    """ "JD" -> "J.", "D."; what has points or hyphens stays, with a point at its end."""
    initials = initials if len(initials) < 3 else initials.rstrip(".")  # "JCL.", at the end of a list
    bare = initials.isalpha() and (initials.isupper() or len(initials) == 1)
    return [f"{letter.upper()}." for letter in initials] if bare else [initials.rstrip(".") + "."]


def _family_start(tokens: list[str], capitals: bool) -> int:
    """Where the family name begins: at the first particle after all initials, else at the last word."""
    if tokens and tokens[0] in PARTICLES:
        return 0
    last_initial = max((i for i, token in enumerate(tokens[:-1]) if re.fullmatch(r"[^\W\d_]\.?", token)), default=0)
    capitals = capitals and fold("".join(tokens[-1:])) not in _NO_PARTICLES
    for i in range(max(1, last_initial), len(tokens) - 1):
        if is_particle(tokens[i], capitals):
            return i
        if tokens[i] == "y" and i > 1:
            return i - 1
    return max(len(tokens) - 1, 0)


def is_particle(word: str, capitals: bool = True) -> bool:
    """Whether a word inside a name is one that begins the family name ("van")."""
    lower = word.lower()
    return lower in PARTICLES and (word == lower or (capitals and lower not in _GIVEN_TOO))


def split_names(text: str) -> list[str]:
    """The names in a printed list, in order: parted by "and", semicolons or commas; "et al." is dropped.

    A comma parts family from given name where the list says so: "Last, F., Last2, G.", "Last, First and Last2, First2".
    """
    text = _ET_AL.sub("", " ".join(text.split()))
    if ";" in text:
        return [name for piece in text.split(";") if (name := re.sub(r"(?i)^and\s+", "", piece.strip(" ,")))]
    pieces = [piece.strip(" ,") for piece in _outside_braces(text, _AND)]
    pieces = [piece for piece in pieces if piece]
    inverted = len(pieces) > 1 and all(piece.count(",") == 1 for piece in pieces)
    return pieces if inverted else [name for piece in pieces for name in _split_commas(piece)]


def _split_commas(piece: str) -> list[str]:
    parts: list[str] = []
    for part in (part.strip() for part in _outside_braces(piece, re.compile(","))):
        if part and parts and SUFFIX.fullmatch(part):
            parts[-1] += f", {part}"
        elif part:
            parts.append(part)
    families, givens = parts[::2], parts[1::2]
    if len(parts) % 2 == 0 and (
        all(_is_pair(family, given) for family, given in zip(families, givens, strict=True))
        or all(_is_lone_family(family, all(" " not in given for given in givens)) for family in families)
        or (len(parts) == 2 and " " not in givens[0])
    ):
        return [f"{family}, {given}" for family, given in zip(families, givens, strict=True)]
    return parts


def _is_pair(family: str, given: str) -> bool:
    return bool(_INITIALS.fullmatch(given)) and not _SPACED_INITIALS.fullmatch(family)


def _is_lone_family(text: str, capitals: bool) -> bool:
    tokens = text.split(",")[0].split()
    return all(is_particle(token, capitals) for token in tokens[:-1]) and not _SPACED_INITIALS.fullmatch(tokens[-1])


def _outside_braces(text: str, separator: re.Pattern[str]) -> list[str]:
    """`text` cut at `separator` wherever that is not inside braces."""
    if "{" not in text:
        return separator.split(text)
    pieces, start = [], 0
    for match in separator.finditer(text):
        before = text[: match.start()]
        if before.count("{") <= before.count("}"):
            pieces.append(text[start : match.start()])
            start = match.end()
    return [*pieces, text[start:]]


def fold(text: str) -> str:
    """Case, diacritics, apostrophes and punctuation taken away; words parted by one space."""
    text = text.casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w]|_", " ", re.sub(r"['’ʼ`]", "", text)).split())


def family_key(author: Author) -> str:
    """The family name folded, without suffix: what two sources must share to mean one person."""
    return fold(without_suffix(author.family))


def without_suffix(family: str) -> str:
    """The family name without "Jr.", "III" and the like at its end."""
    name, _, last = family.rpartition(" ")
    return name if name and SUFFIX.fullmatch(last) else family


def given_key(author: Author) -> tuple[str, ...]:
    """The given names folded, one a word; initials written together ("SW", "S.W.") are parted."""
    words = re.findall(r"[^\W\d_](?:[^\W\d_]|['’])*", author.given)
    if not any("." in word or word.islower() for word in author.given.split()) or len(words) == 1:
        words = [letter for word in words for letter in (word if word.isupper() and len(word) <= 3 else [word])]
    return tuple(folded for word in words if (folded := fold(word)))
