"""Input port: door and mains switches of the cabinet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DoorOpened:
    """The cabinet's door is open, or the wire of its switch is cut. Said on change, and once at the start."""


@dataclass(frozen=True)
class DoorClosed:
    """The cabinet's door is closed. Said on change, and once at the start."""


@dataclass(frozen=True)
class MainsLost:
    """The power supply lives on its buffer, for seconds. Said on change, and once at the start."""


@dataclass(frozen=True)
class MainsBack:
    """The power supply has mains. Said on change, and once at the start."""


ContactEvent = DoorOpened | DoorClosed | MainsLost | MainsBack
