"""Readers of printed text that were trained on examples: conditional random fields over lines and words."""
