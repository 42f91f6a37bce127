"""The city's register, measured as a city would run it: real servers, a real PostgreSQL, real HTTP, signed batches."""
