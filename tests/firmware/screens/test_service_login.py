"""Roles and one-time codes in the login: once, past a lock-out, and the menu of who has it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.ledger.ledger import ledger_of
from firmware.protocol.facts import PinRefused, ServiceOpened
from firmware.screens.screen import Screen
from firmware.screens.service.login import Checking, CodeEntry, Locked, NoTechnician, PersonNumber
from firmware.screens.service.menu import COLLECTORS, JUMPS, Menu, main_menu
from firmware.visit.context import Context
from firmware.visit.effects import CheckPin, Effect, Record
from firmware.visit.events import Event, PinChecked
from hal.drawing.page import overflows
from hal.ports import Key, KeyPressed
from tests.builders import WELL, context

HERE = replace(context(), health=replace(WELL, door_open=True))
UNTIL = "2026-03-04T09:15:00+00:00"
GOOD = PinChecked("07", True, "technician", UNTIL)


def feed(screen: Screen, *events: Event, context: Context = HERE) -> tuple[Screen, tuple[Effect, ...]]:
    effects: tuple[Effect, ...] = ()
    for event in events:
        move = screen.on(event, context)
        screen, *effects_now = (move,) if isinstance(move, Screen) else move
        effects = tuple(effects_now)
    return screen, effects


def keys(text: str) -> list[KeyPressed]:
    return [KeyPressed(Key(character)) for character in text]


@pytest.mark.parametrize("screen", [PersonNumber(), Locked("07"), NoTechnician()])
def test_a_code_may_be_typed_whatever_keeps_pins_out(screen: Screen) -> None:
    entry, _ = feed(screen, KeyPressed(Key.INFO))
    assert entry == CodeEntry()
    assert feed(entry, *keys("070123456789"), KeyPressed(Key.OK)) == (Checking("07"), (CheckPin("07", "0123456789"),))


def test_a_code_opens_once_and_then_counts_as_a_wrong_pin() -> None:
    screen, effects = feed(Checking("07"), GOOD)
    assert isinstance(screen, Menu)
    assert effects == (Record(ServiceOpened("07", UNTIL)),)
    used = replace(HERE, ledger=ledger_of([ServiceOpened("07", UNTIL)]))
    screen, effects = feed(Checking("07"), GOOD, context=used)
    assert not isinstance(screen, Menu)
    assert effects == (Record(PinRefused("07", HERE.now)),)


def test_a_pin_opens_as_often_as_it_is_typed() -> None:
    used = replace(HERE, ledger=ledger_of([ServiceOpened("07")]))
    assert isinstance(feed(Checking("07"), PinChecked("07", True), context=used)[0], Menu)


def test_a_collector_opens_tickets_paper_and_counters_and_nothing_else() -> None:
    menu, _ = feed(Checking("07"), PinChecked("07", True, "collector"))
    assert isinstance(menu, Menu)
    assert menu == main_menu("07", role="collector")
    assert opened_by(menu) == set(COLLECTORS)
    assert opened_by(main_menu("07")) == set(JUMPS)


def opened_by(menu: Screen) -> set[str]:
    """The keys whose entry OK opens."""
    return {key for key in JUMPS if feed(menu, *keys(key), KeyPressed(Key.OK))[0] != feed(menu, *keys(key))[0]}


@pytest.mark.parametrize("language", list(HERE.catalogues))
def test_it_fits(language: str) -> None:
    context = replace(HERE, language=language)
    for screen in (PersonNumber("0"), CodeEntry("0701234567"), CodeEntry("070123456789"), NoTechnician(), Locked("07")):
        assert overflows(screen.view(context)) == ()
    for chosen in range(len(JUMPS)):
        assert overflows(main_menu("07", chosen, "collector").view(context)) == ()
