"""What the headings of papers say about the text below them, in sources that mark nothing else."""

from __future__ import annotations

import re

from litdex.ingest.paper import SectionKind

BACK = re.compile(
    r"acknowled|thanks$|fund(ing|ed)|financial support|(author|credit)s?'? ?(authorship )?contribution|"
    r"contributions? of authors|conflicts? of interest|(competing|conflicting|declaration of).*interests?|"
    r"disclosures?$|(data|code|software|materials)( and \w+)? (availability|accessibility)|availability of|ethic(s|al)|"
    r"additional information$",
    re.IGNORECASE,
)
ABSTRACT = re.compile(r"(abstract|summary|synopsis)$", re.IGNORECASE)
REFERENCES = re.compile(r"(references?( and notes)?|bibliography|literature( cited)?|works cited)$", re.IGNORECASE)
KNOWN = re.compile(
    r"(introduction|background|related work|(materials and )?methods?|methodology|theory|results?( and discussions?)?|"
    r"discussions?|conclusions?|concluding remarks|summary and conclusions?|appendix( [a-z])?)$",
    re.IGNORECASE,
)
NUMBER = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[IVX]{1,5}\.|[A-H]\.)\s+(?=[^\W\d_])")


def unnumbered(title: str) -> str:
    """A heading as other sources give it: without its number."""
    return NUMBER.sub("", title.strip(), count=1)


def bare(title: str) -> str:
    """A heading without its number and the punctuation around it."""
    return unnumbered(title).strip(" .:—–-*_")


def kind_of(title: str) -> SectionKind:
    """ "back" for acknowledgements, funding, contributions and the like."""
    return "back" if BACK.match(bare(title)) else "body"
