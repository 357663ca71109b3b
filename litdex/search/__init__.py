"""Queries to ranked papers: retrieval, fusion, snippets."""
