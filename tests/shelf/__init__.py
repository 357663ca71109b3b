"""Tests of litdex.shelf."""
