"""Laws of the visit: every screen is reached, every patience ends, every question gives back what it covered."""

from __future__ import annotations

import inspect
from collections import defaultdict
from dataclasses import replace
from itertools import islice

from firmware.machine import Machine
from firmware.screens.duration import PayAhead
from firmware.screens.idle import Idle
from firmware.screens.out_of_service import JournalBroken
from firmware.screens.payment import Authorising, Stopping
from firmware.screens.payment_ended import RETURNED_WITHIN
from firmware.screens.plate import PlateEntry
from firmware.screens.question import QuestionScreen
from firmware.screens.screen import Screen
from firmware.screens.service.without_journal import EmergencyMenu, WithoutJournal
from firmware.visit.events import TimedOut
from firmware.visit.health import Health
from firmware.visit.offers import is_free_now
from firmware.visit.sales_policy import may_give_free_right
from hal.ports import NEVER, Key, KeyPressed, PrinterState
from simulator.explorer.walk import events_for, peopled
from tests.laws.walk import HERE, Walk, told

# --- the walk itself ----------------------------------------------------------------------------------------------


def every(kind: type[Screen]) -> set[type[Screen]]:
    """The screens a motorist can see: those with a name of their own."""
    found = {below for each in kind.__subclasses__() for below in every(each)}
    return found | ({kind} if "name" in vars(kind) and kind is not Screen else set())


NO_EVENT_LEADS_TO = {JournalBroken, WithoutJournal, EmergencyMenu}
"""The disk does, and the menu over it."""


def test_every_screen_is_reached_but_the_one_no_event_leads_to(walk: Walk) -> None:
    by_day = set() if is_free_now(walk.context) else {PayAhead}
    assert {type(machine.screen) for machine in walk.machines} == every(Screen) - NO_EVENT_LEADS_TO - by_day


def test_every_screen_has_a_name_of_its_own_and_says_what_it_is_in_one_sentence() -> None:
    screens = every(Screen)
    assert len({screen.name for screen in screens}) == len(screens)
    for screen in screens:
        assert screen.name == screen.name.lower().strip() != ""
        first = (inspect.getdoc(screen) or "").partition("\n")[0]
        assert first.endswith("."), screen
        assert ". " not in first, screen


# --- time ---------------------------------------------------------------------------------------------------------


def test_no_screen_that_loses_patience_is_deaf_to_the_time(walk: Walk) -> None:
    for passage in walk.passages:
        if passage.event == TimedOut() and passage.before.screen.patience < NEVER:
            assert passage.after.screen != passage.before.screen, told(passage)


def test_patience_restarts_when_and_only_when_the_screen_changes() -> None:
    """The walk feeds every event at the instant the screen came up; here it is fed three seconds later."""
    context = peopled(HERE)
    first = Machine(health=Health(PrinterState.OK, terminal=True))
    seen, waiting = {first}, [first]
    for before in islice(waiting, 400):
        for event in events_for(before):
            after, _ = before.feed(event, before.since + 3.0, context)
            moved = after.screen != before.screen
            assert after.since == (before.since + 3.0 if moved else before.since)
            after = replace(after, since=0.0)
            if after not in seen:
                seen.add(after)
                waiting.append(after)


def test_an_idle_screen_can_be_reached_from_everywhere(walk: Walk) -> None:
    sources: dict[Machine, set[Machine]] = defaultdict(set)
    for passage in walk.passages:
        sources[passage.after].add(passage.before)
    home = {machine for machine in walk.machines if isinstance(machine.screen, Idle)}
    waiting = list(home)
    while waiting:
        new = sources[waiting.pop()] - home
        home |= new
        waiting += new
    assert home == walk.machines


def test_a_motorist_who_walks_away_leaves_an_idle_screen_behind(walk: Walk) -> None:
    """Time alone leads home from every screen; from a payment under way only the terminal's answer does."""
    in_time = {passage.before: passage.after for passage in walk.passages if passage.event == TimedOut()}
    for machine in walk.machines:
        for _ in range(2 * RETURNED_WITHIN):
            if isinstance(machine.screen, Idle | Authorising | Stopping):
                break
            machine = in_time[machine]
        assert isinstance(machine.screen, Idle | Authorising | Stopping), machine


def test_a_letter_or_digit_that_leads_to_an_idle_screen_begins_the_next_plate(walk: Walk) -> None:
    """It would be lost there, and the motorist pay for the rest of the plate."""
    ended = set()
    for passage in walk.passages:
        before, after = passage.before.screen, passage.after.screen
        if not isinstance(passage.event, KeyPressed) or not passage.event.key.character or isinstance(before, Idle):
            continue
        types = may_give_free_right(passage.after.own_context(walk.context))
        assert not isinstance(after, Idle) or not types or before.name.startswith("service"), told(passage)
        if after == PlateEntry(passage.event.key.character):
            ended.add(before.name)
    assert ended >= {"take ticket", "cancelled", "given back", "covered", "out of service", "info", "more time"}


# --- questions ----------------------------------------------------------------------------------------------------


def test_a_question_that_warned_gives_back_everything(walk: Walk) -> None:
    warnings = [each for each in walk.passages if isinstance(each.before.screen, QuestionScreen) and each.event == TimedOut()]
    assert warnings
    for passage in warnings:
        back, _ = passage.after.feed(KeyPressed(Key.PLUS), 0.0, walk.context)
        assert back == passage.before, told(passage)
