"""Desk control: what the API and the page need of a desk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class DeskControl(Protocol):
    """Control of a desk: one station with all its devices, in virtual time. Every method returns at once."""

    speed: float
    """Virtual seconds in a real one; 0 holds the time still."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the keys, those of `hal.ports.Key`."""

    @property
    def cards(self) -> Mapping[str, str]:
        """The cards one may present: name -> what it does, in French."""

    @property
    def faults(self) -> Mapping[str, Mapping[str, str]]:
        """Device -> the faults it can have: name -> what is wrong, in French."""

    @property
    def protocols(self) -> Mapping[str, str]:
        """What its card terminal may be switched to speak: name -> as people call it; none where it is a real one."""

    @property
    def alarms(self) -> Mapping[str, str]:
        """Every alarm the station can raise: its name in the journal -> what is wrong, in French."""

    def press(self, key: str, *, held: bool = False) -> None:
        """Press a key and release it after a moment; `held`: after more than a second.

        Raises RealDeviceError, as `card` and `fault` do, where the device is a real one.
        """

    def card(self, name: str) -> bool:
        """Present a card; False if the terminal was not asking for one."""

    def headset(self, plugged: bool) -> None:
        """Plug a headset into the jack, or pull it out."""

    def speech_wav(self) -> bytes | None:
        """What was said last, as a WAV file; None before the first word, or without an engine. Takes a moment."""

    def fault(self, device: str, name: str, on: bool) -> None:
        """Begin or end a fault."""

    def power(self, on: bool) -> None:
        """Switch the mains off or on."""

    def switch_terminal(self, protocol: str) -> None:
        """Deliver a card terminal that speaks this, and start the station again with it; other cards and faults may come.

        Raises TerminalStaysError, saying why, where that cannot be done now.
        """

    def set_clock(self, at: datetime) -> None:
        """Set the wall clock; no time passes. `at` is aware."""

    def advance(self, seconds: float) -> None:
        """Let virtual time pass now, whatever the speed."""

    def tick(self, real_seconds: float) -> None:
        """Let virtual time pass: `real_seconds` times the speed."""

    def state(self) -> dict[str, object]:
        """State of the desk for programs and the page, ready for JSON.

        screen, lines, plate, quote | null, ticket (text) | null, journal (the last 50), unsent, alarms (their names), now (ISO,
        Paris), and for the page: troubles (of each alarm name, code, severity, says, remedy, effect; French), speed, power,
        terminal_display (2 lines), terminal_speaks (its protocol), protocol (the same, as the API names it), faults
        (device -> names of those that are on), tickets (count), printing {"mm", "printing"} (paper is in the slot), beeps
        {"count", "seconds"} (so far; length of the last), speech {"count", "text", "language", "speaking", "headset"} (so far;
        the last), station (its Site), real (names of the devices that hang on this
        computer). A new value every time, never one changed in
        place.
        """

    def screen_png(self) -> bytes:
        """Picture on the display, as a PNG file."""

    def screen_grey(self) -> bytes:
        """Picture on the display: rows of 256 bytes, 0 black to 255."""

    def ticket_png(self) -> bytes | None:
        """Picture of the last ticket that was cut; None before the first, as in the two below."""

    def ticket_text(self) -> str | None:
        """Text of the last ticket."""

    def ticket_bytes(self) -> bytes | None:
        """Bytes the printer was sent for the last ticket."""

    def paper_png(self) -> bytes | None:
        """The paper that is out of the slot now: it grows while printing, and is None once taken or before the first line."""

    def wire(self, after: int = 0) -> list[dict[str, object]]:
        """Wire trace since entry `after`: {"n", "at", "line", "from", "hex", "said"}."""

    def check(self, plate: str, zone: int, sector: str, at: datetime | None = None) -> dict[str, object]:
        """The city's answer to an agent in this zone and sector, about now or `at`; as `POST /v1/checks` gives it, for JSON.

        Raises ValueError for what is no plate, zone or sector.
        """

    @property
    def people(self) -> tuple[str, ...]:
        """Who of the demonstration may sign in to the city."""

    def sign_in_link(self, person: str) -> str:
        """The address of a page of the city on which one of them is signed in, relative to the desk's page; good once."""

    def send_notices(self) -> tuple[str, ...]:
        """Send the notices that wait for it, as the city does in the evening: the numbers of those that went."""

    def letter_pdf(self, number: str) -> bytes | None:
        """The letter of a notice, as its holder finds it in the mailbox; None: no notice has this number."""
