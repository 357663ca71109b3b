"""Tests of litdex.index."""
