"""Errors of ports: none gets out of a turn; a payment ends as certainly not asked, a ticket as not printed, and it is noted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from firmware.visit.effects import AskTerminal
from hal.ports import Approved, Key, KeyPressed, TerminalIs, Ticket, Tone, View
from tests.firmware.diary import CARD, WELL, Diary, buy, facts, go_to_the_bank, switched_on
from tests.world import press, tell

ERRORS = [ValueError("payment 31PA010009 is under way"), OSError(5, "Input/output error"), RuntimeError("the library's own")]


@dataclass
class FaultyPorts(Diary):
    """A world in which some ports raise."""

    broken: frozenset[str] = frozenset()
    error: Exception = ERRORS[0]

    def _fail(self, port: str) -> None:
        if port in self.broken:
            raise self.error

    def charge(self, cents: int, reference: str) -> None:
        self._fail("charge")
        super().charge(cents, reference)

    def abort(self, reference: str) -> None:
        self._fail("abort")
        super().abort(reference)

    def acknowledge(self, reference: str) -> None:
        self._fail("acknowledge")
        super().acknowledge(reference)

    def print(self, ticket: Ticket) -> None:
        self._fail("print")
        super().print(ticket)

    def look(self) -> None:
        self._fail("look")
        super().look()

    def beep(self, tone: Tone) -> None:
        self._fail("beep")
        super().beep(tone)

    def show(self, view: View) -> None:
        self._fail("show")
        super().show(view)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_terminal_whose_port_raises_was_certainly_not_asked(folder: Path, error: Exception) -> None:
    world = FaultyPorts(broken=frozenset({"charge"}), error=error)
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        assert station.machine.screen.name == "refused"
        assert world.view
        assert "Rien n’est débité" in " ".join(world.view.lines)
    assert facts(folder) == ["Started", "PaymentStarted", "UnexpectedEvent", "PaymentRefused"]


def test_the_next_payment_is_asked_for_when_the_port_works_again(folder: Path) -> None:
    world = FaultyPorts(broken=frozenset({"charge"}))
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        world.broken = frozenset()
        press(station, world, Key.CANCEL)
        world.passes(60.0)
        go_to_the_bank(station, world)
        assert world.charged == [("31PA010002", 1200)]


def test_a_printer_whose_port_raises_did_not_print(folder: Path) -> None:
    world = FaultyPorts(broken=frozenset({"print", "look"}))
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        tell(station, world, Approved(CARD, 1200), KeyPressed(Key.OK))
        assert station.machine.screen.name == "no ticket"
    assert facts(folder)[-1] == "TicketFailed"


@pytest.mark.parametrize("port", ["abort", "acknowledge", "look", "beep", "show"])
def test_a_sale_goes_on_beside_a_port_that_raises_and_the_error_is_noted_once(folder: Path, port: str) -> None:
    world = FaultyPorts(broken=frozenset({port}))
    with switched_on(folder, world) as station:
        tell(station, world, *WELL)
        buy(station, world)
        station.turn()
    told = facts(folder)
    assert [fact for fact in told if fact != "UnexpectedEvent"] == ["Started", "PaymentStarted", "RightSold", "TicketPrinted"]
    assert told.count("UnexpectedEvent") == (port != "abort")


def test_a_display_that_failed_shows_the_same_screen_when_it_works_again(folder: Path) -> None:
    world = FaultyPorts(broken=frozenset({"show"}))
    with switched_on(folder, world) as station:
        go_to_the_bank(station, world)
        assert world.view is None
        world.broken = frozenset()
        station.turn()
        assert world.view
        assert world.view.screen == "present card"


def test_a_terminal_that_cannot_even_be_looked_at_is_not_there(folder: Path) -> None:
    world = FaultyPorts(broken=frozenset({"look"}))
    with switched_on(folder, world) as station:
        tell(station, world, TerminalIs(True))
        station._do((AskTerminal(),), 0.0)
        station.turn()
        assert station.machine.health.terminal is False
