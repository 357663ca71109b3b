"""Lexical engines behind one interface."""
