"""Tests of litdexsearch."""
