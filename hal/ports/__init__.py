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
from hal.ports.display import (
    TALL_GLASS,
    USUAL_GLASS,
    Brightness,
    Display,
    GlassSize,
    Hint,
    Line,
    Pattern,
    Size,
    Stretch,
    Strip,
    View,
)
from hal.ports.events import DeviceEvent, EventSource
from hal.ports.inputs import ContactEvent, DoorClosed, DoorOpened, MainsBack, MainsLost
from hal.ports.keypad import Key, KeyFreed, KeyHeld, KeyPressed, KeyStuck
from hal.ports.panel import Ambient, LightIs, PanelIs, PanelStarted, PanelState, StartCause
from hal.ports.printer import NotPrinted, Printed, Printer, PrinterIs, PrinterState, Ticket, TicketCode, TicketLine
from hal.ports.speaker import (
    DEFAULT_VOLUME,
    VOLUMES,
    HeadsetIn,
    HeadsetOut,
    NoSpeaker,
    Speaker,
    SpeakerEvent,
    SpeechEnded,
    Utterance,
)
from hal.ports.supply import Supply, worse_supply

__all__ = [
    "ANSWER_WITHIN",
    "AT_ONCE",
    "DEFAULT_VOLUME",
    "EURO",
    "NEVER",
    "TALL_GLASS",
    "USUAL_GLASS",
    "VOLUMES",
    "Align",
    "Ambient",
    "Approved",
    "Brightness",
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
    "GlassSize",
    "HeadsetIn",
    "HeadsetOut",
    "Hint",
    "Instant",
    "Key",
    "KeyFreed",
    "KeyHeld",
    "KeyPressed",
    "KeyStuck",
    "LightIs",
    "Line",
    "MainsBack",
    "MainsLost",
    "NoSpeaker",
    "NotPrinted",
    "NotReversed",
    "PanelIs",
    "PanelStarted",
    "PanelState",
    "Pattern",
    "Printed",
    "Printer",
    "PrinterIs",
    "PrinterState",
    "Progress",
    "Reason",
    "Reversed",
    "Size",
    "Speaker",
    "SpeakerEvent",
    "SpeechEnded",
    "StartCause",
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
    "Utterance",
    "View",
    "worse_supply",
]
