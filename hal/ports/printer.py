"""Printer port: the ticket a printer is asked to print, its paper state, and how a print job can end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from hal.ports.align import Align


class PrinterState(Enum):
    """Six different answers to "can you print?"."""

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


@dataclass(frozen=True)
class PrinterIs:
    """What the printer says of itself. Said on change, and once after the first answer or silence."""

    state: PrinterState


@dataclass(frozen=True)
class Printed:
    """The whole ticket is out: the printer has answered after its last byte."""

    number: str


@dataclass(frozen=True)
class NotPrinted:
    """The ticket did not come out whole, and why."""

    number: str
    state: PrinterState


@dataclass(frozen=True)
class TicketLine:
    """One line of text. Longer than the paper is wide, it is wrapped between words."""

    text: str
    beside: str = ""
    """A second text at the right end of the same line."""
    align: Align = Align.LEFT
    double: bool = False
    """Twice as wide and high."""
    bold: bool = False


@dataclass(frozen=True)
class TicketCode:
    """A QR code the printer draws itself."""

    data: str


@dataclass(frozen=True)
class Ticket:
    """What the printer is asked to print, top to bottom, before it cuts."""

    number: str
    """Our reference of this ticket; comes back in `Printed` and `NotPrinted`."""
    parts: tuple[TicketLine | TicketCode, ...]


class Printer(Protocol):
    """Prints tickets, one at a time."""

    def print(self, ticket: Ticket) -> None:
        """Begin printing. Ends in exactly one `Printed` or `NotPrinted`. Raises ValueError while one is under way."""

    def look(self) -> None:
        """Ask the printer how it is, now; ends in a `PrinterIs` only if that differs from the last one."""
