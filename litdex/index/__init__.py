"""The store, and the lexical and vector engines that are derived from it."""
