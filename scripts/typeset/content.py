"""What the typeset papers say: real titles and abstracts, invented people, places, headings, tables and references."""

# ruff: noqa: E501  (templates and word lists read better unbroken)
from __future__ import annotations

import json
import lzma
import random
import re
from dataclasses import dataclass, field
from pathlib import Path

from litdex.ingest.names import parse_name
from tests.ingest.pdf_article import read_jats

CITIES = """Lindholm Marfa Estrel Kaltenbach Porto|Velho Ashby Novigrad Takamori Quillon Braemore Dunwich Sankt|Veit Orvalle
Pontedoro Ulmenau Vassby Carrick Montreux Pallanza Ridgefield Okayama Tianshui Brno Leuven Uppsala Pune Hobart Zaragoza
Nijmegen Tucson Boulder Ithaca Aarhus Grenoble Trieste Cracow Debrecen Heidelberg Basel Oulu Bergen Cordoba Cape|Town
Santiago Daejeon Hefei Nanjing Kyoto Mumbai Haifa Cambridge Durham Princeton Berkeley Pasadena Toronto Vancouver"""
COUNTRIES = """USA UK Germany France Italy Spain Japan China India Brazil Chile Canada Australia Netherlands Sweden Poland
Switzerland Austria Israel Korea Russia Finland Denmark Norway Portugal Greece Belgium Mexico Argentina Hungary
United|States United|Kingdom South|Africa Czech|Republic P.R.|China Republic|of|Korea"""
UNITS = """Department of Physics|Department of Physics and Astronomy|Institute of Theoretical Physics|Department of Biology|
Institute for Advanced Study|School of Mathematics|Department of Chemistry|Department of Computer Science|Observatory|
Department of Astronomy|Centre for Astrophysics|Faculty of Science|School of Engineering|Division of Neurology|
Department of Statistics|Laboratory for Nuclear Science|Dipartimento di Fisica|Physikalisches Institut|Center for Quantum
Devices|Department of Electrical Engineering|Instituto de Astronomia|Laboratoire de Physique|College of Medicine"""
HEADINGS = """Observations|Data reduction|Theoretical background|The model|Experimental setup|Numerical method|Sample
selection|Results|Comparison with earlier work|Discussion|Error analysis|Materials and methods|Statistical analysis|Related
work|Preliminaries|Simulations|Boundary conditions|Calibration|Proof of the main theorem|Systematic uncertainties|Field
equations|Perturbation theory|Stability|Limitations|Data and code|The algorithm|Evaluation|Case study|Monte Carlo study|
Spectral fitting|Symmetry considerations|Application to real data|Phase diagram|Finite size effects|Outlook"""
JOURNALS = """Physical Review D|Phys. Rev. B|Phys. Rev. Lett.|The Astrophysical Journal|Astronomy & Astrophysics|
Nuclear Physics B|Journal of High Energy Physics|J. Phys. A: Math. Gen.|Monthly Notices of the Royal Astronomical Society|
Nature Physics|Science|PLoS ONE|Journal of Chemical Physics|Annals of Physics|New Journal of Physics|Physics Letters B|
European Physical Journal C|Classical and Quantum Gravity|Journal of Fluid Mechanics|Applied Physics Letters|
IEEE Transactions on Signal Processing|Bioinformatics|BMC Genomics|Computer Physics Communications|Icarus|
Journal of Applied Physics|Optics Express|Chemical Physics Letters|Journal of Machine Learning Research|Astrobiology"""
PUBLISHERS = """American Physical Society|Elsevier B.V.|IOP Publishing Ltd|Springer-Verlag|The Royal Society|
John Wiley & Sons|Oxford University Press|American Institute of Physics|Cambridge University Press|IEEE|ESO|The Authors"""
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
FIGURE_WORDS = """time (s)|energy (eV)|control|model A|model B|log10 M|x (km)|frequency|redshift z|counts|Intensity
(a.u.)|T (K)|n = 12|observed|fit|simulated|group 1|group 2|signal|background|(a)|(b)|(c)|velocity|accuracy"""
BACK = """Acknowledgements|Acknowledgments|Acknowledgement|ACKNOWLEDGMENTS|Funding|Author contributions|Data availability|
Conflict of interest|Competing interests|Supporting Information"""
THANKS = """We thank {a} and {b} for helpful discussions|This work was supported by the {c} Science Foundation under grant
No. {n}|We are grateful to the referee for a careful reading of the manuscript|{a} acknowledges support from grant {n} of
the {c} Research Council|The data are available from the corresponding author on reasonable request|The authors declare
that they have no competing interests|{a} and {b} designed the study and wrote the manuscript|Part of the calculations were
made at the computing centre of {c}"""
NOTES = """Electronic address: {e}|Corresponding author. E-mail: {e}|Present address: {u}, {c}|E-mail: {e}|Deceased|
Member of the {c} Society|These authors contributed equally to this work|On leave from {u}, {c}|Based on observations made
at {c}|See the web page http://www.{c}.org/data/{n} for the tables|To whom correspondence should be addressed: {e}"""


def items(text: str) -> list[str]:
    """The pieces of a list parted by bars, line ends folded."""
    return [" ".join(piece.split()) for piece in text.split("|") if piece.strip()]


def words(text: str) -> list[str]:
    """The pieces of a list parted by space; a bar inside stands for a space."""
    return [piece.replace("|", " ") for piece in text.split()]


@dataclass
class Draft:
    """The truth about one paper that will be typeset. Strings are plain text; LaTeX is written around them."""

    title: str
    authors: list[str]
    places: list[str]
    homes: list[list[int]]  # of each author, positions in `places`
    abstract: str
    keywords: list[str]
    sections: list[tuple[int, str, list[str]]]  # level, heading, paragraphs
    back: list[tuple[str, str]]
    captions: list[str]
    tables: list[tuple[str, list[list[str]]]]
    figures: list[list[str]]
    references: list[str]
    notes: list[str]
    journal: str
    volume: int
    page: int
    year: int
    doi: str
    arxiv: str
    dates: list[str]
    publisher: str
    kind: str = ""
    extra: dict[str, str] = field(default_factory=dict)


class Source:
    """Where the words come from: metadata of papers, names, and the paragraphs of articles in JATS."""

    def __init__(self, metadata: list[Path], people: Path, articles: Path) -> None:
        self.records = [r for path in metadata for r in _records(path, 20_000)]
        self.names = _names(people)
        read = [read_jats(path) for path in sorted(articles.glob("*.xml"))]
        self.paragraphs = [
            p for article in read for _, _, texts in article.sections for p in texts if 200 < len(p) < 2000
        ]
        self.legends = [_plain(text) for article in read for _, text in article.captions if len(text) > 30]
        self.entries = [r for article in read for r in article.references if 40 < len(r) < 300]

    def draft(self, rng: random.Random) -> Draft:
        """An invented paper around a real title and abstract."""
        record = rng.choice(self.records)
        places = [_place(rng) for _ in range(rng.choice([1, 1, 2, 2, 3, 4, 6]))]
        count = max(1, min(40, round(rng.lognormvariate(1.1, 0.8))))
        authors = rng.sample(self.names, count)
        if rng.random() < 0.3:
            authors = [_initials(name) for name in authors]
        year = rng.randint(1992, 2025)
        homes = [sorted(rng.sample(range(len(places)), rng.choice([1, 1, 1, min(2, len(places))]))) for _ in authors]
        for home in range(len(places)):
            homes[home % count] = sorted({*homes[home % count], home})
        return Draft(
            title=record["title"], authors=authors, places=places, homes=homes, abstract=record["abstract"],
            keywords=[_phrase(rng.choice(self.records)["title"], rng) for _ in range(rng.randint(3, 7))],
            sections=self.sections(rng), back=self.back(rng), captions=self.captions(rng), tables=self.tables(rng),
            figures=[rng.sample(items(FIGURE_WORDS), 6) for _ in range(4)], references=self.references(rng),
            notes=[_filled(note, rng, self.names) for note in rng.sample(items(NOTES), 4)],
            journal=rng.choice(items(JOURNALS)), volume=rng.randint(1, 900), page=rng.randint(1, 9000), year=year,
            doi=f"10.{rng.randint(1000, 1200)}/{rng.choice(['PhysRevD.', 'j.nuclphysb.', 's', 'mnras/', '0004-6361/'])}"
                f"{year}.{rng.randint(1, 99):02}.{rng.randint(100, 999)}",
            arxiv=f"{rng.randint(7, 25):02}{rng.randint(1, 12):02}.{rng.randint(1000, 9999)}",
            dates=[_date(rng, year) for _ in range(3)], publisher=rng.choice(items(PUBLISHERS)),
        )  # fmt: skip

    def paragraph(self, rng: random.Random) -> str:
        text = rng.choice(self.paragraphs) if rng.random() < 0.35 else rng.choice(self.records)["abstract"]
        return _cited(text, rng)

    def sections(self, rng: random.Random) -> list[tuple[int, str, list[str]]]:
        first = rng.choice(
            ["Introduction", "Introduction", "Introduction", "Background", "Introduction and motivation"]
        )
        result = [(1, first, [self.paragraph(rng) for _ in range(rng.randint(1, 4))])]
        for _ in range(rng.randint(2, 5)):
            result.append((1, self.heading(rng), [self.paragraph(rng) for _ in range(rng.randint(0, 2))]))
            for _ in range(rng.choice([0, 0, 1, 2, 3])):
                result.append((2, self.heading(rng), [self.paragraph(rng) for _ in range(rng.randint(1, 2))]))
                for _ in range(rng.choice([0, 0, 0, 1, 2])):
                    result.append((3, self.heading(rng), [self.paragraph(rng)]))
        last = rng.choice(["Conclusions", "Discussion", "Summary and outlook", "Conclusion", "Concluding remarks"])
        return [*result, (1, last, [self.paragraph(rng)])]

    def heading(self, rng: random.Random) -> str:
        """A usual heading, or one made of a title: a few words, or so many that they run over a line."""
        if rng.random() < 0.45:
            return rng.choice(items(HEADINGS))
        title = rng.choice(self.records)["title"]
        return (_phrase(title, rng) if rng.random() < 0.6 else " ".join(title.split()[:16]).rstrip(".,:;")).capitalize()

    def back(self, rng: random.Random) -> list[tuple[str, str]]:
        heads = rng.sample(items(BACK), rng.choice([0, 1, 1, 1, 2, 3]))
        return [(head, _thanks(rng, self.names)) for head in heads]

    def captions(self, rng: random.Random) -> list[str]:
        pool = [rng.choice(self.legends) if rng.random() < 0.4 else _sentences(rng.choice(self.records)["abstract"], 2)
                for _ in range(4)]  # fmt: skip
        return [text[:600].rsplit(" ", 1)[0].rstrip(".,;") + "." for text in pool]

    def tables(self, rng: random.Random) -> list[tuple[str, list[list[str]]]]:
        result = []
        for _ in range(3):
            columns = rng.randint(2, 4)
            head = [_phrase(rng.choice(self.records)["title"], rng)[:12].strip() for _ in range(columns)]
            rows = [[rng.choice(["NGC", "HD", "Run", "Case", "Set"]) + f" {rng.randint(1, 9999)}",
                     *(f"{rng.uniform(-9, 99):.{rng.randint(1, 3)}f}" for _ in range(columns - 1))]
                    for _ in range(rng.randint(3, 9))]  # fmt: skip
            result.append((_sentences(rng.choice(self.records)["abstract"], 1)[:200], [head, *rows]))
        return result

    def references(self, rng: random.Random) -> list[str]:
        return [
            rng.choice(self.entries) if rng.random() < 0.1 else self.reference(rng) for _ in range(rng.randint(6, 26))
        ]

    def reference(self, rng: random.Random) -> str:
        names = ", ".join(_initials(name) for name in rng.sample(self.names, rng.randint(1, 4)))
        title, journal = rng.choice(self.records)["title"], rng.choice(items(JOURNALS))
        volume, page, year = rng.randint(1, 900), rng.randint(1, 9999), rng.randint(1950, 2025)
        return rng.choice([
            f"{names}, {journal} {volume}, {page} ({year}).", f"{names} ({year}) {title}. {journal} {volume}:{page}.",
            f"{names}, {year}, {journal}, {volume}, {page}", f"{names}. {title}. {journal}, {volume}, {page}, {year}.",
            f"{names}, {title}, {journal} {volume} ({year}) {page}.",
        ])  # fmt: skip


def _records(path: Path, most: int) -> list[dict[str, str]]:
    """The metadata that plain LaTeX can show."""
    result = []
    with lzma.open(path, "rt") as lines:
        for line in lines:
            record = json.loads(line)
            text = record["title"] + record["abstract"]
            if text.isascii() and not re.search(r"[\\$^_{}#~<>|]", text) and 250 < len(record["abstract"]) < 2200:
                record["abstract"] = " ".join(record["abstract"].split())
                record["title"] = " ".join(record["title"].split())
                result.append(record)
            if len(result) >= most:
                break
    return result


def _names(path: Path) -> list[str]:
    with lzma.open(path, "rt") as lines:
        found = {name for line in lines for name in json.loads(line).get("authors", [])}
    return sorted(name for name in found if _typesettable(name))


def _typesettable(name: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-zÀ-ÖØ-öø-ÿ.' -]{5,30}", name)) and " " in name and "ÿ" not in name


def _initials(name: str) -> str:
    author = parse_name(name)
    short = " ".join(f"{part[0]}." for part in re.split(r"[ -]", author.given) if part and part[0].isalpha())
    return f"{short} {author.family}".strip()


def _plain(text: str) -> str:
    return " ".join(text.encode("ascii", "ignore").decode().split())


def _place(rng: random.Random) -> str:
    unit, city, country = rng.choice(items(UNITS)), rng.choice(words(CITIES)), rng.choice(words(COUNTRIES))
    whole = rng.choice([f"University of {city}", f"{city} University", f"{city} Institute of Technology",
                        f"Universit\u00e4t {city}", f"Universidad de {city}", f"{city} National Laboratory"])  # fmt: skip
    code = rng.choice(["", f" {rng.randint(1000, 99999)}", f" {rng.randint(10000, 99999)}"])
    street = rng.choice(
        ["", "", "", f", {rng.randint(1, 400)} {rng.choice(['Main Street', 'College Road', 'Via Marzolo'])}"]
    )
    return rng.choice([f"{unit}, {whole}{street}, {city}{code}, {country}", f"{unit}, {whole}, {country}",
                       f"{unit}, {whole}{street},{code} {city}, {country}", f"{whole}, {city}, {country}"])  # fmt: skip


def _date(rng: random.Random, year: int) -> str:
    day, month = rng.randint(1, 28), rng.choice(MONTHS)
    return rng.choice(
        [f"{day} {month} {year}", f"{month} {day}, {year}", f"{year} {month} {day}", f"{day} {month[:3]}. {year}"]
    )


def _phrase(title: str, rng: random.Random) -> str:
    found = title.replace(":", "").replace(",", "").split()
    start = rng.randint(0, max(0, len(found) - 3))
    return " ".join(found[start : start + rng.randint(1, 4)]).strip(" .-")


def _sentences(text: str, most: int) -> str:
    return " ".join(re.split(r"(?<=[.])\s+(?=[A-Z])", text)[:most])


def _cited(text: str, rng: random.Random) -> str:
    """Running text with citations, a reference to a figure, a formula here and there."""
    found = text.split(". ")
    for place in range(len(found) - 1):
        if rng.random() < 0.3:
            found[place] += rng.choice([f" [{rng.randint(1, 30)}]", f" (Fig. {rng.randint(1, 4)})", " @M@", f" [{rng.randint(1, 9)}, {rng.randint(10, 30)}]",
                                        f" (see Eq. ({rng.randint(1, 9)}))", " (Smith et al. 2004)"])  # fmt: skip
    return ". ".join(found)


def _filled(note: str, rng: random.Random, names: list[str]) -> str:
    author = parse_name(rng.choice(names))
    mail = f"{re.sub('[^a-z]', '', author.family.lower()) or 'author'}@{rng.choice(['phys', 'astro', 'cs'])}.uni-{rng.choice(words(CITIES)).lower().replace(' ', '')}.edu"
    return note.format(
        e=mail, u=rng.choice(items(UNITS)), c=rng.choice(words(CITIES)).replace(" ", ""), n=rng.randint(10, 9999)
    )


def _thanks(rng: random.Random, names: list[str]) -> str:
    fill = {
        "a": _initials(rng.choice(names)),
        "b": _initials(rng.choice(names)),
        "c": rng.choice(words(CITIES)),
        "n": rng.randint(10, 99999),
    }
    return ". ".join(text.format(**fill) for text in rng.sample(items(THANKS), rng.randint(1, 4))) + "."
