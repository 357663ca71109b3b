"""Training of the reader of PDF lines: labels from typeset papers and from annotated ones."""
