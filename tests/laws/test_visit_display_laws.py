"""Laws of the display: every view fits, with the longest of everything, in every language."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import TypeVar

import pytest
from msgspec import Struct, structs

from firmware.domain.parking_right import ParkingRight
from firmware.ledger.ledger import Ledger
from firmware.screens.idle import PAGES, Idle, Resting
from firmware.screens.out_of_service import JournalBroken
from firmware.screens.payment import Stopping
from firmware.screens.screen import Screen
from firmware.tariff import Stay
from firmware.visit.health import Health
from hal.drawing import overflows
from hal.ports import Key, PrinterState
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
    screens = {(stretched(machine.screen), machine.health) for machine in walk.machines}
    stays = {(WIDEST, 1, regime): Stay(units, FAR, WIDE.now) for regime, units in (("resident", 1), ("pro_public", 1))}
    wide = replace(WIDE, ledger=Ledger(stays=stays))
    views = [
        screen.view(replace(wide, language=language, health=health))
        for screen, health in screens
        for language in WIDE.catalogues
    ]
    assert len({view.screen for view in views}) == len({machine.screen.name for machine in walk.machines})
    assert {(view.screen, view.lines, overflows(view)) for view in set(views) if overflows(view)} == set()


STATES = [None, *PrinterState]
DOUBTFUL = stretched(right())
"""A payment that a power cut interrupted, or that turns out to be paid already."""


@pytest.mark.parametrize("language", list(HERE.catalogues))
def test_every_alarm_fits(language: str) -> None:
    broken = (JournalBroken("J1"), Idle(recalls=1), Stopping(DOUBTFUL, sold=DOUBTFUL))
    screens: list[Screen] = [*map(Idle, range(PAGES)), Resting(), *broken]
    for printer in STATES:
        for terminal in (None, True, False):
            for stuck in (frozenset[Key](), frozenset({Key.W}), frozenset({Key.CORRECT, Key.CANCEL})):
                health = Health(printer, terminal, stuck)
                context = replace(WIDE, language=language, health=health, ledger=Ledger(doubts={DOUBTFUL.reference: DOUBTFUL}))
                assert [overflows(screen.view(context)) for screen in screens] == [()] * len(screens)
