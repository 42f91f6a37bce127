"""The HTTP API: one file of routes per audience, and what all routes share."""
