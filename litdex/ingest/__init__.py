"""Files to papers: formats told apart, parsed into one record, identified, merged, cut into passages."""
