"""Tests of litdex.ner."""
