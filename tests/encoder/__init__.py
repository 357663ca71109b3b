"""Tests of litdex.encoder."""
