"""Laws of the ticket: whatever printer, power and motorist do, each right is owed one ticket, and printing costs nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from hypothesis import example, given
from hypothesis import strategies as st

from firmware.ledger.ledger import Ledger, ledger_of
from firmware.ledger.receipts import MOST_DUPLICATES
from firmware.machine import Machine
from firmware.paper.ticket import ticket
from firmware.protocol.facts import PaymentStarted, RightSold
from firmware.screens.ticket import Paid
from firmware.visit.context import Context
from firmware.visit.effects import Charge, Effect, Print, Record
from firmware.visit.events import Event, TimedOut
from hal.ports import Key, KeyPressed, NotPrinted, Printed, PrinterIs, PrinterState, TicketLine
from tests.builders import REFERENCE, WELL, context, right
from tests.laws.walk import Walk, told

RIGHT = right()
SOLD = ledger_of((PaymentStarted(RIGHT), RightSold(RIGHT)))
FAILURES = [state for state in PrinterState if not state.prints]


class Happening(Enum):
    """What can befall a motorist who wants a ticket."""

    ASKED = Key.OK.value
    LEFT = Key.CANCEL.value
    WAITED = "time"
    CODE_TYPED = "the code typed at the idle screen, and OK"
    POWER_CUT = "power cut"
    PRINTED = "the printer says that the ticket is out"
    PAPER_BACK = "the printer is well again"


TicketEvent = Happening | PrinterState
"""What happens, or why a ticket fails."""


@dataclass
class TicketHolder:
    """Whoever stands before a station with one sale."""

    ledger: Ledger = SOLD
    machine: Machine = field(default_factory=lambda: Machine(Paid(RIGHT), health=WELL))
    marked: bool | None = None
    """Whether the ticket in the printer is a duplicate; None for no ticket."""
    out: list[bool] = field(default_factory=list)
    """Of each ticket that came out whole, whether it is marked."""

    def context(self) -> Context:
        return self.machine.own_context(context(ledger=self.ledger))

    def feed(self, event: Event) -> None:
        self.machine, effects = self.machine.feed(event, self.machine.deadline, self.context())
        for effect in effects:
            self.perform(effect)

    def perform(self, effect: Effect) -> None:
        assert not isinstance(effect, Charge)
        if isinstance(effect, Record):
            self.ledger = self.ledger.after(effect.fact)
        if isinstance(effect, Print):
            texts = [part.text for part in ticket(effect.right, self.context(), "x").parts if isinstance(part, TicketLine)]
            self.marked = "DUPLICATA" in texts

    def type_code(self) -> None:
        self.machine = Machine(health=WELL)
        for character in self.context().receipts.code(REFERENCE):
            self.feed(KeyPressed(Key(character)))
        self.feed(KeyPressed(Key.OK))
        self.feed(KeyPressed(Key.OK))

    def happen(self, step: TicketEvent) -> None:
        match step:
            case PrinterState() if self.marked is not None:
                self.marked = None
                self.feed(PrinterIs(step))
                self.feed(NotPrinted(REFERENCE, step))
            case Happening.PRINTED if self.marked is not None:
                self.out.append(self.marked)
                self.marked = None
                self.feed(Printed(REFERENCE))
            case Happening.CODE_TYPED if self.marked is None:
                self.type_code()
            case Happening.POWER_CUT:
                self.machine, self.marked = Machine(health=WELL), None
            case Happening.PAPER_BACK:
                self.feed(PrinterIs(PrinterState.OK))
            case Happening.ASKED | Happening.LEFT:
                self.feed(KeyPressed(Key(step.value)))
            case Happening.WAITED if self.marked is None:
                self.feed(TimedOut())


steps = st.lists(st.sampled_from([*Happening, *Happening, *FAILURES]), max_size=30)


@example([Happening.ASKED, Happening.PRINTED, *(Happening.CODE_TYPED, Happening.PRINTED) * 5])
@given(steps)
def test_one_ticket_is_no_duplicate_and_there_are_three_duplicates_at_most(befalls: list[TicketEvent]) -> None:
    motorist = TicketHolder()
    for step in befalls:
        motorist.happen(step)
    assert motorist.out[:1] in ([], [False])
    assert all(motorist.out[1:])
    assert len(motorist.out) <= 1 + MOST_DUPLICATES


@given(steps)
def test_whatever_happened_the_code_gives_the_ticket_that_is_owed(befalls: list[TicketEvent]) -> None:
    motorist = TicketHolder()
    for step in befalls:
        motorist.happen(step)
    owed = not motorist.out
    motorist.happen(Happening.POWER_CUT)
    motorist.happen(Happening.CODE_TYPED)
    assert (motorist.marked is False) == owed


def test_no_ticket_screen_asks_the_bank_for_anything(walk: Walk) -> None:
    screens = {"approved", "printing", "take ticket", "no ticket", "ticket by code"}
    seen = [each for each in walk.passages if each.before.screen.name in screens and each.event != KeyPressed(Key.CORRECT)]
    assert {each.before.screen.name for each in seen} == screens
    assert [told(each) for each in seen if any(isinstance(effect, Charge) for effect in each.effects)] == []
