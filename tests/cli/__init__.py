"""Tests of litdex.cli."""
