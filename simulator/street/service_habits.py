"""Habits of those who open the cabinet: technicians, who look about, collect and compare, and people who guess at PINs.

Each is a script (see `motorist.py`); its share stands in `habits.py`.
"""

from __future__ import annotations

from simulator.street.motorist import MotoristScript, ScriptPart, StreetMotorist, wait, walk_up

LOCKED_FOR = (1.0, 1.0, 31.0, 121.0, 601.0, 601.0)
"""Seconds after each wrong PIN until the next may be tried."""
SERVICED = ("press 6 OK OK", "press 7 OK OK", "press 5 OK", wait(0.1), wait(0.1))
"""What a technician does: collects, sells nothing for a trial, prints the statistics, or looks about."""


def technician(person: StreetMotorist) -> MotoristScript:
    """Opens the door and the service menu with a right or a wrong PIN, looks at something, leaves."""
    screen = yield from _open_menu(person, wrong=person.chance.choice((0, 0, 1, 3)))
    if screen.startswith("service"):
        for _ in range(person.chance.randint(1, 5)):
            yield person.chance.choice(SERVICED)
            yield f"press {person.chance.choice('123456789')}"
            yield person.chance.choice(("press OK", "press CANCEL", wait(3.0)))
        yield "press CANCEL CANCEL CANCEL"
    yield from _shut_door()


def collects(person: StreetMotorist) -> MotoristScript:
    """A technician who takes the statistics, and once more to be sure: the second collection has nothing."""
    screen = yield from _open_menu(person)
    for _ in range(2 if screen.startswith("service") else 0):
        yield "press 6 OK OK"
        yield wait(person.chance.uniform(5.0, 9.0))
        yield "press OK"
    yield "press CANCEL CANCEL CANCEL"
    yield from _shut_door()


def uses_a_code(person: StreetMotorist) -> MotoristScript:
    """A technician without a PIN: the city gives a one-time code, which opens the menu; typed again it should not."""
    yield from walk_up(person)
    yield "fault door open"
    yield wait(1.0)
    for _ in range(2):
        yield "press CORRECT CORRECT INFO"
        yield "press INFO"
        yield "one-time 31"
        yield "press OK"
        yield "press CANCEL CANCEL CANCEL"
    yield from _shut_door()


def guesses_pins(person: StreetMotorist) -> MotoristScript:
    """Opens the door and guesses at PINs of one person or of several, waiting or not; then one comes who knows his."""
    yield from walk_up(person)
    yield "fault door open"
    people = person.chance.choice((("07",), ("07", "31"), ("07", "31", "45")))
    for pause in LOCKED_FOR[: person.chance.randint(3, len(LOCKED_FOR))]:
        screen = yield "press CANCEL CORRECT CORRECT INFO"
        if screen.startswith("service"):
            screen = yield f"press {person.chance.choice(people)}123457 OK"
        yield wait(pause if person.chance.random() < 0.8 else 5.0)
    yield "press CANCEL CORRECT CORRECT INFO"
    yield "press 07402917 OK"
    yield "press CANCEL CANCEL CANCEL"
    yield from _shut_door()


def reopens_card_sales(person: StreetMotorist) -> MotoristScript:
    """Compares what is in doubt with the bank, takes the machine out of sales and puts it back: card sales are open again."""
    yield from _at_menu(person, "press 0 OK OK", "press 0 OK OK", "press CANCEL CANCEL CANCEL")


def turns_sales(person: StreetMotorist) -> MotoristScript:
    """Takes the machine out of sales and leaves it so; or puts it back, where somebody did."""
    yield from _at_menu(person, "press 0 OK OK", "press CANCEL CANCEL CANCEL")


def _at_menu(person: StreetMotorist, *steps: str) -> MotoristScript:
    """Opens the menu, does these steps if it opens, and shuts the door."""
    screen = yield from _open_menu(person)
    for step in steps if screen.startswith("service") else ():
        screen = yield step
    yield from _shut_door()


def _open_menu(person: StreetMotorist, wrong: int = 0) -> ScriptPart:
    """The door, and a PIN, after so many wrong ones."""
    yield from walk_up(person)
    yield "fault door open"
    yield wait(1.0)
    yield "press CORRECT CORRECT INFO"
    for _ in range(wrong):
        yield "press 07123457 OK"
    return (yield "press 07402917 OK")


def _shut_door() -> ScriptPart:
    yield "repair door open"
    return (yield wait(1.0))
