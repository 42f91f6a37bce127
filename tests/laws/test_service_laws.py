"""Laws of the service menu, proven over every screen of it that can be reached from an idle station at an open door."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from firmware.ledger.ledger import ledger_of
from firmware.machine import Machine
from firmware.protocol.facts import (
    PaperChanged,
    PinRefused,
    RightSold,
    SalesResumed,
    SalesStopped,
    ServiceClosed,
    ServiceDone,
    ServiceOpened,
)
from firmware.screens.idle import Idle
from firmware.screens.screen import Screen
from firmware.screens.service.login import Checking, PersonNumber
from firmware.screens.service.printing import PrintingPaper
from firmware.screens.service.session import ServiceScreen
from firmware.screens.service.trials import ORDER
from firmware.visit.context import Context
from firmware.visit.effects import Charge, CheckPin, Effect, Print, PrintServiceTicket, Record
from firmware.visit.events import PinChecked
from firmware.visit.health import Health
from hal.ports import DoorClosed, DoorOpened, Key, KeyPressed, PrinterState
from simulator.documents import surroundings
from simulator.explorer.service_events import CODE, PERSON, PIN, SHUT, is_service, service_events
from simulator.explorer.walk import Passage
from tests.builders import PARIS, ROOT

AT = datetime(2026, 3, 4, 10, 0, 20, tzinfo=PARIS)


@pytest.fixture(scope="module")
def context() -> Context:
    return surroundings(ROOT, AT)


@pytest.fixture(scope="module")
def walk(context: Context) -> tuple[Passage, ...]:
    return tuple(walked(context))


def walked(context: Context) -> Iterator[Passage]:
    """Breadth-first, no farther than the door: what a motorist does after is another law's."""
    first = Machine(health=Health(PrinterState.OK, terminal=True, door_open=True))
    seen, waiting = {first}, [first]
    for before in waiting:
        for event in service_events(before):
            after, effects = before.feed(event, before.since, context)
            yield Passage(before, event, after, effects)
            if after not in seen and is_service(after):
                seen.add(after)
                waiting.append(after)


def facts(effects: tuple[Effect, ...]) -> list[object]:
    return [effect.fact for effect in effects if isinstance(effect, Record)]


def person(screen: Screen) -> str:
    return screen.session.person if isinstance(screen, ServiceScreen) else ""


def told(passage: Passage) -> str:
    return f"{passage.before.screen} + {passage.event} -> {passage.after.screen}, {passage.effects}"


def test_nobody_is_served_but_by_a_right_pin_that_is_written_down(walk: tuple[Passage, ...]) -> None:
    opened = 0
    for passage in walk:
        if person(passage.after.screen) and not person(passage.before.screen):
            opened += 1
            assert isinstance(passage.before.screen, Checking), told(passage)
            assert passage.event == PinChecked(passage.before.screen.person, True), told(passage)
            assert facts(passage.effects) == [ServiceOpened(person(passage.after.screen))], told(passage)
    assert opened > 0


def test_a_wrong_pin_is_written_down_in_the_move_that_says_so(walk: tuple[Passage, ...], context: Context) -> None:
    wrong = [passage for passage in walk if isinstance(passage.event, PinChecked) and not passage.event.correct]
    for passage in wrong:
        if isinstance(passage.before.screen, Checking):
            assert facts(passage.effects) == [PinRefused(PERSON, context.now)], told(passage)
    assert wrong


def test_a_session_ends_only_by_a_fact_and_the_door_ends_it_unless_a_ticket_is_on_its_way(walk: tuple[Passage, ...]) -> None:
    ended = 0
    for passage in walk:
        before, after = passage.before.screen, passage.after.screen
        if person(before) and not person(after):
            ended += 1
            assert isinstance(after, Idle), told(passage)
            assert facts(passage.effects)[-1] == ServiceClosed(person(before)), told(passage)
        if passage.event == DoorClosed() and isinstance(before, ServiceScreen) and not isinstance(before, PrintingPaper):
            assert isinstance(after, Idle), told(passage)
    assert ended > 0


def test_a_ticket_on_its_way_is_waited_for_whatever_the_door_does(walk: tuple[Passage, ...]) -> None:
    doors = [each for each in walk if isinstance(each.before.screen, PrintingPaper) and each.event == DoorClosed()]
    assert doors
    for passage in doors:
        assert passage.after.screen == passage.before.screen, told(passage)


def test_nothing_is_printed_that_was_not_written_down_before_in_the_same_move(walk: tuple[Passage, ...]) -> None:
    printed = 0
    for passage in walk:
        for at, effect in enumerate(passage.effects):
            if isinstance(effect, PrintServiceTicket):
                printed += 1
                before = facts(passage.effects[:at])
                assert any(isinstance(fact, ServiceDone) for fact in before), told(passage)
    assert printed > 0


def test_every_fact_of_a_session_bears_its_person(walk: tuple[Passage, ...]) -> None:
    kinds = set()
    for passage in walk:
        for fact in facts(passage.effects):
            if isinstance(fact, ServiceDone | ServiceClosed | SalesStopped | PaperChanged):
                assert fact.person == person(passage.before.screen) == PERSON, told(passage)
                kinds.add(type(fact))
    assert kinds == {ServiceDone, ServiceClosed, SalesStopped, PaperChanged}


def test_who_lets_a_stopped_machine_sell_again_is_written_down(context: Context) -> None:
    stopped = replace(context, ledger=ledger_of([SalesStopped(PERSON)]))
    resumed = (fact for passage in walked(stopped) for fact in facts(passage.effects) if isinstance(fact, SalesResumed))
    assert next(resumed).person == PERSON


def test_everything_the_menu_opens_leaves_a_trace_before_it_is_left(walk: tuple[Passage, ...]) -> None:
    """A trial without a result, a confirmation that is refused: these did nothing. All else is in the journal."""
    actions = {fact.action for passage in walk for fact in facts(passage.effects) if isinstance(fact, ServiceDone)}
    trials = {f"{name} test" for name in ORDER}
    tickets = {"test ticket", "statistics ticket", "acceptance report", "test sale ticket", "paper test"}
    assisted = {"export begun", "export done", "export not done"}
    rest = {"acceptance begun", "acceptance", "versions read", "alarms read", "not printed"}
    assert trials | tickets | assisted | rest <= actions
    assert {SalesStopped, PaperChanged} <= {type(fact) for passage in walk for fact in facts(passage.effects)}


def test_no_service_asks_a_bank_or_sells_a_right(walk: tuple[Passage, ...]) -> None:
    for passage in walk:
        assert not any(isinstance(effect, Charge | Print) for effect in passage.effects), told(passage)
        assert not any(isinstance(fact, RightSold) for fact in facts(passage.effects)), told(passage)


def test_a_pin_is_in_no_fact_and_in_no_repr(walk: tuple[Passage, ...]) -> None:
    checked = [effect for passage in walk for effect in passage.effects if isinstance(effect, CheckPin)]
    assert {effect.pin for effect in checked} == {PIN, CODE}
    assert not any(digits in repr(passage) for passage in walk for digits in (PIN, CODE))


def test_behind_a_closed_door_the_key_sequence_leads_nowhere(context: Context) -> None:
    for door in (None, False):
        for terminal in (True, False, None):
            machine = Machine(health=Health(PrinterState.OK, terminal=terminal, door_open=door))
            for key in (Key.CORRECT, Key.CORRECT, Key.INFO):
                machine, _ = machine.feed(KeyPressed(key), 0.0, context)
            assert not isinstance(machine.screen, SHUT)


def test_a_door_closed_between_the_keys_makes_the_sequence_begin_again(context: Context) -> None:
    machine = Machine(health=Health(PrinterState.OK, terminal=True, door_open=True))
    for event in (KeyPressed(Key.CORRECT), KeyPressed(Key.CORRECT), DoorClosed(), DoorOpened(), KeyPressed(Key.INFO)):
        machine, _ = machine.feed(event, 0.0, context)
    assert not isinstance(machine.screen, PersonNumber)


@pytest.mark.parametrize("terminal", [True, False, None])
@pytest.mark.parametrize("stopped", [True, False])
def test_an_open_door_and_the_sequence_lead_in_in_service_and_out_of_it(
    context: Context, terminal: bool | None, stopped: bool
) -> None:
    context = replace(context, ledger=replace(context.ledger, stopped=stopped))
    machine = Machine(health=Health(None, terminal=terminal, door_open=True))
    for key in (Key.CORRECT, Key.CORRECT, Key.INFO):
        machine, _ = machine.feed(KeyPressed(key), 0.0, context)
    assert isinstance(machine.screen, PersonNumber)
