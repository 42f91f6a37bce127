"""Printer port: the ticket a printer is asked to print, its paper state, and how a print job can end."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from msgspec import Struct

from hal.ports.align import Align


class PrinterState(Enum):
    """Printer state: whether it can print, and if not, why."""

    OK = "ok"
    NEAR_END = "near end"
    """Prints, but the roll wants changing."""
    OUT = "out"
    COVER_OPEN = "cover open"
    OFFLINE = "offline"
    """Answers, and says it cannot print: jam, cutter, error."""
    SILENT = "silent"
    """Does not answer at all: nothing is known of its paper."""

    @property
    def prints(self) -> bool:
        """Whether a ticket sent now would come out."""
        return self in (PrinterState.OK, PrinterState.NEAR_END)


class PrinterIs(Struct, frozen=True):
    """Printer state report. Sent on change, and once after the first answer or silence."""

    state: PrinterState


class Printed(Struct, frozen=True):
    """Print job done: the whole ticket is out, confirmed by the printer after its last byte."""

    number: str


class NotPrinted(Struct, frozen=True):
    """Print job failed: the ticket is not known to have come out whole, and why. Part of it may have, or all."""

    number: str
    state: PrinterState


class TicketLine(Struct, frozen=True):
    """One text line of a ticket. Longer than the paper is wide, it is wrapped between words."""

    text: str
    beside: str = ""
    """A second text at the right end of the same line."""
    align: Align = Align.LEFT
    double: bool = False
    """Twice as wide and high."""
    bold: bool = False


class TicketCode(Struct, frozen=True):
    """QR code of a ticket, drawn by the printer itself."""

    data: str


class Ticket(Struct, frozen=True):
    """Print job: the parts of a ticket, top to bottom, before the cut."""

    number: str
    """Our reference of this ticket; comes back in `Printed` and `NotPrinted`."""
    parts: tuple[TicketLine | TicketCode, ...]


class Printer(Protocol):
    """Ticket printer: one print job at a time."""

    def print(self, ticket: Ticket) -> None:
        """Begin printing. Ends in exactly one `Printed` or `NotPrinted`. Raises ValueError while one is under way."""

    def look(self) -> None:
        """Query the printer's state now; ends in a `PrinterIs` only if it changed."""
