"""One row of the table of what is said while an outcome cannot be written: a sale, its outcome, and a disk that fails then.

The theory. What has happened and is not on disk nobody knows after a restart. So the glass says what is known, whose it is, the
reference by which terminal and bank know it, not to pay again, and until when it is in doubt; it promises a cover only where a
restart keeps that promise, and says that nothing is debited only once that is on disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from firmware.domain.short_code import spoken
from simulator.desk.desk import Desk
from tests.money.cells import AFTERWARDS, Moment, MoneyCell, comes, screen_of, told_of, until

BUY = ("A", "B", "1", "2", "3", "C", "D", "OK", "OK", "1", "OK")
PLATE, AMOUNT, REFERENCE = "AB-123-CD", "6,00 €", "31PA010001"
ASKED_WITHIN = 15.0
"""Seconds a terminal that can be asked has for its answer; the screens of a payment that is over last for longer."""


class PaymentOutcome(Enum):
    """What the terminal answers, while the disk fails."""

    REFUSED = "the bank refuses"
    APPROVED = "the bank approves"
    OTHER_AMOUNT = "ten times the amount is debited"
    NONE = "no answer comes"


class DiskTrouble(Enum):
    """How the disk fails."""

    MOMENT = "a write fails; a second later it succeeds"
    FULL = "the disk is full until after a restart"


@dataclass(frozen=True)
class Unwritten:
    """What the glass said, and what became of the money."""

    first: str
    """While the outcome waits to be written."""
    restarted: str
    """After the restart, while nothing can be written yet; empty where there was none."""
    written: str
    """Once it can be; after a restart, once a terminal that can be asked has been."""
    cell: MoneyCell


def play_unwritten(desk: Desk, outcome: PaymentOutcome, trouble: DiskTrouble) -> Unwritten:
    """Play the sale up to its outcome, which the disk does not take; mend the disk, and later the terminal."""
    for key in BUY:
        desk.press(key)
    assert comes(desk, Moment.ASKED)
    _answer(desk, outcome)
    began = desk.time.now
    assert until(desk, lambda: screen_of(desk) == "broken"), screen_of(desk)
    first, restarted = glass(desk), ""
    if trouble is DiskTrouble.FULL:
        assert until(desk, lambda: desk.running is None)
        while screen_of(desk) != "broken":
            desk.advance(0.5)
        restarted = glass(desk)
    desk.fault("disk", "full", False)
    assert until(desk, lambda: screen_of(desk) != "broken"), glass(desk)
    if restarted:
        desk.advance(ASKED_WITHIN)
    written = glass(desk)
    for fault in ("mute", "ten_times"):
        desk.fault("card", fault, False)
    desk.advance(AFTERWARDS)
    return Unwritten(first, restarted, written, told_of(desk, began))


def _answer(desk: Desk, outcome: PaymentOutcome) -> None:
    """Have a card shown, and the disk fail before the answer to it."""
    if outcome is PaymentOutcome.NONE:
        desk.fault("card", "mute", True)
        assert until(desk, lambda: _ends_in(desk) <= 1)
        desk.fault("disk", "full", True)
        return
    desk.fault("card", "ten_times", outcome is PaymentOutcome.OTHER_AMOUNT)
    desk.fault("disk", "full", True)
    desk.card("declined" if outcome is PaymentOutcome.REFUSED else "approved")


def _ends_in(desk: Desk) -> int:
    """Seconds until the payment has its end at the latest, as the screen counts them."""
    left = desk.running.station.context().ends_in if desk.running else None
    return 1000 if left is None else left


def glass(desk: Desk) -> str:
    """What stands in the middle of the display; a receipt's short code, another one for each station's key, as dots."""
    assert desk.running
    station = desk.running.station
    there, screen = station.context(), station.machine.screen
    lines = " / ".join(f"{line.text} {line.beside}".strip() for line in screen.view(there).middle)
    right = getattr(screen, "right", None)
    code = spoken(there.receipts.code(right.reference)) if right else ""
    return (lines.replace(code, "…") if code else lines).replace("\N{NO-BREAK SPACE}", " ")
