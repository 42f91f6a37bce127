"""The desk on a web page: HTTP API, live updates and the page itself."""
