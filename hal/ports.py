"""Every word that crosses the hardware border. Knows no clock, no wire, no disk.

Below this file are drivers and bytes; above it are screens and money. A word used on both sides is defined here, once:

- `Key` and what a keypad says of it;
- what the contacts of the cabinet say: its door, its power supply;
- `View`, what the display is asked to show, and `Tone`, what the buzzer is asked to sound;
- what a card terminal is asked and answers;
- `Ticket`, what the printer is asked to print, and what it says of itself.

Instants are seconds of a monotonic clock; amounts are whole cents. Texts are what a motorist reads, already translated.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

Instant = float
"""Seconds of a monotonic clock that starts anywhere and never goes back."""

NEVER: Instant = math.inf
AT_ONCE: Instant = -math.inf


# --- the keypad ---------------------------------------------------------------------------------------------------


class Key(Enum):
    """The 44 keys of the panel; the value is the name that board files, visits and the API use."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    I = "I"  # noqa: E741
    J = "J"
    K = "K"
    L = "L"
    M = "M"
    N = "N"
    O = "O"  # noqa: E741
    P = "P"
    Q = "Q"
    R = "R"
    S = "S"
    T = "T"
    U = "U"
    V = "V"
    W = "W"
    X = "X"
    Y = "Y"
    Z = "Z"
    D0 = "0"
    D1 = "1"
    D2 = "2"
    D3 = "3"
    D4 = "4"
    D5 = "5"
    D6 = "6"
    D7 = "7"
    D8 = "8"
    D9 = "9"
    OK = "OK"
    CANCEL = "CANCEL"
    CORRECT = "CORRECT"
    PLUS = "PLUS"
    MINUS = "MINUS"
    MAX = "MAX"
    LANG = "LANG"
    INFO = "INFO"

    @property
    def character(self) -> str:
        """The letter or digit this key types; empty for a function key."""
        return self.value if len(self.value) == 1 else ""


@dataclass(frozen=True)
class KeyPressed:
    """A key went down and stayed down long enough to be no bounce."""

    key: Key


@dataclass(frozen=True)
class KeyHeld:
    """The key has been down for a second; said once, after its `KeyPressed`."""

    key: Key


@dataclass(frozen=True)
class KeyStuck:
    """The key has been down for so long that no finger is on it."""

    key: Key


@dataclass(frozen=True)
class KeyFreed:
    """A stuck key came up again."""

    key: Key


# --- the contacts of the cabinet ----------------------------------------------------------------------------------


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


# --- the display and the buzzer -----------------------------------------------------------------------------------


class Size(Enum):
    """How tall a line of the middle band is drawn."""

    SMALL = "small"
    """11 px: a reason, a second sentence."""
    MEDIUM = "medium"
    """About 15 px."""
    LARGE = "large"
    """Shares what height is left with the other large lines, 34 px at most."""


class Align(Enum):
    """Where a text stands on its line."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True)
class Line:
    """One line of the middle band."""

    text: str
    size: Size = Size.LARGE
    align: Align = Align.CENTRE
    beside: str = ""
    """A second text at the right end of the same line; `text` then stands left."""
    dim: bool = False
    """The second level of grey: only for what may be missed."""
    chosen: bool = False
    """Drawn dark on bright: the answer OK would take."""
    cursor: bool = False
    """A typing mark stands after the text."""


class Stretch(Enum):
    """What one part of a strip of hours is."""

    FREE = "free"
    """Nothing is due: night, Sunday, holiday."""
    OPEN = "open"
    """Paid hours, not bought."""
    BOUGHT = "bought"


@dataclass(frozen=True)
class Strip:
    """The coming hours as a bar, one pixel high rules and all: stretches side by side, each a share of the width."""

    stretches: tuple[tuple[Stretch, int], ...]
    """What, and how many minutes of it, from left to right."""
    ticks: tuple[tuple[int, str], ...] = ()
    """Labels under the bar: minutes from the left end, and the text."""


@dataclass(frozen=True)
class Hint:
    """What a key does on this screen, for the bottom band."""

    key: Key
    label: str


class Pattern(Enum):
    """A picture that says nothing, for whoever looks for dead pixels."""

    LIT = "lit"
    """Every pixel, at full brightness."""
    BORDER = "border"
    """A frame along the four edges, and both diagonals."""
    GREYS = "greys"
    """Sixteen bars, black to white."""


@dataclass(frozen=True)
class View:
    """One whole picture for the display, in words: context above, one thing in the middle, the keys below."""

    screen: str
    """The name of the screen, for programs and visits; it is not drawn."""
    left: str
    """Top band, left: zone and place."""
    right: str
    """Top band, right: the clock."""
    middle: tuple[Line, ...]
    hints: tuple[Hint, ...] = ()
    strip: Strip | None = None
    pattern: Pattern | None = None
    """Drawn in place of everything else; the texts are then for programs only."""

    @property
    def lines(self) -> tuple[str, ...]:
        """Every text of the picture, top to bottom, as a person would read it."""
        middle = [f"{line.text} {line.beside}".strip() for line in self.middle]
        keys = "   ".join(f"[{hint.key.value}] {hint.label}" for hint in self.hints)
        return (f"{self.left} {self.right}".strip(), *middle, keys)


class Tone(Enum):
    """What the buzzer says."""

    ACCEPTED = "accepted"
    """One short beep."""
    IGNORED = "ignored"
    """Two low (longer) beeps: the key did nothing."""
    WARNING = "warning"
    """One long beep: the machine is about to forget you."""


# --- the card terminal --------------------------------------------------------------------------------------------


class Reason(Enum):
    """Why no money moved."""

    REFUSED = "refused"
    """The terminal or the bank said no, or the motorist cancelled on the terminal."""
    NOT_ASKED = "not asked"
    """The terminal never took the request: nothing can have been debited."""
    WITHDRAWN = "withdrawn"
    """We took the request back before the terminal had it."""


@dataclass(frozen=True)
class Approved:
    """The bank said yes to exactly this. May come long after everybody stopped waiting."""

    reference: str
    cents: int
    contactless: bool | None = None
    """None where the protocol does not say."""


@dataclass(frozen=True)
class Declined:
    """It is certain that nothing was debited."""

    reference: str
    reason: Reason


@dataclass(frozen=True)
class Unanswered:
    """The terminal took the request and has not said what became of it: neither paid nor refused."""

    reference: str


@dataclass(frozen=True)
class TerminalIs:
    """The terminal began (or ceased) to answer on its line. Said on change, and once after the first answer."""

    ready: bool


# --- the computer -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Supply:
    """What the computer says of its power and heat; None for what it does not say."""

    under_voltage: bool | None = None
    throttled: bool | None = None
    """Whether it has slowed itself down since the start."""
    celsius: int | None = None


# --- the printer --------------------------------------------------------------------------------------------------


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


ContactEvent = DoorOpened | DoorClosed | MainsLost | MainsBack
DeviceEvent = (
    KeyPressed
    | KeyHeld
    | KeyStuck
    | KeyFreed
    | Approved
    | Declined
    | Unanswered
    | TerminalIs
    | PrinterIs
    | Printed
    | NotPrinted
    | ContactEvent
)
"""Everything hardware can say."""


# --- the ports ----------------------------------------------------------------------------------------------------


class Display(Protocol):
    """Shows pictures; says nothing."""

    def show(self, view: View) -> None:
        """Make the glass show this. Only what changed travels."""


class Buzzer(Protocol):
    """Sounds a tone; says nothing."""

    def beep(self, tone: Tone) -> None:
        """Start sounding; returns at once."""


class CardTerminal(Protocol):
    """Asks a bank, one payment at a time."""

    def charge(self, cents: int, reference: str) -> None:
        """Begin asking. Ends in one `Declined`, one `Approved`, or one `Unanswered` with perhaps a late answer after it.

        `reference`: 1 to 10 ASCII letters and digits, never used before. `cents`: 1 to 99 999 999.
        Raises ValueError outside those, or while a payment is under way.
        """

    def withdraw(self) -> None:
        """Take the request back if the terminal has not had it yet; otherwise nothing: the answer will come."""

    def look(self) -> None:
        """Ask whether the terminal answers on its line, now; ends in a `TerminalIs`, even if that says nothing new."""


class Printer(Protocol):
    """Prints tickets, one at a time."""

    def print(self, ticket: Ticket) -> None:
        """Begin printing. Ends in exactly one `Printed` or `NotPrinted`. Raises ValueError while one is under way."""

    def look(self) -> None:
        """Ask the printer how it is, now; ends in a `PrinterIs` only if that differs from the last one."""


class EventSource(Protocol):
    """Whatever has events to tell."""

    def take(self) -> Sequence[DeviceEvent]:
        """The events since the last call, oldest first; each is told once."""


class Clock(Protocol):
    """Two clocks that must not be mixed: one for waiting, one for prices and for people."""

    def now(self) -> Instant:
        """Monotonic: for deadlines."""

    def wall(self) -> datetime:
        """Aware, Europe/Paris: for prices and tickets. May jump."""

    def synchronised(self) -> bool | None:
        """Whether the clock on the wall is kept right from outside; None where that cannot be told."""
