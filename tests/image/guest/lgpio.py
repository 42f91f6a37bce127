"""Substitute for the card's lgpio, which it loads too."""

import sys

import panel  # type: ignore[import-not-found]  # beside it, there

from simulator.devices.lgpio_chip import LgpioChip

panel.real("lgpio")
sys.modules["lgpio"] = LgpioChip(panel.HEADER)
