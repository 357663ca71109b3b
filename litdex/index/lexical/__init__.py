"""What lexical engines share: how text is cut into terms, and what is kept of a passage."""
