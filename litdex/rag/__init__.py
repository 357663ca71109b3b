"""Context and cited answers."""
