"""The embedded vector engine: Qdrant's own, in process."""
