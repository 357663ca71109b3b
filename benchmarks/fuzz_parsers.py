"""Coverage-guided fuzzing of the parsers and of the query's: nothing comes out but an answer or one clear line.

    python -m benchmarks.fuzz_parsers [--runs 10000] [--keep FOLDER] [FORMAT ...]

Each format runs in a process of its own under atheris (`pip install atheris`; development only), begun from small
documents of its own. What comes out of a parser must survive what the library does with it next: JSON and back,
passages, keys. An exception that is none of litdex's own, a reason of more than one line, and an input that takes over
a second are findings: the first input of each is kept in FOLDER, to become a case of
`tests/ingest/test_fuzz.py`. Exit code 1 if there are any.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import time
import traceback
from importlib.util import find_spec
from pathlib import Path
from typing import Any

SECONDS = 1.0
"""More than this for one small input is a finding."""
LONGEST = 4096  # bytes of an input

XML = '<?xml version="1.0"?>'
SEEDS: dict[str, list[str]] = {
    "bibtex": [
        '@string{j = "Phys. Rev."}\n@article{a1, author = {Lovelace, Ada and {The Group}}, title = "On {\\"o}",'
        " year = 1999, journal = j # { D}, doi = {10.1/x}}",
        "@comment{x}\n@inproceedings(k, title={A $\\alpha$ {B}}, month = jan, eprint = {0901.1234})",
    ],
    "ris": [
        "TY  - JOUR\nAU  - Lovelace, Ada\nTI  - On tops\nPY  - 1999/01/02\nDO  - 10.1/x\nSP  - 1\nEP  - 9\nER  - \n"
    ],
    "nbib": [
        "PMID- 1\nOWN - NLM\nTI  - On tops\n      and more.\nFAU - Lovelace, Ada\nAUID- ORCID: 0000000123456789\n"
        "DP  - 2009 Jan\nPG  - 187-94\nLID - 10.1/x [doi]\nMH  - *Tops/history\nPT  - Journal Article\n\n"
        "PMID- 2\nTI  - A\n"
    ],
    "wos": [
        "FN X\nVR 1.0\nPT J\nAU Lovelace, A\n   Babbage, C\nTI On tops\nSO J\nDT Article; Review\nCR Doe "
        "J, 2008, J, V1\n"
        "PD JUL-AUG\nPY 2009\nBP 1\nEP 9\nBN 978-3-16-148410-0\nER\n\nEF\n"
    ],
    "ovid": [
        "<1. >\nVN  - Ovid Technologies\nAU  - Lovelace, Ada MD, PhD 1\nTI  - On tops. [Article]\nSO  - J"
        ". 7(2):187-94, 2009"
        " Jan.\nBT  - Boss, B. [Ed]. (2012). The book. x pp.\n",
        "<7>\nAuthor\n  Lovelace, Ada RN; PhD 1;  Babbage, C. 2\nTitle\n  On tops.[Review]\nSource\n  J"
        ".  28(2):3-6, May 2015.\n",
    ],
    "endnote": [
        "%0 Journal Article\n%A Lovelace, Ada\n%T On tops\n%J J\n%D 2009\n%X a\n\nb\n%K c\nd\n\n%0 Thesis\n%T B\n"
    ],
    "refworks": ["RT Book, Section\nA1 Lovelace,Ada\nT1 On tops\nT2 J\nYR 2009\nSP 101\nOP 23\nK1 a\nDO 10.1/x\n"],
    "csv": [
        'Title,Authors,Year,Journal/Book,Citation,DOI,Extra\n"On, tops","Lovelace A, Babbage C.",2009,J,"'
        'J. 2009;7(2):1-9",'
        '10.1/x,"PMID: 1\nx"\n',
        "PT\tAU\tTI\tSO\tPY\nJ\tLovelace, A; Doe, J\tOn tops\tJ\t2009\n",
    ],
    "endnotexml": [
        f"{XML}<xml><records><record><ref-type name='Book'>6</ref-type><contributors><authors><author><sty"
        "le>L, A</style></author>"
        "</authors></contributors><titles><title>T</title></titles><dates><year>2009</year><pub-dates><da"
        "te>Mar 3</date>"
        "</pub-dates></dates><isbn>9783161484100</isbn></record></records></xml>"
    ],
    "marcxml": [
        f"{XML}<collection><record><leader>00000nam a</leader><controlfield tag='008'>910926s1957</control"
        "field><datafield tag='245'>"
        "<subfield code='a'>T :</subfield><subfield code='b'>b /</subfield></datafield><datafield tag='10"
        "0'><subfield code='a'>L, A."
        "</subfield></datafield><datafield tag='773'><subfield code='g'>Vol. 7, p. 1-9</subfield></datafi"
        "eld></record></collection>"
    ],
    "elsevier": [
        f"{XML}<doc><coredata><volume>7</volume></coredata><article><item-info><doi>10.1/x</doi></item-inf"
        "o><head><title>T</title>"
        "<author-group><author><surname>L</surname></author></author-group><abstract><abstract-sec><simpl"
        "e-para>x</simple-para>"
        "</abstract-sec></abstract></head><body><sections><section><section-title>I</section-title><para>"
        "a<sup>2</sup></para>"
        "</section></sections></body><bib-reference><other-ref><textref>y</textref></other-ref></bib-refe"
        "rence></article></doc>"
    ],
    "s2orc": [
        '{"paper_id":"a","metadata":{"title":"T","authors":[{"first":"A","last":"L"}]},"abstract":[{"text'
        '":"x"}],"body_text":'
        '[{"text":"{{formula:f}} {{cite:b}}","section":"I"}],"ref_entries":{"f":{"latex":"x","type":"form'
        'ula"}},"bib_entries":'
        '{"b":{"bib_entry_raw":"y","ids":{"doi":"10.1/x"},"year":2001}}}\n'
    ],
    "csl": [
        '[{"id":"a","type":"article-journal","title":"On tops","author":[{"family":"Lovelace","given":"Ada"}],'
        '"issued":{"date-parts":[[1999,1,2]]},"DOI":"10.1/x","page":"1-9"}]'
    ],
    "arxiv": [
        '{"id":"0901.1234","title":"On tops","abstract":"They spin.","authors":"A. Lovelace, B. C. D\'Ef (CERN)",'
        '"categories":"hep-th math.QA","update_date":"2009-01-02","doi":"10.1/x","authors_parsed":[["L","A",""]]}\n'
    ],
    "litdex": ['{"litdex":1,"title":"On tops","identifiers":{"doi":"10.1/x"},"references":[{"text":"a"}]}\n'],
    "markdown": [
        "---\ntitle: On tops\nauthor: [Ada Lovelace]\ndate: 2009\n---\n# On tops\n\n## Abstract\nThey"
        " *spin* [1] $x^2$.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nx\n```\n## References\n[1] A. L. Tops. 1999.",
        "# T\n\nA B^1^, C D^2^\n\n## 1 Introduction\n\\(a\\) \\[b\\] ![](x.png)\n",
    ],
    "text": [
        "ON TOPS\n\nAda L\n\nAbstract\nThey spin.\n\n1. Introduction\n\nText.\n\nReferences\n[1] A. L., Tops (1999)."
    ],
    "pubmed": [
        f"{XML}<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><Title>J</Title>"
        "</Journal><ArticleTitle>On tops</ArticleTitle><Abstract><AbstractText Label='A'>x</AbstractText></Abstract>"
        "<AuthorList><Author><LastName>L</LastName><ForeName>A</ForeName></Author></AuthorList></Article>"
        "</MedlineCitation></PubmedArticle></PubmedArticleSet>"
    ],
    "oai": [
        f"{XML}<OAI-PMH><ListRecords><record><header><identifier>oai:arXiv.org:0901.1234</identifier></hea"
        "der><metadata>"
        "<arXiv xmlns='http://arxiv.org/OAI/arXiv/'><id>0901.1234</id><title>T</title><authors><author><keyname>L"
        "</keyname></author></authors><categories>hep-th</categories><abstract>x</abstract></arXiv></metadata></record>"
        "</ListRecords></OAI-PMH>"
    ],
    "tei": [
        f"{XML}<TEI xmlns='http://www.tei-c.org/ns/1.0'><teiHeader><fileDesc><titleStmt><title>T</title></titleStmt>"
        "<sourceDesc><biblStruct><analytic><author><persName><surname>L</surname></persName></author></analytic>"
        "</biblStruct></sourceDesc></fileDesc><profileDesc><abstract><p>x</p></abstract></profileDesc></teiHeader>"
        "<text><body><div><head n='1'>I</head><p>a <ref>b</ref></p></div></body></text></TEI>"
    ],
    "jats": [
        f"{XML}<article><front><article-meta><title-group><article-title>T</article-title></title-group><a"
        "bstract><p>x</p>"
        "</abstract></article-meta></front><body><sec><title>I</title><p>a<xref>1</xref></p></sec></body></article>"
    ],
    "query": ['"a phrase" -not title:(x OR y) author:"Hawking, S" year:2001..2004 cat:hep-th (a AND b)'],
}
"""What a format's inputs begin from; the query language is one of them."""


def try_format(name: str, data: bytes) -> None:
    """Read one input as the library would. Raises whatever a parser should not raise."""
    (try_query if name == "query" else try_parser)(name, data)


def try_query(name: str, data: bytes) -> None:
    """Read a query."""
    from litdex.errors import LitdexError
    from litdex.search.query.reading import parse

    try:
        parse(data.decode("utf-8", "replace"), {"disease": "Disease"})
    except LitdexError as error:
        _check_line(str(error))


def try_parser(name: str, data: bytes) -> None:
    """Parse a document, and do with its papers what an ingest does."""
    from litdex.errors import LitdexError
    from litdex.ingest import identity, serialise
    from litdex.ingest.blob import Fault
    from litdex.ingest.parsers import FORMATS
    from litdex.ingest.passages import passages
    from tests.ingest.xml_blob import Bytes

    try:
        for item in FORMATS[name].parser()(Bytes(data, f"a.{name}")):
            if isinstance(item, Fault):
                _check_line(item.reason)
                continue
            if serialise.from_json(serialise.to_json(item)) != item:
                raise ValueError("a paper is another one after JSON and back")
            passages(item)
            identity.keys(item)
            identity.paper_id(item).encode()
    except LitdexError as error:
        _check_line(str(error))


def _check_line(reason: str) -> None:
    if not reason.strip() or "\n" in reason:
        raise ValueError(f"a reason that is not one line: {reason!r}")


def run_one(name: str, runs: int, keep: Path) -> None:
    """Fuzz one format in this process, which ends with it; findings are written as they come."""
    import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]
    import charset_normalizer  # noqa: F401 - else the first input in a legacy encoding pays for it

    with atheris.instrument_imports(include=["litdex"], enable_loader_override=False):
        try_format(name, SEEDS[name][0].encode())  # imports all that it needs
    seen: set[str] = set()

    def one(data: bytes) -> None:
        begun = time.perf_counter()
        try:
            try_format(name, data)
        except RecursionError:
            note("RecursionError", data)
        except Exception as error:
            frames = traceback.extract_tb(error.__traceback__)
            place = next((f for f in reversed(frames) if "litdex/" in f.filename), frames[-1])
            note(f"{type(error).__name__} in {Path(place.filename).name}:{place.lineno}: {str(error)[:80]!r}", data)
        if time.perf_counter() - begun > SECONDS:
            note("slow", data)

    def note(what: str, data: bytes) -> None:
        key = what.partition(": ")[0]
        if key not in seen:
            seen.add(key)
            path = keep / f"{name}-{hashlib.blake2b(data, digest_size=6).hexdigest()}"
            path.write_bytes(data)
            path.with_suffix(".json").write_text(json.dumps({"format": name, "what": what}))

    corpus = keep / f"corpus-{name}"
    corpus.mkdir()
    for number, seed in enumerate(SEEDS[name]):
        (corpus / f"seed{number}").write_bytes(seed.encode())
    options = [f"-runs={runs}", f"-max_len={LONGEST}", "-seed=1", "-timeout=60", "-rss_limit_mb=2048", str(corpus)]
    atheris.Setup(["fuzz", *options], one)
    atheris.Fuzz()


def main() -> int:
    """Fuzz each format in a child, and print what was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=", ".join(SEEDS))
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        run_one(asked.formats[0], asked.runs, asked.keep)
        return 0
    if find_spec("atheris") is None:  # else every child ends at once, and finds nothing
        parser.exit(2, "atheris is not installed: pip install atheris\n")
    keep = asked.keep or Path(tempfile.mkdtemp(prefix="findings-"))
    keep.mkdir(parents=True, exist_ok=True)
    for name in asked.formats or SEEDS:
        begun = time.monotonic()
        command = [sys.executable, "-m", "benchmarks.fuzz_parsers", name, "--child", f"--runs={asked.runs}"]
        done = subprocess.run([*command, f"--keep={keep}"], capture_output=True, text=True, errors="replace")
        found = [json.loads(path.read_text()) for path in sorted(keep.glob(f"{name}-*.json"))]
        print(f"{name:<9} {asked.runs:,} inputs, {time.monotonic() - begun:,.0f} s, {len(found)} findings", flush=True)
        for each in found:
            print(f"          {each['what']}")
        if done.returncode:
            print(f"          ended by {done.returncode}: {done.stderr[-500:]}")
    findings: list[Any] = list(keep.glob("*.json"))
    print(f"{len(findings)} findings in {keep}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
