"""Tests of litdexner."""
