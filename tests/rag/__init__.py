"""Tests of litdexrag."""
