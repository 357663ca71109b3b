"""What physics adds to the works that are printed: titles of arXiv papers, names of people, journals short and long."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

JOURNALS: tuple[tuple[str, str], ...] = tuple(
    (short, full)
    for short, full in (
        line.split("|")
        for line in """
Phys. Rev. Lett.|Physical Review Letters
Phys. Rev. A|Physical Review A
Phys. Rev. B|Physical Review B
Phys. Rev. C|Physical Review C
Phys. Rev. D|Physical Review D
Phys. Rev. E|Physical Review E
Phys. Rev. X|Physical Review X
Phys. Rev.|Physical Review
Rev. Mod. Phys.|Reviews of Modern Physics
Phys. Lett. A|Physics Letters A
Phys. Lett. B|Physics Letters B
Phys. Lett.|Physics Letters
Nucl. Phys. B|Nuclear Physics B
Nucl. Phys. A|Nuclear Physics A
Phys. Rep.|Physics Reports
JHEP|Journal of High Energy Physics
J. High Energy Phys.|Journal of High Energy Physics
JCAP|Journal of Cosmology and Astroparticle Physics
Eur. Phys. J. C|European Physical Journal C
Class. Quantum Grav.|Classical and Quantum Gravity
Class. Quant. Grav.|Classical and Quantum Gravity
Commun. Math. Phys.|Communications in Mathematical Physics
J. Math. Phys.|Journal of Mathematical Physics
J. Phys. A|Journal of Physics A
J. Phys. A: Math. Gen.|Journal of Physics A: Mathematical and General
J. Phys.: Condens. Matter|Journal of Physics: Condensed Matter
New J. Phys.|New Journal of Physics
Appl. Phys. Lett.|Applied Physics Letters
J. Appl. Phys.|Journal of Applied Physics
J. Chem. Phys.|The Journal of Chemical Physics
Chem. Phys. Lett.|Chemical Physics Letters
Opt. Lett.|Optics Letters
Opt. Express|Optics Express
J. Opt. Soc. Am. B|Journal of the Optical Society of America B
ApJ|The Astrophysical Journal
Astrophys. J.|Astrophysical Journal
ApJL|The Astrophysical Journal Letters
ApJS|The Astrophysical Journal Supplement Series
AJ|The Astronomical Journal
A&A|Astronomy and Astrophysics
Astron. Astrophys.|Astronomy & Astrophysics
MNRAS|Monthly Notices of the Royal Astronomical Society
Mon. Not. R. Astron. Soc.|Monthly Notices of the Royal Astronomical Society
PASP|Publications of the Astronomical Society of the Pacific
ARA&A|Annual Review of Astronomy and Astrophysics
Nature|Nature
Science|Science
Nature Phys.|Nature Physics
Nat. Commun.|Nature Communications
Nature Mater.|Nature Materials
Nano Lett.|Nano Letters
ACS Nano|ACS Nano
Proc. Natl. Acad. Sci. U.S.A.|Proceedings of the National Academy of Sciences
J. Fluid Mech.|Journal of Fluid Mechanics
Phys. Fluids|Physics of Fluids
Phys. Plasmas|Physics of Plasmas
Nucl. Fusion|Nuclear Fusion
Physica D|Physica D: Nonlinear Phenomena
Physica A|Physica A: Statistical Mechanics and its Applications
J. Stat. Phys.|Journal of Statistical Physics
J. Stat. Mech.|Journal of Statistical Mechanics: Theory and Experiment
Europhys. Lett.|Europhysics Letters
Ann. Phys. (N.Y.)|Annals of Physics
Prog. Theor. Phys.|Progress of Theoretical Physics
Int. J. Mod. Phys. A|International Journal of Modern Physics A
Rep. Prog. Phys.|Reports on Progress in Physics
Nucl. Instrum. Meth. A|Nuclear Instruments and Methods in Physics Research A
Sov. Phys. JETP|Soviet Physics JETP
Z. Phys.|Zeitschrift für Physik
J. Comput. Phys.|Journal of Computational Physics
Comput. Phys. Commun.|Computer Physics Communications
Quantum|Quantum
npj Quantum Inf.|npj Quantum Information
SciPost Phys.|SciPost Physics
Solid State Commun.|Solid State Communications
J. Am. Chem. Soc.|Journal of the American Chemical Society
J. Phys. Chem. B|The Journal of Physical Chemistry B
IEEE Trans. Inf. Theory|IEEE Transactions on Information Theory
Adv. Mater.|Advanced Materials
Soft Matter|Soft Matter
PLoS ONE|PLoS ONE
J. Neurosci.|The Journal of Neuroscience
N. Engl. J. Med.|New England Journal of Medicine
Bioinformatics|Bioinformatics
""".strip().splitlines()
    )
)
"""Short and full names of journals that physicists cite."""
MOST = 6000


def physics_titles(folder: Path) -> list[str]:
    """Return titles of arXiv papers (CC0) of the training years, without formulas that need TeX."""
    titles = (paper["title"] for paper in _papers(folder / "train-0.jsonl.xz"))
    return [" ".join(title.split()) for title in titles if "\\" not in title and "$" not in title][:MOST]


def physics_names(folder: Path) -> list[tuple[str, str]]:
    """Return (given names, family) of authors of the devel papers (CC0)."""
    from litdex.ingest.names import parse_name

    found = []
    for paper in _papers(folder / "devel.jsonl.xz"):
        for name in paper.get("authors", ())[:4]:
            author = parse_name(name)
            if author.given and author.family:
                found.append((author.given, author.family))
    return found[: 2 * MOST]


def _papers(path: Path) -> list[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for _, line in zip(range(8000), lines, strict=False)]
