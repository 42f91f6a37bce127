"""Asks the card terminal what became of payments without a known end, and for the return of debits that sold nothing.

The theory. What is to be asked stands in the ledger, so a power cut forgets none of it. A payment that a start finds without an
end is taken back first, where that can be (nobody attends to it, and the next motorist's card must not pay it), then asked
about, and is in doubt only if the terminal does not know, or has had 30 seconds for its answer; one whose
line stays silent for two minutes is waited for no longer. A doubt is asked about whenever the terminal comes back, and as long
as it does not know, every `INTERVAL`: a terminal that finds out (its bank answers, a card is let go) does not say so of itself,
so whatever it comes to know, the doubt is resolved within 30 seconds. After `OFTEN` it seldom comes to know more, and is asked
at intervals that double up to `LONGEST_INTERVAL`. After a day it is left to people: terminals forget their transactions when
their day is closed. A reversal is asked for once each time the terminal comes back, between payments, until its end is written
down; one that gives nothing back, since it took the place of one that did, says so at once, and it is left to people.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from firmware.ledger.ledger import Ledger
from firmware.ledger.reversals import UnsoldDebit
from firmware.station.device_calls import DeviceCalls
from firmware.visit.events import Event
from firmware.visit.offers import card_reference
from hal.ports import NEVER, Instant, TerminalIs, Unanswered

ANSWER_WITHIN = 30.0
"""Seconds a terminal that is there has, to say what became of a payment."""
READY_WITHIN = 120.0
"""Seconds after a start for which a terminal that is not there is waited for."""
INTERVAL, LONGEST_INTERVAL = 20.0, 600.0
"""Seconds from an answer that it does not know to the next question: while the doubt is young, and at most."""
OFTEN = 3600.0
"""Seconds, from its first answer that it does not know, for which a doubt is asked about every `INTERVAL`."""
OLDEST = timedelta(days=1)
"""The oldest doubt that is asked about."""


class TerminalInquiries:
    """What one station asks its card terminal beside payments."""

    def __init__(self, calls: DeviceCalls, now: Instant) -> None:
        self._calls = calls
        self._answer_by = now + READY_WITHIN
        self._ready = False
        self._due: dict[str, Instant] = {}
        """When each payment is to be asked about; NEVER while the answer is waited for."""
        self._since: dict[str, Instant] = {}
        """When the terminal first said that it does not know of each."""
        self._requested: set[UnsoldDebit] = set()
        self._overdue = NEVER

    def note(self, event: Event, now: Instant) -> None:
        """Take an event of the terminal into account."""
        match event:
            case TerminalIs(True):
                self._answer_by = min(self._answer_by, now + ANSWER_WITHIN)
                self._ready, self._due = True, {}
                self._requested.clear()
            case TerminalIs(False):
                self._ready = False
            case Unanswered(reference):
                age = now - self._since.setdefault(reference, now)
                self._due[reference] = now + min(max(INTERVAL, age - OFTEN), LONGEST_INTERVAL)

    def ask(self, ledger: Ledger, wall: Callable[[], datetime], now: Instant) -> tuple[Unanswered, ...]:
        """Ask what is due; the payments whose answer has been waited for long enough."""
        self._overdue = self._answer_by if ledger.interrupted else NEVER
        asks = self._ready and self._calls.capabilities.asks
        self._ask_about(_without_end(ledger, wall) if asks else (), _interrupted(ledger), now)
        if self._ready and ledger.reversals.due and not _is_paying(ledger):
            self._request(ledger.reversals.due)
        if self._overdue > now:
            return ()
        self._answer_by = now + ANSWER_WITHIN
        return tuple(Unanswered(card_reference(reference)) for reference in sorted(ledger.interrupted))

    @property
    def wake_at(self) -> Instant:
        """When something will be due."""
        return min(self._overdue, *self._due.values(), NEVER)

    def _ask_about(self, references: tuple[str, ...], interrupted: frozenset[str], now: Instant) -> None:
        if not (references or self._due or self._since):
            return
        self._due = {reference: self._due.get(reference, now) for reference in references}
        self._since = {reference: since for reference, since in self._since.items() if reference in references}
        for reference, due in self._due.items():
            if due <= now:
                self._due[reference] = NEVER
                if reference in interrupted:
                    self._calls.abort(reference)
                self._calls.ask(reference)

    def _request(self, debits: tuple[UnsoldDebit, ...]) -> None:
        for debit in debits:
            if debit not in self._requested:
                self._requested.add(debit)
                self._calls.reverse(debit)


def _is_paying(ledger: Ledger) -> bool:
    """Whether the terminal is to be left alone: a payment is under way, and it is none whose debit waits to be given back."""
    return any(ledger.reversals.of(card_reference(reference)) is None for reference in ledger.started)


def _interrupted(ledger: Ledger) -> frozenset[str]:
    """References, as the terminal carries them, of the payments that a start found without an end."""
    return frozenset(map(card_reference, ledger.interrupted))


def _without_end(ledger: Ledger, wall: Callable[[], datetime]) -> tuple[str, ...]:
    """References, as the terminal carries them, of the payments to be asked about: those that a start found, and doubts.

    A doubt whose debit is being given back ends with that.
    """
    if not (ledger.unresolved or ledger.interrupted):
        return ()
    doubts = [ledger.doubts[reference] for reference in ledger.unresolved if reference in ledger.doubts]
    recent = [right.reference for right in doubts if wall() - right.start <= OLDEST]
    references = (card_reference(reference) for reference in (*sorted(ledger.interrupted), *recent))
    return tuple(reference for reference in references if ledger.reversals.of(reference) is None)
