"""Simulated devices: the far end of each cable, written from its manual and not from the driver it faces."""
