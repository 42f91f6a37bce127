"""Calls the ports of the devices: no error of one gets out, it becomes the event that it means.

The theory. Between the fact that a payment began and the terminal's answer nothing may raise, or nobody would say how it ended.
A port that raises has done nothing (its promise, see `hal/ports`), so the terminal was certainly not asked, and the printer
certainly does not print. Of a tone or a picture that fails nothing follows: the sale goes on. Each error is told once.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from firmware.domain.errors import error_text
from firmware.ledger.reversals import UnsoldDebit
from firmware.station.equipment import Devices
from hal.errors import TerminalBusyError
from hal.ports import (
    NEVER,
    Brightness,
    Declined,
    DeviceEvent,
    Instant,
    NotPrinted,
    NotReversed,
    PrinterState,
    Reason,
    SpeechEnded,
    Supply,
    TerminalIs,
    Ticket,
    Tone,
    Unanswered,
    Utterance,
    View,
    worse_supply,
)

LONGEST = 200
"""Characters of an error that are kept."""


class DeviceCalls:
    """The ports of one station's devices."""

    def __init__(self, devices: Devices) -> None:
        self._devices = devices
        self._seen: set[str] = set()
        self._events: list[DeviceEvent] = []
        self._errors: list[str] = []
        self._used = False
        self._brightness = Brightness.FULL
        self.capabilities = devices.card.capabilities
        """What the protocol of the card terminal has; taken once."""

    def take_used(self) -> bool:
        """Whether any was called since the last time: its driver may want to be woken at another time."""
        used, self._used = self._used, False
        return used

    def take_errors(self) -> list[str]:
        """The errors that were never told before, for the journal."""
        errors, self._errors = self._errors, []
        return errors

    def take(self) -> list[DeviceEvent]:
        """What followed from errors since the last call."""
        events, self._events = self._events, []
        return events

    def ends_in(self, now: Instant) -> int | None:
        """Seconds until the payment under way has its end, at the latest; None where none is, or the port does not say."""
        try:
            ends_by = self._devices.card.ends_by
        except Exception as error:
            self._fail("card terminal", error)
            return None
        return None if ends_by == NEVER else max(0, ceil(ends_by - now))

    def charge(self, cents: int, reference: str) -> None:
        """Ask the terminal; an error ends the payment as certainly not asked, or as busy with another one."""
        self._used = True
        try:
            self._devices.card.charge(cents, reference)
        except TerminalBusyError as error:
            self._fail("card terminal", error, Declined(reference, Reason.BUSY))
        except Exception as error:
            self._fail("card terminal", error, Declined(reference, Reason.NOT_ASKED))

    def abort(self, reference: str) -> None:
        """Take the request back, if that can be."""
        self._attempt("card terminal", lambda: self._devices.card.abort(reference))

    def ask(self, reference: str) -> None:
        """Ask what became of a payment; one that cannot be asked about is not known."""
        self._attempt("card terminal", lambda: self._devices.card.ask(reference), Unanswered(reference))

    def reverse(self, debit: UnsoldDebit) -> None:
        """Give a debit back; an error leaves it to a technician."""
        reference = debit.reference
        self._attempt(
            "card terminal",
            lambda: self._devices.card.reverse(reference, debit.cents, debit.transaction),
            NotReversed(reference, "not asked"),
        )

    def acknowledge(self, reference: str) -> None:
        """Let the terminal forget an answer that is on disk."""
        self._attempt("card terminal", lambda: self._devices.card.acknowledge(reference))

    def look_at_terminal(self) -> None:
        """Probe the terminal; one that cannot be is not there."""
        self._attempt("card terminal", self._devices.card.look, TerminalIs(False))

    def print(self, number: str, ticket: Callable[[], Ticket]) -> None:
        """Print a ticket; an error, of making it too, ends it as not printed."""
        printing = NotPrinted(number, PrinterState.OFFLINE)
        self._attempt("printer", lambda: self._devices.printer.print(ticket()), printing)

    def look_at_printer(self) -> None:
        """Query the printer's state."""
        self._attempt("printer", self._devices.printer.look)

    def beep(self, tone: Tone) -> None:
        """Sound a tone."""
        self._attempt("buzzer", lambda: self._devices.buzzer.beep(tone))

    def supply(self, own: Supply) -> Supply:
        """What the computer says of itself, and what the cabinet's devices say: the worse of the two."""
        return worse_supply(own, self._devices.supply())

    def expect_silence(self, seconds: int) -> None:
        """Keep whoever restarts a silent computer from doing so."""
        self._attempt("panel", lambda: self._devices.expect_silence(seconds))

    def speak(self, utterance: Utterance) -> None:
        """Say something; what cannot be said is over at once, so that no time-out waits for it."""
        self._attempt("speaker", lambda: self._devices.speaker.speak(utterance), SpeechEnded())

    def hush(self) -> None:
        """Be silent."""
        self._attempt("speaker", self._devices.speaker.hush, SpeechEnded())

    def show(self, view: View) -> bool:
        """Show a view, and light the keys as bright; False if the display did not take it."""
        if view.brightness is not self._brightness:
            self._brightness = view.brightness
            self._attempt("panel", lambda: self._devices.light_keys(view.brightness))
        return self._attempt("display", lambda: self._devices.display.show(view))

    def _attempt(self, device: str, call: Callable[[], None], *failed: DeviceEvent) -> bool:
        self._used = True
        try:
            call()
        except Exception as error:  # libraries raise whatever their C half does
            self._fail(device, error, *failed)
            return False
        return True

    def _fail(self, device: str, error: Exception, *failed: DeviceEvent) -> None:
        self._note(f"{device}: {type(error).__name__}: {error_text(error)}"[:LONGEST])
        self._events += failed

    def _note(self, error: str) -> None:
        if error not in self._seen:
            self._seen.add(error)
            self._errors.append(error)
