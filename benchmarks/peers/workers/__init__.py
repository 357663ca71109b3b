"""One program for each system, run by the Python of that system's own environment."""
