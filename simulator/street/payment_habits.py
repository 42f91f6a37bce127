"""Habits of motorists whose payment does not go as it should: cards that do not pay, and hands that do not wait.

Each is a script (see `motorist.py`); its share stands in `habits.py`.
"""

from __future__ import annotations

from simulator.street.motorist import (
    LENGTHS,
    MotoristScript,
    StreetMotorist,
    follow_the_bank,
    pay,
    take_ticket,
    to_the_bank,
    wait,
)

LOOSE_KEYS = ("OK", "CANCEL", "CORRECT", "LANG", "INFO", "PLUS", "MINUS", "MAX", "A", "7")


def tries_cards(person: StreetMotorist) -> MotoristScript:
    """Cards that do not pay, then one that does."""
    screen = yield from to_the_bank(person)
    for _ in range(person.chance.randint(1, 3)):
        bad = person.pick("declined", "wrong_pin", "removed", "cancelled")
        screen = yield from pay(person, bad, screen)
        if screen != "refused":
            break
        screen = yield "press OK"
        if screen == "pay again":
            yield person.pause()
            screen = yield "press OK"
    screen = yield from pay(person, person.good_card(), screen)
    yield from take_ticket(person, screen)


def strange_card(person: StreetMotorist) -> MotoristScript:
    """A card of which the terminal says too little, too late, or two things."""
    screen = yield from to_the_bank(person, person.chance.choice(LENGTHS))
    screen = yield from pay(person, person.pick("mute", "late", "unverified", "yes_after_no"), screen)
    if screen == "refused" and person.chance.random() < 0.6:
        screen = yield person.chance.choice(("press OK", "press OK OK", "press CANCEL", "wait 8.0"))
        screen = yield from pay(person, person.good_card(), screen)
    yield from take_ticket(person, screen)


def tries_again_at_once(person: StreetMotorist) -> MotoristScript:
    """Is refused and tries again at once, or lets somebody else pay: what the terminal still has to say comes meanwhile."""
    screen = yield from to_the_bank(person)
    screen = yield from pay(person, person.pick("yes_after_no", "yes_after_no", "declined", "cancelled"), screen)
    if screen == "refused":
        if person.chance.random() < 0.5:
            screen = yield "press OK OK"
        else:
            yield "press CANCEL"
            person.plate = person.plate[::-1]
            screen = yield from to_the_bank(person)
    screen = yield from pay(person, person.good_card(), screen)
    yield from take_ticket(person, screen)


def stays_at_the_refusal(person: StreetMotorist) -> MotoristScript:
    """Is refused, and reads for ten seconds and more what the machine says: the terminal may have more to say meanwhile."""
    screen = yield from to_the_bank(person, person.chance.choice(LENGTHS))
    screen = yield from pay(person, person.pick("yes_after_no", "yes_after_no", "declined"), screen)
    for _ in range(person.chance.randint(4, 7)):
        if screen != "refused":
            break
        screen = yield wait(person.chance.uniform(1.0, 3.0))
    yield from take_ticket(person, screen)


def leaves_the_doubt(person: StreetMotorist) -> MotoristScript:
    """Waits until nobody knows, and goes: the terminal answers after that."""
    screen = yield from to_the_bank(person, person.chance.choice(LENGTHS))
    screen = yield from pay(person, "late", screen)
    if screen == "not known":
        yield "press CANCEL"


def insists(person: StreetMotorist) -> MotoristScript:
    """Buys the same again where nobody knows whether it was paid, or it was refused."""
    screen = yield from to_the_bank(person)
    screen = yield from pay(person, person.pick("late", "mute", "unverified", "declined"), screen)
    yield "press CANCEL"
    for _ in range(person.chance.randint(1, 2)):
        screen = yield from to_the_bank(person, person.chance.choice(LENGTHS))
        screen = yield from pay(person, person.good_card(), screen)
        screen = yield from take_ticket(person, screen)


def takes_over(person: StreetMotorist) -> MotoristScript:
    """Begins on what the last one has left, and shows a card to a terminal that asks, whoever it asks for."""
    if person.chance.random() < 0.5:
        yield f"card {person.good_card()}"
    screen = yield f"press {person.plate}"
    for _ in range(person.chance.randint(2, 5)):
        screen = yield "press OK"
    yield f"card {person.good_card()}"
    screen = yield from follow_the_bank(person, screen)
    yield from take_ticket(person, screen)


def impatient(person: StreetMotorist) -> MotoristScript:
    """Presses keys while the machine works, and presents cards when none is asked for."""
    screen = yield from to_the_bank(person, person.chance.choice(LENGTHS))
    screen = yield f"card {person.good_card()}"
    for _ in range(person.chance.randint(2, 6)):
        keys = " ".join(person.chance.choices(LOOSE_KEYS, k=person.chance.randint(1, 3)))
        screen = yield person.chance.choice((f"press {keys}", f"press {keys}", person.pause(), f"card {person.good_card()}"))
    screen = yield from follow_the_bank(person, screen)
    yield from take_ticket(person, screen)
