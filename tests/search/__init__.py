"""Tests of litdex.search."""
