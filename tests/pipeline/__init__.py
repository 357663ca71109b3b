"""Tests of litdex.pipeline."""
