"""Tests of litdex."""
