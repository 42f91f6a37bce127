"""Bytes that every ticket begins and ends with."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
START = "1b 40  1b 74 10"  # ESC @, ESC t 16 (WPC1252)
CUT = "1d 56 42 00"  # GS V 66 0: feed to the blade, cut
