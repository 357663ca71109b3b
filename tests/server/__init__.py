"""Tests of litdexserver."""
