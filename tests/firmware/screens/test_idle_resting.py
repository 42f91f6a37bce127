"""The station at rest: dimmed after three minutes without a key, awake at the first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from firmware.ledger.clock_evidence import ClockTrust
from firmware.machine import Machine
from firmware.screens.idle import PAGES, ROUNDS, Idle, Resting
from firmware.screens.info import Info
from firmware.screens.plate import PlateEntry
from firmware.screens.service.login import PersonNumber
from firmware.visit.effects import AskPrinter
from firmware.visit.events import Event, TimedOut
from firmware.visit.health import Health
from hal.ports import NEVER, DoorOpened, Key, KeyPressed, PrinterIs, PrinterState, TerminalIs
from tests.builders import context

WELL = Health(PrinterState.OK, terminal=True, door_open=False)
HERE = replace(context(), health=WELL)


def texts(**health: object) -> tuple[str, ...]:
    here = replace(HERE, health=replace(WELL, **health))  # type: ignore[arg-type]
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in Resting().view(here).lines)


def test_it_comes_after_three_minutes_of_pages_in_french() -> None:
    machine, now = Machine(language="en", health=WELL), 0.0
    for _ in range(PAGES * ROUNDS):
        assert type(machine.screen) is Idle
        now = machine.deadline
        machine, _ = machine.feed(TimedOut(), now, HERE)
    assert (machine.screen, machine.language, now) == (Resting(), "fr", 180.0)
    assert machine.deadline == NEVER


def test_a_visit_begins_the_three_minutes_again() -> None:
    typed, _ = Machine(Idle(rounds=ROUNDS - 1), health=WELL).feed(KeyPressed(Key.A), 1.0, HERE)
    assert typed.feed(KeyPressed(Key.CANCEL), 2.0, HERE)[0].screen == Idle()


def test_the_first_key_wakes_it_and_counts() -> None:
    resting = Machine(Resting(), health=WELL)
    assert resting.feed(KeyPressed(Key.A), 1.0, HERE)[0].screen == PlateEntry("A")
    assert Resting().on(KeyPressed(Key.A), HERE) == (PlateEntry("A"), AskPrinter())
    assert resting.feed(KeyPressed(Key.INFO), 1.0, HERE)[0].screen == Info(Idle())
    assert resting.feed(KeyPressed(Key.OK), 1.0, HERE)[0].screen == Idle()
    english, _ = resting.feed(KeyPressed(Key.LANG), 1.0, HERE)
    assert (english.screen, english.language) == (Idle(), "en")


def test_the_way_into_the_service_menu_is_as_from_the_idle_screen() -> None:
    door_open = replace(HERE, health=replace(WELL, door_open=True))
    machine = Machine(Resting(), health=door_open.health)
    for key in (Key.CORRECT, Key.CORRECT, Key.INFO):
        machine, _ = machine.feed(KeyPressed(key), 1.0, door_open)
    assert machine.screen == PersonNumber()


@pytest.mark.parametrize("event", [TimedOut(), DoorOpened(), TerminalIs(False), PrinterIs(PrinterState.OUT)])
def test_nothing_else_wakes_it(event: Event) -> None:
    assert Resting().on(event, HERE) == Resting()


def test_it_says_the_time_and_what_to_do_or_what_is_wrong() -> None:
    assert texts() == ("", "10 h 00", "Tapez votre plaque", "[LANG] EN DE ES IT")
    assert texts(terminal=False) == (
        "",
        "10 h 00",
        "Tapez votre plaque",
        "Paiement en panne. Code T1",
        "[LANG] EN DE ES IT",
    )
    wrong = texts(clock=ClockTrust("wrong"))
    assert wrong[1] == "Machine hors service"
    assert "Code C1" in wrong[2]


def test_it_is_dimmed_and_moves_every_minute() -> None:
    views = [Resting().view(replace(HERE, now=HERE.now.replace(minute=minute))) for minute in range(60)]
    assert [view.rest for view in views] == list(range(600, 660))
    assert all(line.dim for view in views for line in view.middle)
