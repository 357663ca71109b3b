"""Tests of litdex.maintenance."""
