"""Laws of the display: every view fits, with the longest of everything, in every language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from msgspec import Struct, structs

from firmware.domain.parking_right import ParkingRight
from firmware.ledger.ledger import Ledger
from firmware.machine import Machine
from firmware.protocol.facts import POWER_CUT, RightSold
from firmware.screens.idle import PAGES, Idle, Resting
from firmware.screens.info import Info
from firmware.screens.out_of_service import JournalBroken
from firmware.screens.payment import Stopping
from firmware.screens.screen import Screen
from firmware.tariff import Stay
from firmware.visit.health import Health
from hal.drawing import overflows
from hal.ports import Key, KeyPressed, PrinterState, View
from tests.builders import PARIS, right
from tests.laws.walk import HERE, Walk

# --- the glass ----------------------------------------------------------------------------------------------------


def test_every_picture_fits(walk: Walk) -> None:
    assert {(view.screen, view.lines, overflows(view)) for view in walk.views() if overflows(view)} == set()


def test_the_glass_rests_only_while_nobody_is_there(walk: Walk) -> None:
    """A picture that somebody reads is never dimmed, and stands still."""
    for machine in walk.machines:
        view = machine.screen.view(machine.own_context(walk.context))
        assert (view.rest is not None) == isinstance(machine.screen, Resting), view


def test_the_picture_of_a_station_at_rest_stands_still_for_its_minute(walk: Walk) -> None:
    """The station draws one a minute then."""
    begins = walk.context.now.replace(second=0, microsecond=0)
    ends = begins + timedelta(minutes=1) - timedelta(microseconds=1)
    resting = [machine for machine in walk.machines if isinstance(machine.screen, Resting)]
    assert resting
    for machine in resting:
        assert machine.view(replace(walk.context, now=begins)) == machine.view(replace(walk.context, now=ends)), machine.screen


def test_every_page_of_help_fits_in_the_languages_that_have_more_of_them(walk: Walk) -> None:
    """The walk turns the pages that French has; another language may say the same in more lines."""
    helped = {
        (machine.screen.view(machine.own_context(walk.context)), machine.screen.before.priced_purchase()): machine
        for machine in walk.machines
        if isinstance(machine.screen, Info) and machine.screen.page == 0
    }
    spoken = [(machine, language) for machine in helped.values() for language in HERE.catalogues]
    pages = {view for machine, language in spoken for view in pages_of_help(machine, language, walk)}
    assert pages > {view for view in walk.views() if view.screen == "info"}
    assert {(view.lines, overflows(view)) for view in pages if overflows(view)} == set()


def pages_of_help(machine: Machine, language: str, walk: Walk) -> Iterator[View]:
    """Page after page, as INFO turns them, until the screen that is explained is back."""
    speaking = replace(machine, language=language)
    while isinstance(speaking.screen, Info):
        yield speaking.screen.view(speaking.own_context(walk.context))
        speaking, _ = speaking.feed(KeyPressed(Key.INFO), 0.0, walk.context)


FAR = datetime(2026, 9, 30, 12, 45, tzinfo=PARIS)
"""A Wednesday more than a week off: "mer. 30 sept." is as wide as a date gets."""
WIDE = replace(
    HERE,
    now=datetime(2026, 9, 19, 21, 0, tzinfo=PARIS),
    site=replace(
        HERE.site,
        station="75020-9999",
        address="29 rue du Faubourg-Saint-Antoine",
        nearest="48 bis rue du Faubourg-Saint-Denis",
    ),
)


T = TypeVar("T")
PLATES, WIDEST = ("plate", "suggestion"), "WWWWWWWWWW"


def stretched(value: T) -> T:
    """The same with ten wide letters for every plate, and a right that ends on a day with a long name and costs the most."""
    if isinstance(value, ParkingRight):
        return structs.replace(value, plate=WIDEST, end=FAR, cents=22500, units=24, reference="75020-9999-999999")
    if isinstance(value, Struct):
        return structs.replace(value, **{name: widened(value, name) for name in value.__struct_fields__})
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{member.name: widened(value, member.name) for member in fields(value)})
    return value


def widened(value: object, name: str) -> object:
    """A member of a screen: every plate it knows is the widest."""
    member = getattr(value, name)
    return WIDEST if name in PLATES and member is not None else stretched(member)


def test_every_picture_fits_with_the_longest_of_everything(walk: Walk) -> None:
    """Saturday night: paid ahead to Monday; ten wide letters, 225,00 €, the longest station, street and number."""
    wide_ones = dict.fromkeys((stretched(machine.screen), machine.health) for machine in walk.machines)
    stays = {(WIDEST, 1, regime): Stay(units, FAR, WIDE.now) for regime, units in (("resident", 1), ("pro_public", 1))}
    wide = replace(WIDE, ledger=Ledger(stays=stays))
    screens = {screen.view(replace(wide, health=health)): (screen, health) for screen, health in wide_ones}
    views = [
        screen.view(replace(wide, language=language, health=health))
        for language in WIDE.catalogues
        for screen, health in screens.values()
    ]
    assert len({view.screen for view in views}) == len({machine.screen.name for machine in walk.machines})
    assert {(view.screen, view.lines, overflows(view)) for view in dict.fromkeys(views) if overflows(view)} == set()


STATES = [None, *PrinterState]
DOUBTFUL = stretched(right())
"""A payment that a power cut interrupted, or that turns out to be paid already."""


OF_IT = {DOUBTFUL.reference: DOUBTFUL}
INTERRUPTED = (
    Ledger(doubts=OF_IT, unresolved={DOUBTFUL.reference: POWER_CUT}),
    Ledger(started=OF_IT, interrupted=frozenset(OF_IT)),
    Ledger(refused=OF_IT),
    Ledger(sold={DOUBTFUL.reference: RightSold(DOUBTFUL)}),
)


@pytest.mark.parametrize("language", list(HERE.catalogues))
def test_every_alarm_fits(language: str) -> None:
    paid = (JournalBroken("J2", DOUBTFUL, charged=True), JournalBroken("J2", DOUBTFUL))
    broken = (
        JournalBroken("J1"),
        *paid,
        *(Idle(recalls=each, cut=DOUBTFUL.reference) for each in (1, 2)),
        Stopping(DOUBTFUL, sold=DOUBTFUL),
    )
    screens: list[Screen] = [*map(Idle, range(PAGES)), Resting(), *broken]
    for printer in STATES:
        for terminal in (None, True, False):
            for stuck in (frozenset[Key](), frozenset({Key.W}), frozenset({Key.CORRECT, Key.CANCEL})):
                health = Health(printer, terminal, stuck)
                for ledger in INTERRUPTED:
                    context = replace(WIDE, language=language, health=health, ledger=ledger)
                    assert [overflows(screen.view(context)) for screen in screens] == [()] * len(screens)
