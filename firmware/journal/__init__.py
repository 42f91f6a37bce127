"""The journal on disk: append-only, chained, durable before `append` returns."""
