"""Tests of litdexevaluation."""
