"""Whole visits through the machine, key by key, and what the choice screens show on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from firmware.domain.parking_right import ParkingRight
from firmware.domain.purchase import Purchase
from firmware.ledger.ledger import Ledger
from firmware.machine import Machine
from firmware.protocol.facts import Fact, InDoubt, RightSold
from firmware.screens.duration import Duration
from firmware.screens.plate import PlateEntry
from firmware.screens.screen import Screen
from firmware.tariff import Holding, Stay
from firmware.visit.context import Context
from firmware.visit.effects import Charge, Record
from firmware.visit.events import Event
from firmware.visit.offers import card_reference
from hal.ports import Approved, Key, KeyPressed
from tests.builders import context, paris

PLATE = "AB123CD"
HERE = context()
TYPED = PlateEntry(PLATE)
CHOOSE = "[MINUS]    [PLUS] {which}   [CORRECT] plaque   [OK] valider"
CARS = ("car", "two_wheeler", "heavy")


def at(text: str, context: Context = HERE) -> Context:
    return replace(context, now=paris(text))


def holding(*rights: str, sector: str = "11D", context: Context = HERE) -> Context:
    """The same place, where this plate holds these rights, at home in this sector."""
    held = tuple(Holding(right, frozenset({sector})) for right in rights)
    return replace(context, holdings=lambda plate: held if plate == PLATE else ())


def stayed(units: int, end: str, regime: str = "visitor", begun: str = "2026-03-04T10:01") -> Context:
    """The same place, where this plate has bought so many units, to this end."""
    key, stay = (PLATE, 1, regime), Stay(units, paris(end), paris(begun))
    return replace(HERE, ledger=Ledger(1, stays={key: stay}, classes={key: "car"}))


def shown(screen: Screen, context: Context = HERE) -> tuple[str, ...]:
    return tuple(text.replace("\N{NO-BREAK SPACE}", " ") for text in screen.view(context).lines)[1:]


def chosen(screen: Screen, context: Context = HERE) -> list[str]:
    """What stands as chosen, without its price."""
    return [line.text for line in screen.view(context).middle if line.chosen]


def screen_of(move: object) -> Screen:
    assert isinstance(move, Screen)
    return move


Bank = Callable[[ParkingRight], Event]


def yes(right: ParkingRight) -> Event:
    return Approved(card_reference(right.reference), right.cents)


def visited(context: Context, keys: str, bank: Bank = yes) -> tuple[Context, Machine, tuple[Fact, ...]]:
    """Press these keys on an idle machine, answer what the bank is asked, and write every fact into the ledger."""
    machine, facts = Machine(health=context.health), list[Fact]()
    waiting: list[Event] = [KeyPressed(Key(key)) for key in keys.split()]
    while waiting:
        machine, effects = machine.feed(waiting.pop(0), 0.0, context)
        for effect in effects:
            if isinstance(effect, Record):
                facts.append(effect.fact)
                context = replace(context, ledger=context.ledger.after(effect.fact))
            if isinstance(effect, Charge):
                waiting.insert(0, bank(effect.right))
    return context, machine, tuple(facts)


def right_in(facts: tuple[Fact, ...]) -> ParkingRight:
    """The one right that was sold or is in doubt."""
    (right,) = [fact.right for fact in facts if isinstance(fact, RightSold | InDoubt)]
    return right


TO_THE_PLATE = "A B 1 2 3 C D OK"


# --- days and hours -----------------------------------------------------------------------------------------------

RESIDENT = Duration(Purchase(PLATE, "resident"), TYPED, 1)
