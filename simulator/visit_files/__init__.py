"""Visit files: what a visit can say, read from text and played on a desk. The files themselves are in simulator/visits/."""
