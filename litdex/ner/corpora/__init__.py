"""Annotated corpora: formats read and written, tagging schemes, sentences, statistics."""
