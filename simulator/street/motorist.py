"""A motorist at a station: decides the next step of a visit file by the screen, and by chance. Knows no desk.

A script is a generator: it yields a step in the words of visit files and is sent the name of the screen after it. So what a
motorist did is a visit file, and is played again by `horodateur-sim visit`.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from random import Random

MotoristScript = Generator[str, str, None]
"""Yields steps, is sent screens."""
ScriptPart = Generator[str, str, str]
"""A part of a script that returns the screen it has come to."""
UP, HELD = 10.0, 190.0
"""Seconds a motorist waits for a screen to go on, and for the bank at most: then he leaves."""
LENGTHS = ("OK", "OK", "2", "1", "3", "6", "PLUS", "PLUS PLUS", "MAX", "PLUS MINUS")
"""Keys that choose a length, as often as they stand here."""
AT_EASE = ("idle", "resting")
"""Screens of a station that nobody uses: the first key of a plate wakes it, and counts."""
ASKED_BEFORE = ("plate", "second look", "regime", "vehicle", "already paid")
"""Screens before the duration that OK goes on from."""
AT_THE_BANK = ("present card", "authorising", "stopping", "giving back")


@dataclass
class StreetMotorist:
    """One person in front of a station."""

    chance: Random
    plate: str
    cards: tuple[str, ...]
    """What this station's terminal takes."""
    known: tuple[str, ...] = ()
    """Plates of the register of the demonstration."""
    came_before: list[str] = field(default_factory=list)
    """Plates that have parked here."""

    def pause(self, longest: float = 4.0) -> str:
        """A step of looking around."""
        return wait(self.chance.uniform(0.2, longest))

    def good_card(self) -> str:
        """A card that pays."""
        return self.chance.choice(("approved", "contactless"))

    def pick(self, *names: str) -> str:
        """One of these cards that the terminal takes."""
        return self.chance.choice([name for name in names if name in self.cards])


def wait(seconds: float) -> str:
    """A step of waiting, to the tenth of a second."""
    return f"wait {max(0.1, seconds):.1f}"


def walk_up(person: StreetMotorist) -> ScriptPart:
    """Wait for an idle screen, pressing CANCEL on what the last one has left."""
    screen = yield wait(0.5)
    for _ in range(4):
        if screen in AT_EASE:
            break
        screen = yield "press CANCEL" if screen not in ("out of service", "broken", "off") else wait(UP)
    return screen


def type_plate(person: StreetMotorist, screen: str) -> ScriptPart:
    """Type the plate, and OK up to the duration, or to where that does not lead."""
    if screen in AT_EASE:
        screen = yield f"press {person.plate}"
    for _ in range(6):
        if screen not in ASKED_BEFORE:
            break
        screen = yield "press OK"
    return screen


def to_the_bank(person: StreetMotorist, lengths: str = "OK") -> ScriptPart:
    """Walk up, type, choose a length and press OK: a card is asked for, or why not is shown."""
    screen = yield from walk_up(person)
    screen = yield from type_plate(person, screen)
    if screen == "duration" and lengths != "OK":
        screen = yield f"press {lengths}"
    for _ in range(3):
        if screen not in ("duration", "no paper", "pay again"):
            break
        screen = yield "press OK"
    return screen


def follow_the_bank(person: StreetMotorist, screen: str) -> ScriptPart:
    """Wait until the bank has answered."""
    waited = 0.0
    while screen in AT_THE_BANK and waited < HELD:
        pause = round(person.chance.uniform(0.5, 6.0), 1)
        screen, waited = (yield wait(pause)), waited + pause
    return screen


def take_ticket(person: StreetMotorist, screen: str) -> ScriptPart:
    """OK for a ticket and wait for it, also for one that says that nobody knows."""
    if screen in ("approved", "not known"):
        screen = yield "press OK"
    waited = 0.0
    while screen == "printing" and waited < 25.0:
        screen, waited = (yield wait(1.0)), waited + 1.0
    return screen


def pay(person: StreetMotorist, card: str, screen: str) -> ScriptPart:
    """Present a card where one is asked for, and wait for the end; a terminal may ask while the machine is dark."""
    if screen == "off":
        yield wait(person.chance.uniform(0.5, UP))
        screen = yield f"card {card}"
    elif screen in ("present card", "authorising", "broken"):  # a terminal may ask, whatever the station says
        yield person.pause()
        screen = yield f"card {card}"
    return (yield from follow_the_bank(person, screen))
