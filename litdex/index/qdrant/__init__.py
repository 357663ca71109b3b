"""The vector engine on a Qdrant server."""
