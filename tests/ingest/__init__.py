"""Tests of litdexingest."""
