"""A visit as text: what hands do, what time passes, what must then be true. One file is a test, a demonstration, a picture.

    # Two hours for AB-123-CD
    clock 2026-03-04 10:00
    press AB123CD OK 2
    expect price 12,00
    press OK
    card approved
    wait until approved
    expect city AB123CD allowed until 2026-03-04 12:01

One step a line; `#` begins a comment; words with spaces stand between double quotes. `horodateur-sim visit --help` lists the
verbs. Reading a file and doing it are two things: a file with a mistake does nothing at all.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hal.clock import PARIS
from hal.ports import Key
from simulator.desk import Desk
from simulator.expectation import EXPECTATIONS, ExpectationError, money_adds_up

SETTLE_S = 0.3
"""Time after every step, for the devices to have said what they have to say."""
LONGEST_WAIT_S = 400.0


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


@dataclass(frozen=True)
class Visit:
    """A file that was read whole."""

    file: Path
    steps: tuple[Step, ...]
    zone: int
    at: datetime
    """What the clock says at the first step."""

    @property
    def title(self) -> str:
        """The first comment."""
        first = self.file.read_text("utf-8").splitlines()[0]
        return first.removeprefix("#").strip()


def read_visit(file: Path) -> Visit:
    """Read and check a visit file. Raises VisitError."""
    steps = tuple(_steps(file))
    settings = {step.verb: step for step in reversed(steps) if step.verb in ("zone", "clock")}
    clock = settings.get("clock")
    if not clock:
        raise VisitError(file, 1, "a visit begins by setting its clock: `clock 2026-03-04 10:00`")
    zone = int(settings["zone"].words[0]) if "zone" in settings else 1
    return Visit(file, steps, zone, moment(clock.words))


def _steps(file: Path) -> list[Step]:
    steps = []
    for number, text in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            verb, *words = shlex.split(text, comments=True) or [""]
            if verb:
                _check(verb, words)
                steps.append(Step(number, verb, tuple(words)))
        except (ValueError, IndexError) as error:
            raise VisitError(file, number, str(error)) from error
    return steps


def _check(verb: str, words: list[str]) -> None:
    if verb not in VERBS:
        raise ValueError(f"no verb {verb!r}: one of {', '.join(VERBS)}")
    if verb == "expect" and words[0] not in EXPECTATIONS:
        raise ValueError(f"no expectation {words[0]!r}: one of {', '.join(EXPECTATIONS)}")
    if verb in ("press", "hold"):
        keys_of(words)
    if verb == "clock":
        moment(tuple(words))


def run_visit(visit: Visit, desk: Desk, seen: Callable[[Desk, Step], None] = lambda desk, step: None) -> None:
    """Do every step; `seen` is told after each. Raises VisitError at the first expectation that does not hold."""
    try:
        for step in visit.steps:
            try:
                VERBS[step.verb](desk, step.words)
            except (ExpectationError, KeyError, ValueError, IndexError) as error:
                raise VisitError(visit.file, step.line, str(error)) from error
            seen(desk, step)
        money_adds_up(desk)
    except ExpectationError as error:
        raise VisitError(visit.file, len(visit.file.read_text("utf-8").splitlines()), str(error)) from error


# --- the verbs ----------------------------------------------------------------------------------------------------


def keys_of(words: tuple[str, ...] | list[str]) -> list[str]:
    """Names of keys as they are; any other word, character by character. Raises ValueError for one no key types."""
    names = {key.value for key in Key}
    keys = [key for word in words for key in ([word] if word in names else list(word.upper()))]
    if unknown := [key for key in keys if key not in names]:
        raise ValueError(f"no key {unknown[0]!r}")
    return keys


def moment(words: tuple[str, ...]) -> datetime:
    """`2026-03-04 10:00[:20]`, in Paris."""
    return datetime.fromisoformat(" ".join(words)).replace(tzinfo=PARIS)


def _press(desk: Desk, words: tuple[str, ...]) -> None:
    for key in keys_of(words):
        desk.press(key)
    desk.advance(SETTLE_S)


def _hold(desk: Desk, words: tuple[str, ...]) -> None:
    for key in keys_of(words):
        desk.press(key, held=True)


def _card(desk: Desk, words: tuple[str, ...]) -> None:
    desk.advance(SETTLE_S)
    taken = desk.card(words[0])
    if taken == (words[1:] == ("ignored",)):
        raise ExpectationError(f"the terminal {'took' if taken else 'did not ask for'} the card")


def _wait(desk: Desk, words: tuple[str, ...]) -> None:
    if words[0] != "until":
        desk.advance(float(words[0]))
        return
    wanted, give_up = " ".join(words[1:]), desk.bench.now + LONGEST_WAIT_S
    while desk.state()["screen"] != wanted:
        if desk.bench.now > give_up:
            raise ExpectationError(f"waited for screen {wanted!r}; it is still {desk.state()['screen']!r}")
        desk.advance(0.1)


def _fault(desk: Desk, words: tuple[str, ...]) -> None:
    desk.fault(words[0], words[1], True)


def _repair(desk: Desk, words: tuple[str, ...]) -> None:
    desk.fault(words[0], words[1], False)


def _power(desk: Desk, words: tuple[str, ...]) -> None:
    desk.power(words[0] == "on")
    desk.advance(SETTLE_S)


def _clock(desk: Desk, words: tuple[str, ...]) -> None:
    desk.set_clock(moment(words))
    desk.advance(SETTLE_S)


def _expect(desk: Desk, words: tuple[str, ...]) -> None:
    EXPECTATIONS[words[0]](desk, words[1:])


def _nothing(desk: Desk, words: tuple[str, ...]) -> None:
    """Said to whoever reads the file (`zone`) or looks (`picture`), not to the desk."""


VERBS: dict[str, Callable[[Desk, tuple[str, ...]], None]] = {
    "zone": _nothing,
    "clock": _clock,
    "press": _press,
    "hold": _hold,
    "card": _card,
    "wait": _wait,
    "fault": _fault,
    "repair": _repair,
    "power": _power,
    "picture": _nothing,
    "expect": _expect,
}

HELP = """steps of a visit file, one a line (see simulator/visits/ for forty examples):
  clock DATE TIME            set the clock on the wall (Paris); every visit begins with it
  zone N                     the tariff zone the station stands in (default 1)
  press KEYS…                AB123CD types seven keys; OK CANCEL CORRECT PLUS MINUS MAX LANG INFO
  hold KEY                   keep a key down for more than a second
  card NAME [ignored]        present a card; `ignored`: the terminal is not asking for one
  wait SECONDS | until SCREEN
  fault DEVICE NAME · repair DEVICE NAME · power off|on
  picture NAME               keep this screen under this name
  expect screen NAME · text "…" · no-text "…" · plate P · price 12,00 · end DATE TIME · no-quote
  expect ticket "…" · no-ticket · facts "a, b, c" · debits 12,00 … | none · alarm NAME · no-alarm · unsent N
  expect city PLATE allowed until DATE TIME | refused · language fr|en
"""
