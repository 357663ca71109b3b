"""The embedded lexical engine, on tantivy."""
