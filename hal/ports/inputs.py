"""Input port: door and mains switches of the cabinet."""

from __future__ import annotations

from msgspec import Struct


class DoorOpened(Struct, frozen=True):
    """The cabinet's door is open, or the wire of its switch is cut. Reported on change, and once at the start."""


class DoorClosed(Struct, frozen=True):
    """The cabinet's door is closed. Reported on change, and once at the start."""


class MainsLost(Struct, frozen=True):
    """Mains power is lost: the supply runs on its buffer, for seconds. Reported on change, and once at the start."""


class MainsBack(Struct, frozen=True):
    """Mains power is present. Reported on change, and once at the start."""


ContactEvent = DoorOpened | DoorClosed | MainsLost | MainsBack
"""Every change of a cabinet switch."""
