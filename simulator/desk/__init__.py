"""A desk: one simulated station, its cabinet of devices, its city, its clocks and its power."""
