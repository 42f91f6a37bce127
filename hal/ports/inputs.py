"""Input port: door and mains switches of the cabinet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DoorOpened:
    """The cabinet's door is open, or the wire of its switch is cut. Reported on change, and once at the start."""


@dataclass(frozen=True)
class DoorClosed:
    """The cabinet's door is closed. Reported on change, and once at the start."""


@dataclass(frozen=True)
class MainsLost:
    """Mains power is lost: the supply runs on its buffer, for seconds. Reported on change, and once at the start."""


@dataclass(frozen=True)
class MainsBack:
    """Mains power is present. Reported on change, and once at the start."""


ContactEvent = DoorOpened | DoorClosed | MainsLost | MainsBack
"""Every change of a cabinet switch."""
