"""The part of a paper that each line of a PDF belongs to, told by a conditional random field over all its lines.

Labels: "title", "author", "affiliation", "abstract", "keyword", "journal" (where it appeared, its identifiers), "date",
"note" (anything else of the front matter), "h1" to "h3" (headings), "body", "caption", "figure" and "table" (words in
them), "footnote", "back" (acknowledgements and the like), "references".
"""

from __future__ import annotations

from collections.abc import Sequence

from litdex.ingest.parsers.pdf_blocks import Measures
from litdex.ingest.parsers.pdf_lines import Line
from litdex.ingest.readers.crf import model_file, tag
from litdex.ingest.readers.line_features import line_features

MODEL = "pdf-lines.crf"
FRONT = frozenset({"title", "author", "affiliation", "abstract", "keyword", "journal", "date", "note"})
HEADINGS = {"h1": 1, "h2": 2, "h3": 3}


def zones(lines: Sequence[Line], usual: Measures) -> list[str]:
    """One label a line."""
    return tag(model_file(MODEL), line_features(lines, usual))
