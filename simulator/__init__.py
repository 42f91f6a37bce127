"""The street around a station: the far ends of its cables, a clock that can be turned, and a page to stand before."""
