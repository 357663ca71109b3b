"""litdex beside what a user would pick instead: the same papers, the same vectors, one run."""
