"""The HTTP API: search, papers, facets, context, answers, and OpenAI's interface over them."""
