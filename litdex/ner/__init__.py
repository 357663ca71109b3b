"""Text to mentions: the tagger, its model and its training."""
