"""Tests of litdexcli."""
