"""Training the reader of printed references: examples from GROBID's annotated data and of our own printing."""
