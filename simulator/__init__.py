"""Simulator of a station: its devices, its city and its network in virtual time, on a web page or played from visit files."""
