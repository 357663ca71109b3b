"""Tests of litdexencoder."""
