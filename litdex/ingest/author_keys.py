"""The keys under which an author is indexed, and those that what a user types is looked up by.

A key is "family" or "family, given", folded. One person has many: with initials or names, with and without particles,
with either of two family names, in each script. What is typed has few, one for each way in which it can be meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from litdex.ingest.names import CJK, PARTICLES, fold, given_key, parse_name, without_suffix
from litdex.ingest.paper import Author

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
_GROUP_WORDS = frozenset(
    ("collaboration", "collaborations", "consortium", "group", "groups", "team", "network", "project", "investigators")
)
_HAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af]{2,4}")
_JOINTS = frozenset({"y", "e", "i"})  # between the two family names of Spain, Portugal and Catalonia

MOST_WORDS, MOST_INITIALS = 6, 3
"""How long a name is at most whose words may be parted anywhere, and how many letters are initials."""

Name = tuple[str, tuple[str, ...]]  # (family name folded, given names folded)


def author_keys(author: Author) -> tuple[str, ...]:
    """The keys of an author; `author_query_keys` of any usual writing of the name has one of them.

    For Stephen W. Hawking: "hawking", "hawking, s", "hawking, s w", "hawking, stephen", "hawking, stephen w", …
    """
    keys = [key for form in (author, *map(parse_name, author.also)) for key in _keys_of(form)]
    return tuple(dict.fromkeys(key for key in keys if key))


def author_query_keys(text: str) -> tuple[str, ...]:
    """What a filter value becomes: "S. Hawking" -> "hawking, s"; a key that no author has, for "".

    Words without a comma may be a family name alone too, or any part of them may be it ("G. García Márquez"); a given
    name that is spelled out also stands for people who are known by their initials only (see `_initials_only`).
    """
    text = " ".join(text.split())
    author = parse_name(text)
    given = given_key(author)
    keys = [] if "," in text else list(_as_words(text))
    for family in _spellings(author):
        keys.append(f"{family}, {' '.join(given)}" if given else family)
        particles, rest = _particles(family)
        if particles and rest and not given:  # "di wang" typed in lower case
            keys.append(f"{rest}, {particles}")
        if family and given and len(given[0]) > 1:
            initials = " ".join(word[0] for word in given)
            keys.append(f"{family}, {initials}.")
            keys += [f"{family}, {initials[: 2 * i - 1]}.." for i in range(1, len(given))]
    return tuple(dict.fromkeys(key for key in keys if key)) or ("",)


def _as_words(text: str) -> Iterator[str]:
    """The keys of a text without comma, in whatever place the family name begins: it may have several words."""
    words = _without_article(fold(text)).split()
    yield " ".join(words)
    if 1 < len(words) <= MOST_WORDS:
        yield from (f"{' '.join(words[i:])}, {' '.join(words[:i])}" for i in range(1, len(words)))
        initials = text.split()[-1].replace(".", "")
        if len(initials) == 1 or (len(initials) <= MOST_INITIALS and initials.isupper()):
            yield f"{fold(text.rpartition(' ')[0])}, {' '.join(initials.casefold())}"


def _keys_of(author: Author) -> Iterator[str]:
    if not author.given:
        yield from _group_keys(author)
        return
    if CJK.search(author.family):
        yield fold(author.family + author.given)
    for family, given in dict.fromkeys(_forms(author)):
        yield family
        for variant in _given_variants(given):
            yield f"{family}, {variant}"
        yield from _initials_only(family, given)


def _group_keys(author: Author) -> Iterator[str]:
    """The names of a group, or of a person who has but one: with and without the article and the word for a group."""
    for name in _spellings(author):
        bare = _without_article(name)
        words = bare.split()
        while len(words) > 1 and words[-1] in _GROUP_WORDS:
            words.pop()
        yield from (bare, name, " ".join(words))
        particles, rest = _particles(bare)
        if particles and rest:
            yield rest
    if _HAN.fullmatch(author.family):  # 王小明: the family name is one character, rarely two
        for length in (1, 2)[: len(author.family) - 1]:
            yield from (author.family[:length], f"{author.family[:length]}, {author.family[length:]}")
    person = parse_name(author.family)  # some formats cannot say that a name is a person's
    if person.given and len(author.family.split()) <= MOST_WORDS:
        yield from _keys_of(person)


def _without_article(name: str) -> str:
    return name.removeprefix("the ") or name


def _forms(author: Author) -> Iterator[Name]:
    """Every way to part the name into family and given names.

    Particles may count to either. Of two family names people drop one, and programs take the first for a given name.
    """
    given = given_key(author)
    for family in _spellings(author):
        yield family, given
        particles, rest = _particles(family)
        late = next((i for i in range(len(given)) if all(word in PARTICLES for word in given[i:])), len(given))
        first, behind = given[:late], given[late:]
        if behind and first:  # "Bartolo, Rosario Di"
            yield f"{' '.join(behind)} {rest or family}", first
        if particles and rest:
            yield rest, given
            yield rest, (*given, *particles.split())
        names = [word for word in (rest or family).split() if word not in _JOINTS]
        if len(names) > 1:
            yield names[0], given
            yield names[-1], given
            yield names[-1], (*given, *names[:-1])
            yield " ".join(names), given
        elif len(first) > 1 and len(first[-1]) > 1:  # "Gabriel García" "Márquez"
            yield f"{first[-1]} {family}", first[:-1]


def _spellings(author: Author) -> list[str]:
    """The family name folded, without suffix; with German and Nordic letters spelled out."""
    name = without_suffix(author.family)
    return list(dict.fromkeys((fold(name), fold(name.casefold().translate(_UMLAUTS)))))


def _particles(family: str) -> tuple[str, str]:
    words = family.split()
    count = next((i for i, word in enumerate(words) if word not in PARTICLES), len(words))
    return " ".join(words[:count]), " ".join(words[count:])


def _given_variants(given: Sequence[str]) -> Iterator[str]:
    initials = [word[0] for word in given]
    forms = [*(initials[:count] for count in range(1, len(given) + 1)), given[:1], [*given[:1], *initials[1:]], given]
    yield from dict.fromkeys(" ".join(form) for form in forms if form)
    if len(given) > 1 and all(len(word) > 1 for word in given):
        yield "".join(given)  # "Xiao-Ming" is "Xiaoming" elsewhere


def _initials_only(family: str, given: Sequence[str]) -> Iterator[str]:
    """Keys with points for one who is known by initials: "hawking, s." and, as those are all, "hawking, s w..".

    So "Stephen Hawking" finds "S. W. Hawking" (who may be Susan), and "Stephen T. Hawking" does not.
    """
    if given and all(len(word) == 1 for word in given):
        initials = " ".join(given)
        yield from (f"{family}, {initials[: 2 * i + 1]}." for i in range(len(given)))
        yield f"{family}, {initials}.."
