"""The lexical engine on an Elasticsearch server."""
