"""litdex: hybrid search, entity facets and cited answers over scientific literature.

The stages stand side by side, and imports point one way:
``ingest <- ner <- encoder <- index <- search <- rag <- server, cli``.
"""

__version__ = "0.1.0"
