"""A visit as text: what hands do, what time passes, what must then be true. One file is a test, a demonstration, a picture.

    # Two hours for AB-123-CD
    clock 2026-03-04 10:00
    press AB123CD OK 2
    expect price 12,00
    press OK
    card approved
    wait until approved
    expect city AB123CD allowed until 2026-03-04 12:01

One step a line; `#` begins a comment, and the first one is the title; words with spaces stand between double quotes.
`horodateur-sim visit --help` lists what can be said.

Reading a file turns every line into what it does, and doing it comes after: a file with a mistake does nothing at all.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from simulator.cabinet import Cabinet
from simulator.desk import Desk
from simulator.devices.terminal_script import CARDS
from simulator.expectation import EXPECTATIONS, ExpectationError, money_adds_up, screen_name
from simulator.words import KEYS, SCREENS, Phrase, keys_of, moment, one_of, screen, seconds

SETTLE_S = 0.3
"""Time after every step, for the devices to have said what they have to say."""
LONGEST_WAIT_S = 400.0
LOOK_S = 0.1
"""How often somebody who waits looks at the screen."""
ZONES = ("1", "2")

Do = Callable[[Desk], Iterator[None]]
"""Does a step; stops whenever there may be something new to see."""


class VisitError(Exception):
    """A visit file that cannot be read, or an expectation that does not hold: file, line, reason."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")


@dataclass(frozen=True)
class Step:
    """One line."""

    line: int
    verb: str
    words: tuple[str, ...]
    do: Do


@dataclass(frozen=True)
class Visit:
    """A file that was read whole."""

    file: Path
    title: str
    """The first comment."""
    steps: tuple[Step, ...]
    zone: int
    at: datetime
    """What the clock says at the first step."""


def read_visit(file: Path) -> Visit:
    """Read and check a visit file. Raises VisitError; OSError where there is no file."""
    lines = _lines(file)
    title = lines[0].removeprefix("#").strip() if lines and lines[0].startswith("#") else ""
    if not title:
        raise VisitError(file, 1, "a visit begins with its title: `# Two hours, with a ticket`")
    steps = tuple(step for number, text in enumerate(lines, 1) for step in _step(file, number, text))
    zone, clock = _opening(file, steps)
    return Visit(file, title, steps, zone, moment(*clock.words))


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise VisitError(file, 1, "this is not UTF-8 text") from error


def _step(file: Path, number: int, text: str) -> Iterator[Step]:
    try:
        verb, *words = shlex.split(text, comments=True) or [""]
        if verb:
            yield Step(number, verb, tuple(words), VERBS[one_of(VERBS, "verb", verb)].of(words))
    except ValueError as error:
        raise VisitError(file, number, str(error)) from error


def _opening(file: Path, steps: tuple[Step, ...]) -> tuple[int, Step]:
    """Where and when: `zone` may stand before `clock`, nothing else may, and not later."""
    zones = [step for step in steps if step.verb == "zone"]
    if zones and zones != [steps[0]]:
        raise VisitError(file, zones[-1].line, "`zone` stands once, before `clock`")
    if len(steps) <= len(zones) or steps[len(zones)].verb != "clock":
        line = steps[len(zones)].line if len(steps) > len(zones) else 1
        raise VisitError(file, line, "a visit begins by setting its clock: `clock 2026-03-04 10:00`")
    return int(zones[0].words[0]) if zones else 1, steps[len(zones)]


def run_visit(visit: Visit, desk: Desk, seen: Callable[[Desk, Step], None] = lambda desk, step: None) -> None:
    """Do every step; `seen` is told whenever there may be something new to see, and after each.

    Raises VisitError at the first expectation that does not hold; after the last step the money must add up.
    """
    line = 0
    try:
        for step in visit.steps:
            line = step.line
            for _ in step.do(desk):
                seen(desk, step)
            seen(desk, step)
        money_adds_up(desk)
    except ExpectationError as error:
        raise VisitError(visit.file, line, str(error)) from error


# --- the verbs ----------------------------------------------------------------------------------------------------


def _clock(date: str, time: str) -> Do:
    at = moment(date, time)

    def do(desk: Desk) -> Iterator[None]:
        desk.set_clock(at)
        yield from _passing(desk, SETTLE_S)

    return do


def _zone(name: str) -> Do:
    one_of(ZONES, "zone", name)
    return _nothing


def _picture(name: str) -> Do:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"expected a name such as second-look, small letters, digits and dashes, not {name!r}")
    return _nothing


def _nothing(desk: Desk) -> Iterator[None]:
    """Said to whoever reads the file (`zone`) or looks (`picture`), not to the desk."""
    return iter(())


def _press(key: str, *more: str) -> Do:
    keys = keys_of(key, *more)

    def do(desk: Desk) -> Iterator[None]:
        for name in keys:
            desk.press(name)
            yield
        yield from _passing(desk, SETTLE_S)

    return do


def _hold(key: str) -> Do:
    one_of(KEYS, "key", key)

    def do(desk: Desk) -> Iterator[None]:
        desk.press(key, held=True)
        yield from _passing(desk, SETTLE_S)

    return do


def _card(name: str, ignored: str = "") -> Do:
    one_of(CARDS, "card", name)
    one_of(("", "ignored"), "way to present a card", ignored)

    def do(desk: Desk) -> Iterator[None]:
        yield from _passing(desk, SETTLE_S)
        if (taken := desk.card(name)) == bool(ignored):
            raise ExpectationError(f"the terminal {'took' if taken else 'did not ask for'} the card")

    return do


def _wait(how_long: str, *name: str) -> Do:
    if how_long != "until":
        time = seconds(*[how_long, *name])
        return lambda desk: _passing(desk, time)
    wanted = screen(*name)

    def do(desk: Desk) -> Iterator[None]:
        give_up = desk.bench.now + LONGEST_WAIT_S
        while (found := screen_name(desk)) != wanted:
            if desk.bench.now > give_up:
                raise ExpectationError(f"waited {LONGEST_WAIT_S:.0f} s for screen {wanted!r}; it is still {found!r}")
            yield from _passing(desk, LOOK_S)

    return do


def _passing(desk: Desk, time: float) -> Iterator[None]:
    """Let time pass; stop at every new screen."""
    end, before = desk.bench.now + time, screen_name(desk)
    while desk.bench.now < end:
        desk.advance(min(LOOK_S, end - desk.bench.now))
        if (after := screen_name(desk)) != before:
            before = after
            yield


def _fault(device: str, name: str) -> Do:
    return _switched(device, name, True)


def _repair(device: str, name: str) -> Do:
    return _switched(device, name, False)


def _switched(device: str, name: str, on: bool) -> Do:
    one_of(Cabinet.faults[one_of(Cabinet.faults, "device", device)], f"{device} fault", name)

    def do(desk: Desk) -> Iterator[None]:
        desk.fault(device, name, on)
        yield from ()

    return do


def _power(name: str) -> Do:
    on = one_of(("on", "off"), "power", name) == "on"

    def do(desk: Desk) -> Iterator[None]:
        desk.power(on)
        yield from _passing(desk, SETTLE_S)

    return do


def _expect(what: str, *words: str) -> Do:
    check = EXPECTATIONS[one_of(EXPECTATIONS, "expectation", what)].of(words)

    def do(desk: Desk) -> Iterator[None]:
        check(desk)
        yield from ()

    return do


VERBS: dict[str, Phrase[Do]] = {
    "zone": Phrase("zone 1|2", "the tariff zone the station stands in, if not 1; before the clock", _zone),
    "clock": Phrase("clock DATE TIME", "set the clock on the wall, in Paris; every visit begins with it", _clock),
    "press": Phrase("press KEY …", "AB123CD types seven keys; other keys by name: OK CANCEL CORRECT PLUS…", _press),
    "hold": Phrase("hold KEY", "keep a key down for more than a second", _hold),
    "card": Phrase("card NAME [ignored]", "present a card; `ignored`: the terminal must not be asking for one", _card),
    "wait": Phrase("wait SECONDS | until SCREEN", f"let time pass; a screen must come within {LONGEST_WAIT_S:.0f} s", _wait),
    "fault": Phrase("fault DEVICE NAME", "break something", _fault),
    "repair": Phrase("repair DEVICE NAME", "make it whole again", _repair),
    "power": Phrase("power off|on", "cut the station's mains, or give it back", _power),
    "picture": Phrase("picture NAME", "keep this screen under this name", _picture),
    "expect": Phrase("expect …", "what must be true now; see below", _expect),
}


def _table(phrases: dict[str, Phrase[Do]] | dict[str, Phrase[Callable[[Desk], None]]], before: str = "") -> str:
    return "\n".join(f"  {before + phrase.usage:46}{phrase.means}" for phrase in phrases.values())


HELP = f"""one step a line, # begins a comment and the first one is the title; simulator/visits/ has dozens

steps:
{_table(VERBS)}

what can be expected:
{_table(EXPECTATIONS, "expect ")}

keys: {" ".join(KEYS)}
screens: {", ".join(SCREENS)}
cards: {", ".join(CARDS)}
faults:
{chr(10).join(f"  {device}: {', '.join(names)}" for device, names in Cabinet.faults.items())}
"""
