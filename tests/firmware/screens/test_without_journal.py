"""The menu over a broken journal: read and carry away, write nothing down, one wrong PIN."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.machine import Machine
from firmware.protocol.facts import PinRefused
from firmware.screens.out_of_service import JournalBroken
from firmware.screens.screen import Screen
from firmware.screens.service.alarm_pages import Alarms
from firmware.screens.service.assisted import Assisted
from firmware.screens.service.without_journal import EmergencyMenu, WithoutJournal
from firmware.service.assistance import HelpTask
from firmware.visit.effects import AskAssistant, Effect, Record
from firmware.visit.events import Event, PinChecked, TechniciansCounted, TimedOut
from hal.drawing.page import overflows
from hal.ports import DoorClosed, Key, KeyPressed
from tests.builders import WELL, context, right

HERE = context()
BROKEN = JournalBroken("J2", right())
SEQUENCE: list[Event] = [KeyPressed(key) for key in (Key.CORRECT, Key.CORRECT, Key.INFO)]
LOGIN: list[Event] = [*SEQUENCE, TechniciansCounted(1), *(KeyPressed(Key(digit)) for digit in "07402917"), KeyPressed(Key.OK)]


def feed(*events: Event, screen: Screen = BROKEN, door: bool = True) -> tuple[Screen, list[Effect]]:
    machine, effects = Machine(screen, health=replace(WELL, door_open=door)), list[Effect]()
    for event in events:
        machine, more = machine.feed(event, 0.0, HERE)
        effects += more
    return machine.screen, effects


def records(effects: list[Effect]) -> list[Record]:
    return [effect for effect in effects if isinstance(effect, Record)]


def menu() -> WithoutJournal:
    screen, effects = feed(*LOGIN, PinChecked("07", True))
    assert isinstance(screen, WithoutJournal)
    assert isinstance(screen.inner, EmergencyMenu)
    assert records(effects) == []
    return screen


def test_the_sequence_at_an_open_door_opens_it_and_at_a_closed_one_does_not() -> None:
    menu()
    assert feed(*SEQUENCE, door=False)[0] == BROKEN


def test_what_it_opens_writes_nothing_down() -> None:
    screen, effects = feed(KeyPressed(Key.OK), screen=menu())
    assert isinstance(screen, WithoutJournal)
    assert isinstance(screen.inner, Alarms)
    assert screen.inner.code == "J2"
    screen, effects = feed(KeyPressed(Key.D3), KeyPressed(Key.OK), screen=menu())
    assert isinstance(screen, WithoutJournal)
    assert isinstance(screen.inner, Assisted)
    assert AskAssistant(HelpTask.EXPORT) in effects
    assert records(effects) == []


@pytest.mark.parametrize("leave", [[KeyPressed(Key.CANCEL)], [TimedOut()] * 120])
def test_it_leads_back_to_what_the_glass_said(leave: list[Event]) -> None:
    assert feed(*leave, screen=menu())[0] == BROKEN


def test_a_closed_door_ends_it() -> None:
    screen, effects = feed(DoorClosed(), screen=menu())
    assert screen == BROKEN
    assert not any(isinstance(each.fact, PinRefused) for each in records(effects))


def test_a_wrong_pin_ends_it_until_the_program_starts_again_and_waits_to_be_written() -> None:
    screen, effects = feed(*LOGIN, PinChecked("07", False))
    assert isinstance(screen, JournalBroken)
    assert records(effects) == [Record(PinRefused("07", HERE.now))]
    assert feed(*SEQUENCE, *SEQUENCE, screen=screen)[0] == screen


def test_the_login_is_given_up_after_its_own_patience() -> None:
    login, _ = feed(*SEQUENCE)
    assert isinstance(feed(*[TimedOut()] * 29, screen=login)[0], WithoutJournal)
    assert feed(*[TimedOut()] * 30, screen=login)[0] == BROKEN


@pytest.mark.parametrize("language", list(HERE.catalogues))
def test_the_menu_fits(language: str) -> None:
    assert overflows(menu().view(replace(HERE, language=language))) == ()
