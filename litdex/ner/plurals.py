"""The singular and plural of the nouns that entities are named by; what only ends like a plural is none."""

from __future__ import annotations

import re

_IRREGULAR = {
    "bacteria": "bacterium",
    "children": "child",
    "data": "data",
    "fungi": "fungus",
    "larvae": "larva",
    "lenses": "lens",
    "lice": "louse",
    "men": "man",
    "metastases": "metastasis",
    "mice": "mouse",
    "mitochondria": "mitochondrion",
    "nebulae": "nebula",
    "novae": "nova",
    "nuclei": "nucleus",
    "supernovae": "supernova",
    "teeth": "tooth",
    "vertebrae": "vertebra",
    "viruses": "virus",
    "women": "woman",
}
_SINGULAR = frozenset(
    """
    aids albicans antares atlas bias caries ceres chaos cosmos diabetes elegans faeces feces fluorescens gas
    herpes homeostasis hyades lens mars measles mumps mutans nidulans pancreas physics pleiades rabies rickets sapiens
    scabies series shingles species tabes texas
    """.split()  # noqa: SIM905 - a wall of quotes would hide the words
)
_RULES = tuple(
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"(?:ss|us|is|myces|cles)$", None),
        (r"(?<=[^aeiou\W])ies$", "y"),
        (r"(?<=ly)ses$", "sis"),
        (r"(?<=the)ses$", "sis"),
        (r"(?<=....o)ses$", "sis"),
        (r"(?<=x|z)es$", ""),
        (r"(?<=ch|sh|ss)es$", ""),
        (r"(?<=[^s])s$", ""),
    )
)

_PLURALS = (
    (re.compile(r"(?<=[^aeiou\W])y$"), "ies"),
    (re.compile(r"(?<=s)is$"), "es"),
    (re.compile(r"(?<=s|x|z)$|(?<=ch|sh)$"), "es"),
)


def singular(noun: str) -> str:
    """The singular of a noun in lower case; what is none, or too short to tell, comes back as it is."""
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if noun in _SINGULAR or len(noun) <= 3 or not noun.endswith("s"):
        return noun
    for pattern, ending in _RULES:
        if pattern.search(noun):
            return noun if ending is None else pattern.sub(ending, noun)
    return noun


def plural(noun: str) -> str:
    """The regular plural of a noun in lower case: "galaxies", "metastases", "viruses"."""
    for pattern, ending in _PLURALS:
        if pattern.search(noun):
            return pattern.sub(ending, noun)
    return noun + "s"
