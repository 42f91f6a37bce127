"""Effects: what the visit asks for, in order; `firmware/app.py` carries them out."""

from __future__ import annotations

from dataclasses import dataclass, field

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import Fact
from firmware.service.print_jobs import PrintJob
from hal.ports import Tone


@dataclass(frozen=True)
class Record:
    """Write this fact down; what follows in the same move happens only if it is on disk."""

    fact: Fact


@dataclass(frozen=True)
class Charge:
    """Ask the bank for the price of this right."""

    right: ParkingRight


@dataclass(frozen=True)
class Withdraw:
    """Take the request back if the terminal has not had it."""


@dataclass(frozen=True)
class Print:
    """Print the ticket of this right, in the language of the visit."""

    right: ParkingRight
    doubtful: bool = False
    """The payment is not known to have succeeded: the ticket says so."""


@dataclass(frozen=True)
class AskPrinter:
    """Ask the printer how it is, so that "no paper" can be said before paying."""


@dataclass(frozen=True)
class Beep:
    """Sound a tone."""

    tone: Tone


@dataclass(frozen=True)
class AskCrew:
    """Ask whether anybody may open the service menu; answered by `CrewIs`."""


@dataclass(frozen=True)
class CheckPin:
    """Ask whether this is the PIN of this person; answered by `PinIs`. The PIN goes no farther than this."""

    person: str
    pin: str = field(repr=False)


@dataclass(frozen=True)
class Inspect:
    """Take all readings; answered by `Inspected`."""


@dataclass(frozen=True)
class AskTerminal:
    """Ask the card terminal whether it answers on its line; answered by `TerminalIs`."""


@dataclass(frozen=True)
class PrintService:
    """Print a technician's ticket; the printer answers with its number."""

    paper: PrintJob
    number: str


Effect = Record | Charge | Withdraw | Print | AskPrinter | Beep | AskCrew | CheckPin | Inspect | AskTerminal | PrintService
