"""The clock in the service menu: twelve digits, recorded before it is set; only a comparison ends a dispute."""

from __future__ import annotations

from dataclasses import replace

import pytest
from msgspec.structs import replace as replace_struct

from firmware.ledger.clock_evidence import CONFIRMED
from firmware.protocol.facts import ServiceDone
from firmware.screens.screen import Screen
from firmware.screens.service.assisted import Assisted
from firmware.screens.service.clock import ClockSetting, ClockTrial, typed_instant
from firmware.screens.service.menu import main_menu
from firmware.screens.service.session import Outcome
from firmware.service.assistance import FAILED, NOT_PERMITTED, HelpTask, TaskResult
from firmware.visit.effects import AskAssistant, Effect, Inspect, LookAtAssistant, Record
from firmware.visit.events import AssistantIs, Event, Inspected, TimedOut
from hal.drawing.page import overflows
from hal.ports import Key, KeyPressed
from simulator.explorer.service_events import READINGS
from tests.builders import PARIS, context, paris

HERE = context()
MENU = main_menu("07")
SETTING = ClockSetting(MENU.session)


def feed(screen: Screen, *events: Event) -> tuple[Screen, tuple[Effect, ...]]:
    effects: list[Effect] = []
    for event in events:
        move = screen.on(event, HERE)
        screen, *more = (move,) if isinstance(move, Screen) else move
        effects += more
    return screen, tuple(effects)


def keys(text: str) -> list[KeyPressed]:
    return [KeyPressed(Key(character)) for character in text]


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("040320261430", "2026-03-04T14:30"),
        ("290220281200", "2028-02-29T12:00"),
        ("290220261200", None),  # no such day
        ("290320260230", None),  # the hour that summer time takes
        ("040320261460", None),
        ("040320141430", None),  # before any station
        ("04032026143", None),
    ],
)
def test_what_is_typed_is_an_instant_that_a_clock_here_shows_or_nothing(typed: str, at: str | None) -> None:
    assert typed_instant(typed, PARIS) == (paris(at) if at else None)


def test_the_setting_is_written_down_before_the_clock_is_touched() -> None:
    screen, effects = feed(SETTING, *keys("040320261430"), KeyPressed(Key.OK))
    assert isinstance(screen, Assisted)
    told, asked = effects
    assert isinstance(told, Record)
    assert isinstance(told.fact, ServiceDone)
    assert (told.fact.person, told.fact.action) == ("07", "clock being set")
    assert told.fact.detail == "2026-03-04T10:00:20+01:00 set to 2026-03-04T14:30:00+01:00"
    assert asked == AskAssistant(HelpTask.CLOCK, "2026-03-04T14:30:00+01:00")


def test_half_an_instant_sets_nothing_and_can_be_corrected() -> None:
    screen, effects = feed(SETTING, *keys("0403"), KeyPressed(Key.OK))
    assert (screen, effects) == (ClockSetting(MENU.session, "0403"), ())
    assert feed(screen, KeyPressed(Key.CORRECT))[0] == ClockSetting(MENU.session, "040")
    assert feed(screen, KeyPressed(Key.CANCEL)) == (MENU, ())


def test_a_clock_that_was_set_is_believed_only_after_the_comparison() -> None:
    screen, effects = feed(SETTING, *keys("040320261430"), KeyPressed(Key.OK), AssistantIs(TaskResult(True, "")))
    assert isinstance(screen, ClockTrial)
    assert effects[-1] == Inspect()
    actions = [effect.fact.action for effect in effects if isinstance(effect, Record) and isinstance(effect.fact, ServiceDone)]
    assert actions == ["clock being set", "clock set done"]
    _, effects = feed(screen, Inspected(READINGS), KeyPressed(Key.OK))
    assert Record(ServiceDone("07", CONFIRMED)) in effects


def test_the_trial_that_finds_it_wrong_leads_to_setting_it() -> None:
    assert feed(ClockTrial(MENU.session, READINGS), KeyPressed(Key.PLUS)) == (SETTING, ())


@pytest.mark.parametrize("reason", [NOT_PERMITTED, FAILED])
def test_a_clock_that_could_not_be_set_is_said_in_french(reason: str) -> None:
    screen, _ = feed(Assisted(MENU.session, HelpTask.CLOCK), AssistantIs(TaskResult(False, reason)))
    assert isinstance(screen, Outcome)
    lines = screen.view(HERE).lines
    assert "Mise à l’heure" in lines[1]
    assert reason not in " ".join(lines)


def test_an_assistant_that_never_answers_is_given_up() -> None:
    waiting = Assisted(MENU.session, HelpTask.EXPORT)
    screen, effects = feed(waiting, TimedOut())
    assert (screen, effects) == (replace_struct(waiting, left=44), (LookAtAssistant(),))
    assert feed(waiting, AssistantIs(None)) == (waiting, ())
    assert isinstance(feed(waiting, *[TimedOut()] * 45)[0], Outcome)


@pytest.mark.parametrize("language", list(HERE.catalogues))
def test_every_digit_of_it_fits(language: str) -> None:
    context = replace(HERE, language=language)
    for count in range(13):
        assert overflows(ClockSetting(MENU.session, "040320261430"[:count]).view(context)) == ()
    assert overflows(ClockSetting(MENU.session, "990320261430").view(context)) == ()
    for quality in ("synchronised", "wrong", "free running", "unknown"):
        health = replace(context.health, clock=replace(context.health.clock, quality=quality))
        assert overflows(ClockTrial(MENU.session, READINGS).view(replace(context, health=health))) == ()
