"""Vector engines behind one interface."""
