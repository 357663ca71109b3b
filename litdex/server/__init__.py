"""HTTP API, MCP and the web page."""
