"""Law of a payment that no screen awaits any more: while a card may pay it, each screen that sells nothing says whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product

import pytest

from firmware.domain.money import euros
from firmware.domain.plate import grouped
from firmware.ledger.clock_evidence import WRONG, ClockTrust
from firmware.ledger.ledger import Ledger
from firmware.machine import Machine
from firmware.protocol.facts import POWER_CUT, UNANSWERED
from firmware.screens.idle import PAGES, RECALLS, Idle, Resting
from firmware.screens.out_of_service import Covered, JournalBroken, OutOfService
from firmware.screens.screen import Screen
from firmware.visit.context import Context
from firmware.visit.events import Event, TimedOut
from firmware.visit.health import Health
from hal.drawing import overflows
from hal.ports import Key, KeyPressed, PanelState, PrinterState, View
from simulator.desk.desk import Desk
from simulator.setting import demonstration, with_card
from tests.builders import PARIS, context, right
from tests.laws.test_visit_display_laws import WIDE, stretched
from tests.money.cells import desk_of

RIGHT, EARLIER = stretched(right()), right(2, plate="ZZ999ZZ", cents=600)
SINCE = {RIGHT.reference: WIDE.now, EARLIER.reference: WIDE.now - timedelta(hours=1)}
BOTH = {each.reference: each for each in (RIGHT, EARLIER)}
LEDGERS = {
    "the power went": Ledger(doubts=BOTH, unresolved=dict.fromkeys(BOTH, POWER_CUT), silent_since=SINCE),
    "the terminal said nothing": Ledger(doubts=BOTH, unresolved=dict.fromkeys(BOTH, UNANSWERED), silent_since=SINCE),
    "the terminal is asked": Ledger(started={RIGHT.reference: RIGHT}, interrupted=frozenset({RIGHT.reference})),
}
"""The terminal may have the request of RIGHT, the later one."""
SCREENS: tuple[Screen, ...] = (
    *(Idle(page) for page in range(PAGES)),
    *(Idle(recalls=left, cut=RIGHT.reference) for left in (1, 2)),
    Idle(corrections=1),
    Resting(),
    OutOfService(),
    Covered(RIGHT.plate),
    Covered(EARLIER.plate),
    JournalBroken("J1"),
)
"""Every screen that offers no sale, at a station where nobody has begun a visit, or whose visit has ended so."""


def closed(ledger: Ledger) -> Iterator[Context]:
    """Everything else that may keep the machine from selling meanwhile, alone and together."""
    asking = bool(ledger.interrupted)
    busy = Health(PrinterState.OK, asking=asking, busy_until=None if asking else WIDE.now + timedelta(minutes=3))
    wrong = (ClockTrust(), ClockTrust(WRONG))
    for terminal, clock, panel, tariff in product((None, False, True), wrong, (None, PanelState.SILENT), (True, False)):
        health = replace(busy, terminal=terminal, clock=clock, panel=panel, tariff=tariff, mains=terminal)
        for stopped, language in product((False, True), WIDE.catalogues):
            yield replace(WIDE, ledger=replace(ledger, stopped=stopped), health=health, language=language)


def names_it(view: View, language: str) -> bool:
    said = " ".join(view.lines)
    return grouped(RIGHT.plate) in said and euros(RIGHT.cents, language) in said


@pytest.mark.parametrize("why", LEDGERS)
def test_while_a_card_may_pay_it_every_screen_and_page_names_the_plate_and_the_amount(why: str) -> None:
    for there, screen in product(closed(LEDGERS[why]), SCREENS):
        view = screen.view(there)
        assert names_it(view, there.language), view
        assert overflows(view) == (), view


@pytest.mark.parametrize("why", LEDGERS)
def test_no_key_and_no_time_covers_it(why: str) -> None:
    """INFO, LANG and every other key that begins no visit, and four minutes of pages."""
    health = Health(PrinterState.OK, terminal=True, busy_until=WIDE.now, asking="asked" in why)
    there = replace(next(closed(LEDGERS[why])), health=health)
    machine = Machine(Idle(recalls=RECALLS, cut=RIGHT.reference), health=there.health)
    keys: tuple[Event, ...] = tuple(map(KeyPressed, (Key.INFO, Key.OK, Key.CANCEL, Key.CORRECT, Key.INFO)))
    for event in (*keys, *[TimedOut()] * (RECALLS + 30)):
        machine, _ = machine.feed(event, machine.since, there)
        assert names_it(machine.screen.view(machine.own_context(there)), machine.language), event


AT = datetime(2026, 3, 4, 10, 0, tzinfo=PARIS)
OF_NO_VISIT = ("idle", "resting", "out of service", "covered", "broken")


@pytest.mark.parametrize("seconds", [0.5, 17.0, 28.0])
@pytest.mark.parametrize("protocol", ["concert", "caisse-ap", "nexo"])
def test_after_a_power_cut_no_screen_stands_beside_an_asking_terminal_and_does_not_say_for_whom(
    protocol: str, seconds: float
) -> None:
    """The terminal's own screen says that it wants a card: then the glass says whose payment that would pay."""
    asked = 0
    with desk_of(lambda folder: Desk(with_card(demonstration(folder, AT), protocol))) as desk:
        desk.fault("card", "slow", True)
        for key in ("A", "B", "1", "2", "3", "C", "D", "OK", "OK", "1", "OK"):
            desk.press(key)
        desk.advance(seconds)
        desk.power(False)
        desk.advance(1.0)
        desk.power(True)
        for second in range(200):
            desk.advance(1.0)
            if second % 9 == 3:
                desk.press(("INFO", "LANG", "OK", "CANCEL")[second % 4])
            if shown := wanted(desk):
                asked += 1
                assert "AB-123-CD" in " ".join(shown.lines), (second, shown)
                assert "6,00" in " ".join(shown.lines).replace(".", ","), (second, shown)
    assert asked > 0 or protocol == "nexo"


def wanted(desk: Desk) -> View | None:
    """What stands on the glass while the terminal asks for a card and no visit is under way."""
    running = desk.running
    if running is None or desk.cabinet.terminal.core.display[0] != "INSEREZ CARTE":
        return None
    screen, there = running.station.machine.screen, running.station.context()
    return screen.view(there) if screen.name in OF_NO_VISIT else None


def test_a_terminal_that_surely_has_no_request_is_named_no_payment_for() -> None:
    free = context(ledger=LEDGERS["the power went"])
    assert not names_it(Idle().view(free), "fr")
