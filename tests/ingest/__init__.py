"""Tests of litdex.ingest."""
