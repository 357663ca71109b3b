"""From files to a library that can be searched: read, tag, embed, and feed the engines."""
