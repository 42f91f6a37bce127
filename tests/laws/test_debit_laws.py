"""The law of debits: each cent that a terminal took ends as a right, given back, or as something open that an alarm names.

A terminal with every capability, played by the book: it remembers its debits, answers what it is asked, tells again what was
not acknowledged. Answers come late, twice and against each other, amounts are wrong, and the power goes between any two acts.
"""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from firmware.app import Station
from firmware.domain.card_number import has_check_digit
from firmware.journal.journal_file import JournalReader
from firmware.ledger.ledger import Ledger, ledger_of
from firmware.protocol.facts import Fact, InDoubt
from firmware.station.state_folder import JOURNAL
from firmware.visit.offers import card_reference
from hal.ports import (
    Approved,
    Capabilities,
    Declined,
    DeviceEvent,
    Key,
    NotReversed,
    PrinterIs,
    PrinterState,
    Reason,
    Reversed,
    TerminalIs,
    Unanswered,
)
from tests.firmware.diary import TO_THE_BANK, Diary, PowerCutError, switched_on
from tests.world import press, tell

CARD_NUMBER = "4970105181818183"
EVERYTHING = Capabilities(asks=True, aborts=True, reverses=True, confirms=True, progress=True)
STEPS = (
    "buy",
    "another",
    "yes",
    "other amount",
    "no",
    "silence",
    "late yes",
    "stranger",
    "repeat",
    "of itself",
    "serve",
    "time",
)


@dataclass
class BankDebit:
    """What the bank did, whoever knows of it."""

    reference: str
    cents: int
    transaction: str
    returned: bool = False


@dataclass
class Terminal:
    """The terminal's memory; it outlives every power cut."""

    debits: list[BankDebit] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    """Payments it was ever charged with."""
    denied: set[str] = field(default_factory=set)
    told: list[DeviceEvent] = field(default_factory=list)
    """Answers that nobody has acknowledged."""
    stubborn: bool = False
    """It gives nothing back when it is asked to."""

    def debit(self, reference: str, cents: int) -> Approved:
        self.debits.append(BankDebit(reference, cents, f"T{len(self.debits)} {CARD_NUMBER}"))
        return self.yes(self.debits[-1])

    def yes(self, debit: BankDebit) -> Approved:
        return Approved(debit.reference, debit.cents, transaction=debit.transaction)

    def held(self, reference: str) -> list[BankDebit]:
        return [debit for debit in self.debits if debit.reference == reference and not debit.returned]

    def answer(self, reference: str) -> DeviceEvent:
        """What became of a payment: as it is now."""
        if held := self.held(reference):
            return self.yes(held[-1])
        if any(debit.reference == reference for debit in self.debits):
            return Declined(reference, Reason.REVERSED)
        return Declined(reference, Reason.REFUSED) if reference in self.denied else Unanswered(reference)

    def give_back(self, reference: str) -> DeviceEvent:
        if self.stubborn:
            return NotReversed(reference, f"refused for {CARD_NUMBER}")
        return Reversed(reference)


class TerminalWorld(Diary):
    """The station's ports, and the terminal behind them."""

    terminal: Terminal

    def charge(self, cents: int, reference: str) -> None:
        super().charge(cents, reference)
        self.terminal.asked[reference] = cents

    def acknowledge(self, reference: str) -> None:
        super().acknowledge(reference)
        told = self.terminal.told
        told[:] = [event for event in told if getattr(event, "reference", "") != reference]


def say(station: Station, world: TerminalWorld, event: DeviceEvent) -> None:
    world.terminal.told.append(event)
    tell(station, world, event)


def serve(station: Station, world: TerminalWorld) -> None:
    """The terminal answers what it was asked, and does what it was asked to."""
    asked, world.asked = world.asked, []
    for reference in asked:
        say(station, world, world.terminal.answer(reference))
    reversals, world.reversals = world.reversals, []
    for reference, cents, _ in reversals:
        answer = world.terminal.give_back(reference)
        held = [debit for debit in world.terminal.held(reference) if debit.cents == cents]
        if isinstance(answer, Reversed):
            held[-1].returned = True
        say(station, world, answer)


def act(station: Station, world: TerminalWorld, step: str) -> None:
    terminal = world.terminal
    charged = list(terminal.asked.items())
    reference, cents = charged[-1] if charged else ("", 0)
    match step:
        case "buy":
            press(station, world, Key.CANCEL, *TO_THE_BANK)
        case "another":
            press(station, world, Key.OK, Key.OK)
        case "yes" if charged and not terminal.held(reference):
            say(station, world, terminal.debit(reference, cents))
        case "other amount" if charged and not terminal.held(reference):
            say(station, world, terminal.debit(reference, cents + 1))
        case "no" if charged and not terminal.held(reference):
            terminal.denied.add(reference)
            say(station, world, Declined(reference, Reason.REFUSED))
        case "silence" if charged:
            say(station, world, Unanswered(reference))
        case "late yes" if charged and not terminal.held(charged[0][0]):
            say(station, world, terminal.debit(*charged[0]))
        case "stranger":
            say(station, world, terminal.debit("ZZZZ010001", 500))
        case "repeat" if terminal.debits:
            say(station, world, terminal.yes(terminal.debits[0]))
        case "of itself" if terminal.debits and len(terminal.held(terminal.debits[0].reference)) == 1:
            terminal.held(terminal.debits[0].reference)[0].returned = True
            say(station, world, Reversed(terminal.debits[0].reference))
        case "serve":
            serve(station, world)
        case "time":
            world.passes(25.0)
            station.turn()


def live(folder: Path, world: TerminalWorld, steps: list[str]) -> list[str]:
    """Do these steps until they are done or the power goes; what is left to do."""
    left = list(steps)
    with contextlib.suppress(PowerCutError), switched_on(folder, world) as station:
        tell(station, world, TerminalIs(True), PrinterIs(PrinterState.OK))
        for event in list(world.terminal.told):
            tell(station, world, event)
        while left:
            act(station, world, left.pop(0))
    return left


def settle(folder: Path, world: TerminalWorld) -> tuple[Ledger, frozenset[str]]:
    """Power, a terminal that answers, and time: the ledger then, and the alarms that are up."""
    with switched_on(folder, world) as station:
        tell(station, world, TerminalIs(True), PrinterIs(PrinterState.OK))
        for event in list(world.terminal.told):
            tell(station, world, event)
        for _ in range(12):
            serve(station, world)
            world.passes(40.0)
            station.turn()
        return station.context().ledger, station.machine.health.alarms


def journal(folder: Path) -> list[Fact]:
    with contextlib.closing(JournalReader(folder / JOURNAL)) as reader:
        return list(reader.facts())


def check_accounts(terminal: Terminal, ledger: Ledger, alarms: frozenset[str], facts: list[Fact]) -> None:
    assert ledger.reversals == ledger_of(facts).reversals, "a start finds the same"
    rights = [card_reference(reference) for reference in ledger.sold]
    doubts = [card_reference(reference) for reference in ledger.unresolved]
    owed = [(debit.reference, debit.cents) for debit in ledger.reversals.owed]
    assert not ledger.started, "a payment without an end"
    assert not owed or "debit to give back" in alarms
    assert len(owed) == len(set(ledger.reversals.owed)), "owed twice"
    for reference in {debit.reference for debit in terminal.debits}:
        held = terminal.held(reference)
        explained = rights.count(reference) + sum(owing == reference for owing, _ in owed) + doubts.count(reference)
        assert len(held) <= explained, f"money of {held} has no end: {facts}"
        assert rights.count(reference) <= len(held) + doubts.count(reference), f"a right whose money is back: {facts}"
    assert ledger.counters.total.cents == sum(sold.right.cents for sold in ledger.sold.values()), "the revenue is of the rights"


def holds_no_card_number(facts: list[Fact]) -> bool:
    runs = re.findall(r"(?<![0-9])[0-9]{13,19}(?![0-9])", json.dumps(msgspec.to_builtins(facts, str_keys=True)))
    return not any(map(has_check_digit, runs))


CUTS = st.lists(st.integers(3, 60), max_size=2)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(STEPS), min_size=1, max_size=9), CUTS, st.booleans())
@example(["buy", "yes"], [], False)
@example(["buy", "other amount", "serve"], [], False)
@example(["buy", "other amount", "serve"], [], True)
@example(["buy", "no", "another", "late yes", "yes", "serve"], [], False)
@example(["buy", "yes", "of itself", "repeat"], [], False)
@example(["buy", "silence", "late yes", "of itself"], [], False)
@example(["stranger", "repeat", "serve", "repeat"], [], False)
@example(["buy", "yes", "repeat", "repeat"], [], False)
def test_each_cent_is_a_right_or_given_back_or_open_and_named(steps: list[str], cuts: list[int], stubborn: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        terminal, world = Terminal(stubborn=stubborn), TerminalWorld(capabilities=EVERYTHING)
        for cut in (*cuts, None):
            world = TerminalWorld(capabilities=EVERYTHING, cut=cut, at=world.at)
            world.terminal = terminal
            steps = live(Path(folder), world, steps)
        world = TerminalWorld(capabilities=EVERYTHING, at=world.at)
        world.terminal = terminal
        ledger, alarms = settle(Path(folder), world)
        facts = journal(Path(folder))
        check_accounts(terminal, ledger, alarms, facts)
        assert holds_no_card_number(facts)
        assert not [fact for fact in facts if isinstance(fact, InDoubt) and fact.right.reference in ledger.started]
