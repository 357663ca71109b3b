"""Tests of litdex.evaluation."""
