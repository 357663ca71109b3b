"""Personal names: one name read into an `Author`, a printed list cut into names, and the keys that a filter matches.

A suffix (Jr., III) stays at the end of `family`, where it is read, and is left out of every key. Particles belong to
the family name ("van Beethoven"); the keys carry the name without them too.
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
SUFFIX = re.compile(r"(?i:jr|sr|junior|senior)\.?|II|III|IV|2nd|3rd|4th")
_GROUP = re.compile(
    r"\b(collaborations?|consortium|working group|study group|group|team|project|network|initiative|committee|"
    r"society|association|organi[sz]ation|investigators|task force|commission)\b",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(r"^(?:(?:and|with|on behalf of|for)\s+)*(?:the\s+)?", re.IGNORECASE)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SPACED_INITIALS = re.compile(r"[^\W\d_](?:(?:\.[\s-]*|[\s-]+)[^\W\d_]){0,3}\.?")
_INITIALS = re.compile(rf"{_SPACED_INITIALS.pattern}|[A-Z]{{1,3}}")
_GLUED = re.compile(r"\.(?=[^\W\d_])")
_AND = re.compile(r"\s*,?\s+(?:and|&|und|et(?! al\b))\s+", re.IGNORECASE)
_ET_AL = re.compile(r"[\s,;]*\b(?:(?:and|&)\s+others|et\s+al\b\.?)[\s.]*$", re.IGNORECASE)
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ħ": "h"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})


def parse_name(text: str) -> Author:
    """One name, in any of the usual orders: "Hawking, S. W.", "Stephen W. Hawking", PubMed's "Hawking SW".

    A collaboration, a name in braces and a name in a script without spaces stay whole, in `family`, which is "" where
    the text has no letter or digit.
    """
    text = " ".join(unicodedata.normalize("NFC", text).replace("~", " ").split())
    if not re.search(r"[^\W_]", text):
        return Author(family="")
    whole = re.fullmatch(r"\{([^{}]*)\}", text)
    bare = re.sub(r"\s*\([^()]*\)?", "", re.sub(r"[{}]", "", text)).strip(" ,;*")
    if whole or (_CJK.search(bare) and not re.search(r"[\s,]", bare)):
        return Author(family=whole[1].strip() if whole else bare)
    if _GROUP.search(bare) and "," not in bare:
        return Author(family=_LEAD_IN.sub("", bare))
    return _with_commas(bare) if "," in bare else _in_order(_GLUED.sub(". ", bare).split())


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


def _in_order(tokens: list[str], pubmed: bool = True) -> Author:
    """A name without commas, given name first unless it ends in bare initials as PubMed writes them."""
    suffix = ""
    if len(tokens) > 1 and SUFFIX.fullmatch(tokens[-1]):
        tokens, suffix = tokens[:-1], tokens[-1]
    if pubmed and _ends_in_initials(tokens):
        family, given = tokens[:-1], [f"{letter.upper()}." for letter in tokens[-1]]
    else:
        start = _family_start(tokens)
        family, given = tokens[start:], tokens[:start]
    return Author(family=" ".join([*family, suffix]).strip(), given=" ".join(given))


def _ends_in_initials(tokens: list[str]) -> bool:
    if len(tokens) < 2 or len(tokens[0]) < 2 or any("." in token for token in tokens):
        return False
    last, family = tokens[-1], " ".join(tokens[:-1])
    return last.isalpha() and (len(last) == 1 or (len(last) <= 3 and last.isupper() and not family.isupper()))


def _family_start(tokens: list[str]) -> int:
    """Where the family name begins: at the first particle after all initials, else at the last word."""
    if tokens and tokens[0] in PARTICLES:
        return 0
    last_initial = max((i for i, token in enumerate(tokens[:-1]) if re.fullmatch(r"[^\W\d_]\.?", token)), default=0)
    for i in range(max(1, last_initial), len(tokens) - 1):
        if tokens[i].lower() in PARTICLES:
            return i
        if tokens[i] == "y" and i > 1:
            return i - 1
    return max(len(tokens) - 1, 0)


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
        or all(_is_lone_family(family) for family in families)
        or (len(parts) == 2 and " " not in givens[0])
    ):
        return [f"{family}, {given}" for family, given in zip(families, givens, strict=True)]
    return parts


def _is_pair(family: str, given: str) -> bool:
    return bool(_INITIALS.fullmatch(given)) and not _SPACED_INITIALS.fullmatch(family)


def _is_lone_family(text: str) -> bool:
    tokens = text.split(",")[0].split()
    return all(token.lower() in PARTICLES for token in tokens[:-1]) and not _SPACED_INITIALS.fullmatch(tokens[-1])


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
    return fold(_without_suffix(author.family))


def _without_suffix(family: str) -> str:
    name, _, last = family.rpartition(" ")
    return name if name and SUFFIX.fullmatch(last) else family


def given_key(author: Author) -> tuple[str, ...]:
    """The given names folded, one a word; initials written together ("SW", "S.W.") are parted."""
    words = re.findall(r"[^\W\d_](?:[^\W\d_]|['’])*", author.given)
    if not any("." in word or word.islower() for word in author.given.split()) or len(words) == 1:
        words = [letter for word in words for letter in (word if word.isupper() and len(word) <= 3 else [word])]
    return tuple(folded for word in words if (folded := fold(word)))


def author_keys(author: Author) -> tuple[str, ...]:
    """The keys under which an author is indexed, so that `author_query_key` of what a user types equals one of them.

    For Stephen W. Hawking: "hawking", "hawking, s", "hawking, s w", "hawking, stephen", "hawking, stephen w".
    """
    given = given_key(author)
    keys: dict[str, None] = {}
    for family in _families(author):
        keys[family] = None
        for variant in _given_variants(given):
            keys[f"{family}, {variant}"] = None
    family = family_key(author)
    particles, rest = _particles(family)
    if particles and rest:  # "Di Bartolo" typed alone reads like a given and a family name
        keys[f"{rest}, {particles}"] = None
    if given and given[0] in PARTICLES:  # "di wang" typed in lower case reads like a family name with a particle
        keys[f"{' '.join(given)} {family}"] = None
    return tuple(key for key in keys if key)


def _families(author: Author) -> list[str]:
    """The family name folded; without particles; with German and Nordic spellings; a collaboration's short name."""
    family = family_key(author)
    _, rest = _particles(family)
    spelled = fold(_without_suffix(author.family).casefold().translate(_UMLAUTS))
    short = re.sub(r" collaborations?$", "", family) if not author.given else family
    return list(dict.fromkeys(name for name in (family, rest, spelled, short) if name))


def _particles(family: str) -> tuple[str, str]:
    words = family.split()
    count = next((i for i, word in enumerate(words) if word not in PARTICLES), len(words))
    return " ".join(words[:count]), " ".join(words[count:])


def _given_variants(given: tuple[str, ...]) -> list[str]:
    if not given:
        return []
    initials = [word[0] for word in given]
    forms = [initials[:1], initials, given[:1], [given[0], *initials[1:]], given]
    return list(dict.fromkeys(" ".join(form) for form in forms))


def author_query_key(text: str) -> str:
    """What a filter value becomes: "Hawking", "S. Hawking", "hawking, stephen" -> "hawking", "hawking, s", …

    "" where the text has no letter or digit.
    """
    author = parse_name(text)
    family, given = family_key(author), " ".join(given_key(author))
    return f"{family}, {given}" if family and given else family or given
