"""Tests of litdex.server."""
