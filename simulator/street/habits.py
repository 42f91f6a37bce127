"""Habits of motorists: what people do in front of a station, each with its share among them.

A habit is a script (see `motorist.py`). One more is one more row of HABITS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.street.motorist import (
    AT_EASE,
    AT_THE_BANK,
    LENGTHS,
    MotoristScript,
    ScriptPart,
    StreetMotorist,
    follow_the_bank,
    pay,
    take_ticket,
    to_the_bank,
    type_plate,
    wait,
    walk_up,
)
from simulator.street.payment_habits import (
    impatient,
    insists,
    leaves_the_doubt,
    stays_at_the_refusal,
    strange_card,
    takes_over,
    tries_again_at_once,
    tries_cards,
)
from simulator.street.service_habits import collects, guesses_pins, reopens_card_sales, technician, turns_sales, uses_a_code

REOPENING = "reopens-card-sales"
"""Of a technician, who comes too where doubts have closed card sales."""
TURNING = "turns-sales"
"""Of a technician, who comes too where a machine was left out of sales."""


def buys(person: StreetMotorist) -> MotoristScript:
    """Types, pays, takes the ticket."""
    screen = yield from to_the_bank(person, person.chance.choice(LENGTHS))
    screen = yield from pay(person, person.good_card(), screen)
    yield from take_ticket(person, screen)


def hesitates(person: StreetMotorist) -> MotoristScript:
    """Looks around before each step; the machine may have given up meanwhile."""
    screen = yield from _slowed(person, to_the_bank(person, person.chance.choice(LENGTHS)), 25.0)
    if screen in AT_THE_BANK:
        screen = yield wait(person.chance.uniform(5.0, 50.0))
    screen = yield from pay(person, person.good_card(), screen)
    yield from take_ticket(person, screen)


def walks_away(person: StreetMotorist) -> MotoristScript:
    """Leaves at any moment, with or without a card in the terminal."""
    yield from _cut_short(person, buys(person), wait(0.1))


def cancels(person: StreetMotorist) -> MotoristScript:
    """Presses CANCEL at any moment, and stays to see what comes of it."""
    screen = yield from _cut_short(person, buys(person), "press CANCEL")
    if screen in AT_THE_BANK and person.chance.random() < 0.5:
        screen = yield f"card {person.pick('approved', 'contactless', 'cancelled')}"
    yield from follow_the_bank(person, screen)


def mistypes(person: StreetMotorist) -> MotoristScript:
    """A wrong plate, corrected; or a look-alike that is not."""
    screen = yield from walk_up(person)
    if screen in AT_EASE:
        screen = yield f"press {person.plate[:-1]}{person.chance.choice('OI0187BZS')}"
        if person.chance.random() < 0.7:
            screen = yield "press CORRECT CORRECT"
            screen = yield f"press {person.plate[-2:]}"
    screen = yield from type_plate(person, screen)
    if screen == "duration":
        screen = yield "press OK"
    screen = yield from pay(person, person.good_card(), screen)
    yield from take_ticket(person, screen)


def comes_back(person: StreetMotorist) -> MotoristScript:
    """Prolongs: the plate of somebody who has parked here."""
    if person.came_before:
        person.plate = person.chance.choice(person.came_before)
    yield from buys(person)


def stays_on(person: StreetMotorist) -> MotoristScript:
    """Buys a short time, and more of it, and more."""
    for _ in range(person.chance.randint(2, 4)):
        screen = yield from to_the_bank(person, person.chance.choice(("1", "MINUS", "MINUS MINUS", "PLUS")))
        screen = yield from pay(person, person.good_card(), screen)
        screen = yield from take_ticket(person, screen)
        yield person.pause(20.0)


def another_language(person: StreetMotorist) -> MotoristScript:
    """Changes the language, perhaps in the middle."""
    yield from _interrupted(person, buys(person), "LANG")


def reads_help(person: StreetMotorist) -> MotoristScript:
    """Presses INFO in the middle."""
    yield from _interrupted(person, buys(person), "INFO")


def known_to_the_city(person: StreetMotorist) -> MotoristScript:
    """A plate that the register holds something for: free, by the day, or as a visitor elsewhere."""
    person.plate = person.chance.choice(person.known) if person.known else person.plate
    yield from buys(person)


def wants_the_ticket(person: StreetMotorist) -> MotoristScript:
    """Types the code of a receipt, before or after paying."""
    if person.chance.random() < 0.6:
        yield from buys(person)
        yield wait(person.chance.uniform(1.0, 60.0))
    yield from _types_code(person)


def wants_many_tickets(person: StreetMotorist) -> MotoristScript:
    """Types the code of a receipt again and again."""
    yield from buys(person)
    for _ in range(person.chance.randint(4, 6)):
        yield from _types_code(person)


def _types_code(person: StreetMotorist) -> MotoristScript:
    screen = yield from walk_up(person)
    if screen in AT_EASE:
        screen = yield "code"
        screen = yield "press OK"
        screen = yield "press OK"
        yield from take_ticket(person, screen)


def _slowed(person: StreetMotorist, passage: ScriptPart, longest: float) -> ScriptPart:
    """A passage with looking around before each of its steps."""
    screen = ""
    try:
        step = next(passage)
        while True:
            yield wait(person.chance.uniform(0.1, longest))
            screen = yield step
            step = passage.send(screen)
    except StopIteration as end:
        return str(end.value)


def _cut_short(person: StreetMotorist, script: MotoristScript, last: str) -> ScriptPart:
    """A script up to some step of it, then another step."""
    screen = ""
    try:
        step = next(script)
        for _ in range(person.chance.randint(2, 14)):
            screen = yield step
            step = script.send(screen)
    except StopIteration:
        pass
    return (yield last)


def _interrupted(person: StreetMotorist, script: MotoristScript, key: str) -> MotoristScript:
    """A script with a key in between."""
    screen = ""
    try:
        step = next(script)
        while True:
            if person.chance.random() < 0.2:
                yield f"press {key}"
            screen = yield step
            step = script.send(screen)
    except StopIteration:
        return


@dataclass(frozen=True)
class Habit:
    """One way to use a station."""

    share: int
    """Of all visits, by comparison with the others."""
    script: Callable[[StreetMotorist], MotoristScript]


HABITS: Mapping[str, Habit] = {
    "buys": Habit(30, buys),
    "hesitates": Habit(8, hesitates),
    "walks-away": Habit(8, walks_away),
    "cancels": Habit(10, cancels),
    "mistypes": Habit(6, mistypes),
    "comes-back": Habit(10, comes_back),
    "tries-cards": Habit(7, tries_cards),
    "strange-card": Habit(8, strange_card),
    "tries-again-at-once": Habit(6, tries_again_at_once),
    "leaves-the-doubt": Habit(5, leaves_the_doubt),
    "stays-at-the-refusal": Habit(5, stays_at_the_refusal),
    "insists": Habit(4, insists),
    "stays-on": Habit(6, stays_on),
    "takes-over": Habit(6, takes_over),
    "wants-many-tickets": Habit(3, wants_many_tickets),
    "another-language": Habit(3, another_language),
    "reads-help": Habit(3, reads_help),
    "impatient": Habit(5, impatient),
    "known-to-the-city": Habit(10, known_to_the_city),
    "wants-the-ticket": Habit(5, wants_the_ticket),
    "technician": Habit(4, technician),
    "collects": Habit(2, collects),
    "uses-a-code": Habit(2, uses_a_code),
    "guesses-pins": Habit(2, guesses_pins),
    TURNING: Habit(1, turns_sales),
    REOPENING: Habit(1, reopens_card_sales),
}
