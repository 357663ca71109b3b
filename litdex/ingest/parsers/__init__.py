"""One parser a format; this table names them all. Modules are imported when a document needs them.

A parser's version goes up whenever its output changes; files read by an older version are read again.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from litdex.ingest.blob import Parser


@dataclass(frozen=True, slots=True)
class Format:
    """A format that litdex reads: the parser's module in this folder, and its version."""

    name: str
    module: str
    version: int = 1

    def parser(self) -> Parser:
        """The parse function, imported now."""
        parse: Parser = import_module(f"{__name__}.{self.module}").parse
        return parse


FORMATS: dict[str, Format] = {
    form.name: form
    for form in (
        Format("litdex", "litdex_json"),
        Format("arxiv", "arxiv_json"),
        Format("oai", "oai", 2),
        Format("jats", "jats", 4),
        Format("pubmed", "pubmed", 3),
        Format("tei", "tei", 3),
        Format("latex", "latex", 2),
        Format("pdf", "pdf", 4),
        Format("markdown", "markdown", 5),
        Format("text", "plain", 4),
        Format("bibtex", "bibtex", 2),
        Format("ris", "ris", 2),
        Format("csl", "csl_json", 2),
        Format("nbib", "nbib"),
        Format("wos", "wos"),
        Format("ovid", "ovid"),
        Format("endnote", "endnote"),
        Format("refworks", "refworks"),
        Format("tagged", "tagged_unknown"),
        Format("csv", "csv_table"),
        Format("endnotexml", "endnote_xml"),
        Format("marcxml", "marcxml"),
        Format("elsevier", "elsevier"),
        Format("s2orc", "s2orc_json"),
    )
}
