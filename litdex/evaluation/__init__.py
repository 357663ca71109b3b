"""Qrels, runs, measures and significance."""
