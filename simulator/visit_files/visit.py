"""Visit files: steps and expectations read from text and run on a desk. One file is a test, a demonstration, a picture.

    # Two hours for AB-123-CD
    clock 2026-03-04 10:00
    press AB123CD OK OK
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

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path

import msgspec

from firmware.domain.errors import CommandError, FieldError
from firmware.domain.sector import arrondissement_of
from firmware.domain.site import Site
from firmware.tariff import Tariffs
from firmware.tariff.place import check_place
from simulator.desk.desk import Desk
from simulator.desk.terminals import CARDS
from simulator.invariants.catalogue import GLASS
from simulator.invariants.gather import GlassReader, JournalCopy
from simulator.setting import USUAL_PROTOCOL
from simulator.visit_files.expectations import EXPECTATIONS, Expectation
from simulator.visit_files.money import money_adds_up
from simulator.visit_files.verbs import BEFORE, FAULTS, PLACE, VERBS, WIRINGS, Do
from simulator.visit_files.words import KEYS, SCREENS, ExpectationError, Phrase, moment, one_of


class VisitError(CommandError):
    """Visit file that cannot be read, or expectation that does not hold: file, line, reason."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")


@dataclass(frozen=True)
class VisitStep:
    """Step of a visit: one line of its file."""

    line: int
    verb: str
    words: tuple[str, ...]
    do: Do


@dataclass(frozen=True)
class Visit:
    """Visit read whole from its file."""

    file: Path
    title: str
    """The first comment."""
    steps: tuple[VisitStep, ...]
    at: datetime
    """What the clock says at the first step."""

    @property
    def protocol(self) -> str:
        """What the card terminal speaks that stands there when the visit begins."""
        before = takewhile(lambda step: step.verb in BEFORE, self.steps)
        return next((step.words[0] for step in before if step.verb == "protocol"), USUAL_PROTOCOL)

    @property
    def wiring(self) -> str:
        """The board file that says how the devices are wired."""
        return next((step.words[0] for step in self.steps if step.verb == "board"), WIRINGS[0])

    def located(self, site: Site, tariffs: Tariffs) -> Site:
        """The site, moved to where the visit says that the station stands. Raises VisitError for a zone not the sector's."""
        steps = [step for step in self.steps if step.verb in PLACE]
        moved = {**msgspec.to_builtins(site), **{step.verb: step.words[0] for step in steps}}
        arrondissement = arrondissement_of(moved["sector"])
        moved |= {"arrondissement": arrondissement, "station": f"75{arrondissement:03}{site.station[5:]}"}
        there = msgspec.convert(moved, Site, strict=False)
        try:
            check_place(tariffs, there.station, there.sector, there.zone)
        except FieldError as error:
            raise VisitError(self.file, steps[0].line, str(error)) from error
        return there


def read_visit(file: Path) -> Visit:
    """Read and check a visit file. Raises VisitError; OSError where there is no file."""
    lines = _lines(file)
    title = lines[0].removeprefix("#").strip() if lines and lines[0].startswith("#") else ""
    if not title:
        raise VisitError(file, 1, "a visit begins with its title: `# Two hours, with a ticket`")
    steps = tuple(step for number, text in enumerate(lines, 1) for step in _step(file, number, text))
    clock = _clock_step(file, steps)
    return Visit(file, title, steps, moment(*clock.words))


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise VisitError(file, 1, "this is not UTF-8 text") from error


def _step(file: Path, number: int, text: str) -> Iterator[VisitStep]:
    try:
        verb, *words = shlex.split(text, comments=True) or [""]
        if verb:
            yield VisitStep(number, verb, tuple(words), VERBS[one_of(VERBS, "verb", verb)].of(words))
    except ValueError as error:
        raise VisitError(file, number, str(error)) from error


def _clock_step(file: Path, steps: tuple[VisitStep, ...]) -> VisitStep:
    """When: only the verbs of the place and its terminal may stand before `clock`, each once; the place is not named later."""
    before = list(takewhile(lambda step: step.verb in BEFORE, steps))
    for index, step in enumerate(steps):
        twice = step in before and step.verb in [each.verb for each in steps[:index]]
        if twice or (step.verb in PLACE and step not in before):
            raise VisitError(file, step.line, f"`{step.verb}` stands once, before `clock`")
    clock = next(iter(steps[len(before) :]), None)
    if clock is None or clock.verb != "clock":
        raise VisitError(file, clock.line if clock else 1, "a visit begins by setting its clock: `clock 2026-03-04 10:00`")
    return clock


def run_visit(visit: Visit, desk: Desk, seen: Callable[[Desk, VisitStep], None] = lambda desk, step: None) -> None:
    """Run every step; `seen` is called whenever there may be something new to see, and after each.

    Raises VisitError at the first expectation that does not hold; after the last step the money must add up.
    """
    line, glass = 0, GlassReader(desk, JournalCopy(desk))
    try:
        for step in visit.steps:
            line = step.line
            for _ in step.do(desk):
                seen(desk, step)
            seen(desk, step)
            glass.look_again()
            if glass.found:
                raise ExpectationError(f"{GLASS} does not hold: {glass.found[0]}")
        money_adds_up(desk)
    except ExpectationError as error:
        raise VisitError(visit.file, line, str(error)) from error


def _table(phrases: dict[str, Phrase[Do]] | dict[str, Phrase[Expectation]], before: str = "") -> str:
    """Each phrase as it is typed; one that can be typed in two ways has two lines."""
    ways = [(way, phrase.means) for phrase in phrases.values() for way in phrase.usage.split(" | ")]
    return "\n".join(f"  {before + way:54}{means}" for way, means in ways)


HELP = f"""one step a line, # begins a comment and the first one is the title; simulator/visits/ has dozens

steps:
{_table(VERBS)}

what can be expected:
{_table(EXPECTATIONS, "expect ")}

keys: {" ".join(KEYS)}
screens: {", ".join(SCREENS)}
cards: {", ".join(CARDS)}
faults:
{chr(10).join(f"  {device}: {', '.join(names)}" for device, names in FAULTS.items())}
"""
