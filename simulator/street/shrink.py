"""Shrinks what led to a violation: drops steps while it still shows, until none can be dropped; writes a visit file.

The theory. What one station went through is a list of steps. It is played again on a fresh desk with a city of its own; if the
same invariant breaks there, steps are dropped in ever smaller pieces (delta debugging, Zeller 2002), and long waits made short.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from hal.clock import SystemClock
from simulator.desk.desk import Desk
from simulator.invariants.agents import what_agents_were_told, wrong_leaves, wrong_refusals
from simulator.invariants.catalogue import GLASS, REFUSALS, Violation, crash_of, violations
from simulator.invariants.gather import GlassReader, JournalCopy, evidence_of, heal
from simulator.setting import Setting, demonstration
from simulator.street.motorist import wait
from simulator.street.plan import StreetPlace, StreetPlan
from simulator.street.station import FoundViolation, setting_at
from simulator.street.steps import do_step
from simulator.street.street import folder_in_memory
from simulator.visit_files.play import fresh_desk

Steps = tuple[str, ...]
Shows = Callable[[Steps], bool]
"""Whether the violation shows when these steps are played."""
LONGEST_S = 300.0
"""Real seconds to shrink in: what is left then is short enough."""
SHORTER = (1.0, 5.0, 30.0, 150.0)
"""Waits that longer ones may become, in seconds."""


@dataclass(frozen=True)
class ShrunkVisit:
    """The shortest visit that was found."""

    found: Violation
    steps: Steps
    reproduced: bool
    """False: it does not show without the other stations, and these are all steps."""
    text: str
    """The visit file."""


def shrink(plan: StreetPlan, met: FoundViolation, longest: float = LONGEST_S) -> ShrunkVisit:
    """The shortest visit file that still shows this violation."""
    ends = SystemClock().now() + longest
    name = met.violation.invariant
    whole = joined(met.steps)

    def shows(steps: Steps) -> bool:
        return SystemClock().now() < ends and _breaks(plan, met.place, steps, name) is not None

    if not shows(whole):
        return ShrunkVisit(met.violation, whole, False, visit_text(plan, met, whole))
    steps = with_short_waits(smallest(whole, shows), shows)
    performed, found = _played(plan, met.place, steps)
    kept = next((each for each in found if each.invariant == name), met.violation)
    return ShrunkVisit(kept, performed, True, visit_text(plan, met, performed))


def smallest(steps: Steps, shows: Shows) -> Steps:
    """Steps of which none can be dropped (delta debugging)."""
    pieces = 2
    while len(steps) >= 2:
        size = -(-len(steps) // pieces)
        for at in range(0, len(steps), size):
            fewer = joined(steps[:at] + steps[at + size :])
            if shows(fewer):
                steps, pieces = fewer, max(2, pieces - 1)
                break
        else:
            if size == 1:
                break
            pieces = min(len(steps), 2 * pieces)
    return steps


def with_short_waits(steps: Steps, shows: Shows) -> Steps:
    """The steps with each wait as short as it can be."""
    for at, step in enumerate(steps):
        for seconds in SHORTER:
            shorter = (*steps[:at], wait(seconds), *steps[at + 1 :])
            if step.startswith("wait ") and float(step.split()[1]) > seconds and shows(shorter):
                steps = shorter
                break
    return steps


def joined(steps: Sequence[str]) -> Steps:
    """The steps with waits that follow each other made one."""
    together: list[str] = []
    for step in steps:
        if together and step.startswith("wait ") and together[-1].startswith("wait "):
            together[-1] = wait(float(together[-1].split()[1]) + float(step.split()[1]))
        else:
            together.append(step)
    return tuple(together)


def _breaks(plan: StreetPlan, place: StreetPlace, steps: Steps, name: str) -> Violation | None:
    _, found = _played(plan, place, steps)
    return next((each for each in found if each.invariant == name), None)


def _played(plan: StreetPlan, place: StreetPlace, steps: Steps) -> tuple[Steps, tuple[Violation, ...]]:
    """Play steps on a fresh desk and let it come to rest: the steps as they went, and what does not hold."""
    with folder_in_memory() as folder:
        setting = setting_at(place, demonstration(folder, plan.begins), folder)
        return _played_on(setting, steps)


def _played_on(setting: Setting, steps: Steps) -> tuple[Steps, tuple[Violation, ...]]:
    with contextlib.closing(fresh_desk(setting)) as desk:
        journal = JournalCopy(desk)
        glass = GlassReader(desk, journal)
        try:
            done = tuple(filter(None, (_done(desk, glass, step) for step in steps if step != "heal")))
            before, healed = violations(evidence_of(desk, journal)), heal(desk)
        except Exception as error:  # as in the street
            return steps, (crash_of(error),)
        at_rest = violations(evidence_of(desk, journal, city=True, healed_s=healed), resting=True)
        seen = tuple(Violation(GLASS, found) for found in glass.found)
        told = (*wrong_refusals(desk, journal), *wrong_leaves(desk, journal), *what_agents_were_told(desk, journal))
        refused = tuple(Violation(REFUSALS, found) for found in told)
    return done, (*seen, *before, *at_rest, *refused)


def _done(desk: Desk, glass: GlassReader, step: str) -> str:
    done = do_step(desk, step)
    glass.look_again()
    return done


def visit_text(plan: StreetPlan, met: FoundViolation, steps: Steps) -> str:
    """A visit file: the place, the clock, the steps, and that the invariants hold, which they do not."""
    begins: datetime = plan.begins
    violation = met.violation
    head = (
        f"# {violation.invariant}: {' '.join(violation.found.split())}",
        f"# found by a street of seed {plan.seed}, station {met.station}, {met.at}, after {met.visits} visits there",
        *_place(met.place),
        f"clock {begins:%Y-%m-%d %H:%M}",
    )
    return "\n".join((*head, *(step for step in steps if step != "heal"), "heal", "expect invariants", ""))


def _place(place: StreetPlace) -> tuple[str, ...]:
    return f"zone {place.zone}", f"street {place.street}", f"sector {place.sector}", f"protocol {place.protocol}"
