"""The station: the same code on a Pi and at a desk. Imports hal, never the simulator."""
