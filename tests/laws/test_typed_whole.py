"""Law of what is typed while a visit ends: a burst of keys yields the whole plate or nothing of it, and never another plate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware.domain.purchase import Purchase
from firmware.ledger.ledger import Ledger
from firmware.machine import Machine
from firmware.protocol.facts import RightSold
from firmware.screens.duration import Duration
from firmware.screens.info import Info
from firmware.screens.not_taken import BURST, NotTaken
from firmware.screens.out_of_service import OutOfService
from firmware.screens.payment import Authorising, PayAgain, PaymentFailed, Presenting, Stopping
from firmware.screens.payment_ended import Cancelled, PaymentUnknown, Returning
from firmware.screens.plate import PlateEntry
from firmware.screens.question import StillThere
from firmware.screens.screen import Screen
from firmware.screens.ticket import NoTicket, Paid, Printing, TakeTicket
from firmware.visit.effects import Beep
from firmware.visit.events import Event, TimedOut
from firmware.visit.health import Health
from firmware.visit.offers import card_reference
from hal.ports import (
    Approved,
    Declined,
    Key,
    KeyPressed,
    NotPrinted,
    Printed,
    PrinterIs,
    PrinterState,
    Reason,
    TerminalIs,
    Tone,
    Unanswered,
)
from simulator.desk.desk import Desk
from simulator.setting import demonstration, with_card
from tests.builders import PARIS, REFERENCE, context, right
from tests.money.cells import desk_of

RIGHT = right()
CARD = card_reference(REFERENCE)
WHOLE = "ZY123XW"
"""What the next motorist types: no letter of it is in the plate of before."""
KEYS = tuple(map(Key, WHOLE))
OTHER = PlateEntry("AB12")
ENDINGS: tuple[Screen, ...] = (
    Presenting(RIGHT),
    Authorising(RIGHT, 20),
    Stopping(RIGHT, 3),
    Stopping(RIGHT, 3, RIGHT),
    Returning(RIGHT, 5),
    PaymentFailed(RIGHT, Reason.BANK),
    PayAgain(RIGHT),
    Cancelled(RIGHT),
    PaymentUnknown(RIGHT),
    Paid(RIGHT),
    Printing(RIGHT),
    TakeTicket(RIGHT),
    NoTicket(RIGHT),
    OutOfService(),
    Info(NoTicket(RIGHT)),
    NotTaken(),
    StillThere(OTHER, 3),
    StillThere(Duration(Purchase("AB123CD"), back=PlateEntry("AB123CD")), 3),
)
"""Every screen on which the last visit ends, or may."""
HAPPENS: tuple[Event, ...] = (
    Approved(CARD, RIGHT.cents),
    Declined(CARD, Reason.BANK),
    Declined(CARD, Reason.WITHDRAWN),
    Unanswered(CARD),
    Printed(REFERENCE),
    NotPrinted(REFERENCE, PrinterState.OUT),
    PrinterIs(PrinterState.OUT),
    TerminalIs(False),
    TerminalIs(True),
)
"""What ends it meanwhile, beside the time."""
HERE = replace(context(), ledger=Ledger(sold={REFERENCE: RightSold(RIGHT)}))


@dataclass
class MachineInTime:
    """A machine, and the time: it is told when its screen has lasted for long enough."""

    machine: Machine
    now: float = 0.0
    refused: int = 0
    """Letters and digits that were answered by the tone of a key that does nothing."""

    def waits(self, seconds: float) -> None:
        until = self.now + seconds
        while self.machine.deadline <= until:
            self.now = self.machine.deadline
            self.tell(TimedOut())
        self.now = until

    def tell(self, event: Event) -> None:
        self.machine, effects = self.machine.feed(event, self.now, HERE)
        self.refused += isinstance(event, KeyPressed) and Beep(Tone.IGNORED) in effects

    @property
    def shown(self) -> str:
        """The name of the screen."""
        return self.machine.screen.name

    @property
    def plate(self) -> str:
        """What stands on the glass as a plate that is typed; that of before is none of the next motorist's."""
        screen = self.machine.screen
        return screen.plate if isinstance(screen, PlateEntry) and screen != OTHER else ""


GAPS = st.lists(st.floats(0.05, BURST - 0.1), min_size=len(KEYS), max_size=len(KEYS))


@settings(max_examples=1500, deadline=None)
@given(
    st.sampled_from(ENDINGS),
    st.floats(0.0, 40.0),
    GAPS,
    st.lists(st.tuples(st.integers(0, len(KEYS) - 1), st.sampled_from(HAPPENS)), max_size=4),
)
def test_a_burst_at_any_moment_of_the_ending_of_a_visit_yields_the_whole_plate_or_nothing_of_it(
    screen: Screen, begins: float, gaps: Sequence[float], happens: Sequence[tuple[int, Event]]
) -> None:
    timed = MachineInTime(Machine(screen, health=Health(PrinterState.OK, terminal=True)))
    timed.waits(begins)
    for number, (key, gap) in enumerate(zip(KEYS, gaps, strict=True)):
        timed.tell(KeyPressed(key))
        assert timed.plate in (WHOLE[: number + 1], ""), timed.machine.screen
        timed.waits(gap)
        for at, event in happens:
            if at == number:
                timed.tell(event)
    assert timed.plate in (WHOLE, ""), timed.machine.screen
    assert timed.plate or timed.refused, "nothing of it was taken, and no key said so"


LEAVES = (None, Key.OK, Key.CANCEL, Key.CORRECT)
"""What leads on from the notice: the time, or any other key, at once."""


@pytest.mark.parametrize("leaves", LEAVES)
@pytest.mark.parametrize("ending", [Paid(RIGHT), PaymentUnknown(RIGHT), NoTicket(RIGHT, left=15)], ids=lambda each: each.name)
def test_what_was_not_taken_is_said_on_the_glass_and_can_be_typed_again_at_once(ending: Screen, leaves: Key | None) -> None:
    timed = MachineInTime(Machine(ending, health=Health(PrinterState.OK, terminal=True)))
    timed.waits(ending.patience - 2.0)
    timed.tell(KeyPressed(KEYS[0]))
    timed.waits(2.0)
    assert timed.shown == "not taken", "as soon as the visit has ended"
    timed.tell(KeyPressed(KEYS[1]))
    assert timed.shown == "not taken"
    assert "Plaque non prise" in timed.machine.screen.view(timed.machine.own_context(HERE)).lines
    if leaves:
        timed.tell(KeyPressed(leaves))
    else:
        timed.waits(BURST)
    assert timed.shown == "idle"
    for key in KEYS:
        timed.tell(KeyPressed(key))
    assert timed.plate == WHOLE


def test_a_machine_that_begins_to_sell_in_the_midst_of_a_plate_takes_no_half_of_it() -> None:
    timed = MachineInTime(Machine(health=Health(PrinterState.OK, terminal=True, mains=True, stuck=frozenset())))
    closed = replace(HERE, ledger=replace(HERE.ledger, stopped=True))
    for number, key in enumerate(KEYS):
        timed.machine, _ = timed.machine.feed(KeyPressed(key), number / 2, closed if number < 3 else HERE)
    assert isinstance(timed.machine.screen, NotTaken)


AT = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)


@pytest.mark.parametrize("protocol", ["concert", "caisse-ap", "nexo"])
@pytest.mark.parametrize("card", ["contactless", "declined", "wrong_pin"])
def test_on_a_whole_station_no_half_of_a_plate_comes_to_be_at_any_moment_of_a_payment(protocol: str, card: str) -> None:
    """From every half second of a payment and of what follows it, the next motorist types as people do."""

    def opened(folder: Path) -> Desk:
        return Desk(with_card(demonstration(folder, AT), protocol))

    for begins in range(0, 24, 3):
        with desk_of(opened) as desk:
            for key in ("A", "B", "1", "2", "3", "C", "D", "OK", "OK", "1", "OK"):
                desk.press(key)
            desk.advance(1.0)
            desk.card(card)
            desk.advance(begins / 2)
            if shown(desk) == "approved":
                desk.press("OK")
            for key in WHOLE:
                desk.press(key)
                desk.advance(0.7)
                assert typed(desk) in (WHOLE[: WHOLE.index(key) + 1], ""), (begins, key)


def shown(desk: Desk) -> str:
    assert desk.running
    return desk.running.station.machine.screen.name


def typed(desk: Desk) -> str:
    assert desk.running
    screen = desk.running.station.machine.screen
    return screen.plate if isinstance(screen, PlateEntry) else ""
