"""Tests of litdexindex."""
