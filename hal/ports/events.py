"""Device events: everything hardware can report, and who reports it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from hal.ports.card_terminal import Approved, Declined, NotReversed, Progress, Reversed, TerminalIs, Unanswered
from hal.ports.inputs import ContactEvent
from hal.ports.keypad import KeyFreed, KeyHeld, KeyPressed, KeyStuck
from hal.ports.panel import LightIs, PanelIs, PanelStarted
from hal.ports.printer import NotPrinted, Printed, PrinterIs
from hal.ports.speaker import SpeakerEvent

DeviceEvent = (
    KeyPressed
    | KeyHeld
    | KeyStuck
    | KeyFreed
    | Approved
    | Declined
    | Unanswered
    | Reversed
    | NotReversed
    | Progress
    | TerminalIs
    | PrinterIs
    | Printed
    | NotPrinted
    | ContactEvent
    | PanelIs
    | PanelStarted
    | LightIs
    | SpeakerEvent
)
"""Every event a device can report."""


class EventSource(Protocol):
    """Source of device events: collected until taken."""

    def take(self) -> Sequence[DeviceEvent]:
        """The events since the last call, oldest first; each is returned once."""
