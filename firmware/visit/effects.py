"""Effects: what a move of the visit asks the station to do, in order; `firmware/app.py` performs them."""

from __future__ import annotations

from dataclasses import dataclass, field

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import Fact
from firmware.service.print_jobs import PrintJob
from hal.ports import Tone


@dataclass(frozen=True)
class Record:
    """Append this fact to the journal; the later effects of the move happen only if it is on disk."""

    fact: Fact


@dataclass(frozen=True)
class Charge:
    """Charge the card terminal with the price of this right."""

    right: ParkingRight


@dataclass(frozen=True)
class Abort:
    """Take the charge for this right back: if the terminal has not received it, or can take it back."""

    right: ParkingRight


@dataclass(frozen=True)
class Print:
    """Print the ticket of this right, in the language of the visit."""

    right: ParkingRight
    doubtful: bool = False
    """The payment is not known to have succeeded: the ticket says so."""


@dataclass(frozen=True)
class AskPrinter:
    """Query the printer's state, so that "no paper" can be said before paying; answered by `PrinterIs`."""


@dataclass(frozen=True)
class Beep:
    """Sound a tone."""

    tone: Tone


@dataclass(frozen=True)
class CountTechnicians:
    """Count the people who may open the service menu; answered by `TechniciansCounted`."""


@dataclass(frozen=True)
class CheckPin:
    """Check the PIN of this person; answered by `PinChecked`. The PIN goes no farther than this."""

    person: str
    pin: str = field(repr=False)


@dataclass(frozen=True)
class Inspect:
    """Take all readings; answered by `Inspected`."""


@dataclass(frozen=True)
class AskTerminal:
    """Query whether the card terminal answers on its line; answered by `TerminalIs`."""


@dataclass(frozen=True)
class PrintServiceTicket:
    """Print a technician's ticket; the printer answers with its number."""

    job: PrintJob
    number: str


VisitEffect = Record | Charge | Abort | Print | AskPrinter | Beep
"""What a sale asks for."""
ServiceEffect = CountTechnicians | CheckPin | Inspect | AskTerminal | PrintServiceTicket
"""What only a technician asks for."""
Effect = VisitEffect | ServiceEffect
"""Every effect a move can hold."""
