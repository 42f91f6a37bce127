"""The speech engine: a process of its own that turns phrases into sound. `python -m hal.speech` is that process."""
