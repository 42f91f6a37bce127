"""Ports: every word that crosses the hardware border, one file per device.

Pure: no clock, no wire, no disk, no chance. Every file here is held to it by tests/laws/test_contracts.py.

Below these files are drivers and bytes; above them are screens and money. A word used on both sides is defined here, once,
beside the Protocol of its device; whoever uses one imports it from `hal.ports`.

Instants are seconds of a monotonic clock; amounts are whole cents. Texts are what a motorist reads, already translated.
"""

from hal.ports.align import Align
from hal.ports.buzzer import Buzzer, Tone
from hal.ports.card_terminal import (
    ANSWER_WITHIN,
    EURO,
    Approved,
    Capabilities,
    CardTerminal,
    Declined,
    NotReversed,
    Progress,
    Reason,
    Reversed,
    Step,
    TerminalIs,
    Unanswered,
)
from hal.ports.clock import AT_ONCE, NEVER, Clock, Instant
from hal.ports.display import Display, Hint, Line, Pattern, Size, Stretch, Strip, View
from hal.ports.events import DeviceEvent, EventSource
from hal.ports.inputs import ContactEvent, DoorClosed, DoorOpened, MainsBack, MainsLost
from hal.ports.keypad import Key, KeyFreed, KeyHeld, KeyPressed, KeyStuck
from hal.ports.printer import NotPrinted, Printed, Printer, PrinterIs, PrinterState, Ticket, TicketCode, TicketLine
from hal.ports.supply import Supply

__all__ = [
    "ANSWER_WITHIN",
    "AT_ONCE",
    "EURO",
    "NEVER",
    "Align",
    "Approved",
    "Buzzer",
    "Capabilities",
    "CardTerminal",
    "Clock",
    "ContactEvent",
    "Declined",
    "DeviceEvent",
    "Display",
    "DoorClosed",
    "DoorOpened",
    "EventSource",
    "Hint",
    "Instant",
    "Key",
    "KeyFreed",
    "KeyHeld",
    "KeyPressed",
    "KeyStuck",
    "Line",
    "MainsBack",
    "MainsLost",
    "NotPrinted",
    "NotReversed",
    "Pattern",
    "Printed",
    "Printer",
    "PrinterIs",
    "PrinterState",
    "Progress",
    "Reason",
    "Reversed",
    "Size",
    "Step",
    "Stretch",
    "Strip",
    "Supply",
    "TerminalIs",
    "Ticket",
    "TicketCode",
    "TicketLine",
    "Tone",
    "Unanswered",
    "View",
]
