"""Tests of litdex.rag."""
