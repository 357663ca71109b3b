"""Pages of PDFs that have no usable text layer, read from their image by an engine of the user's choice."""
