"""Effects: what a move of the visit asks the station to do, in order; `firmware/app.py` performs them."""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec import Struct

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.facts import Fact
from firmware.service.assistance import HelpTask
from firmware.service.print_jobs import PrintJob
from hal.ports import Tone, Utterance


class Record(Struct, frozen=True):
    """Append this fact to the journal; the later effects of the move happen only if it is on disk."""

    fact: Fact


class Charge(Struct, frozen=True):
    """Charge the card terminal with the price of this right."""

    right: ParkingRight


class Abort(Struct, frozen=True):
    """Take the charge for this right back: if the terminal has not received it, or can take it back."""

    right: ParkingRight


class Print(Struct, frozen=True):
    """Print the ticket of this right, in the language of the visit."""

    right: ParkingRight
    doubtful: bool = False
    """The payment is not known to have succeeded: the ticket says so."""


class AskPrinter(Struct, frozen=True):
    """Query the printer's state, so that "no paper" can be said before paying; answered by `PrinterIs`."""


class Beep(Struct, frozen=True):
    """Sound a tone."""

    tone: Tone


class Speak(Struct, frozen=True):
    """Speak this aloud, in place of what is being said; answered by `SpeechEnded`."""

    utterance: Utterance


class Hush(Struct, frozen=True):
    """Be silent at once."""


class CountTechnicians(Struct, frozen=True):
    """Count the people who may open the service menu; answered by `TechniciansCounted`."""


@dataclass(frozen=True)
class CheckPin:
    """Check the PIN of this person; answered by `PinChecked`. The PIN goes no farther than this."""

    person: str
    pin: str = field(repr=False)


class Inspect(Struct, frozen=True):
    """Take all readings; answered by `Inspected`."""


class AskTerminal(Struct, frozen=True):
    """Query whether the card terminal answers on its line; answered by `TerminalIs`."""


class PrintServiceTicket(Struct, frozen=True):
    """Print a technician's ticket; the printer answers with its number."""

    job: PrintJob
    number: str


class AskAssistant(Struct, frozen=True):
    """Begin a task of the assistant."""

    task: HelpTask
    detail: str = ""


class LookAtAssistant(Struct, frozen=True):
    """Query what came of the task; answered by `AssistantIs`."""


VisitEffect = Record | Charge | Abort | Print | AskPrinter | Beep | Speak | Hush
"""What a sale asks for."""
ServiceEffect = CountTechnicians | CheckPin | Inspect | AskTerminal | PrintServiceTicket | AskAssistant | LookAtAssistant
"""What only a technician asks for."""
Effect = VisitEffect | ServiceEffect
"""Every effect a move can hold."""
