"""The web page of a library: server-rendered, without foreign hosts, usable without JavaScript."""
