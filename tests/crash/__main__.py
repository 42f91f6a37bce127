"""`python -m tests.crash`: every crash state of many lives of a station's folder, and every call of one made to fail.

It prints how many states were looked at and which promises were broken in how many of them. The exit status is 0 if none was
broken, and the journals that synchronise less were caught losing entries; 1 otherwise; 2 for a wrong argument.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass

from tests.crash.enumeration import CrashFindings, in_a_full_log, in_a_station_life, less_synchronised
from tests.crash.faults import KINDS, after_faults

LIVES = 14
"""Some three thousand states each."""
LEVELS = ("NORMAL", "OFF")


@dataclass(frozen=True)
class Task:
    """A part of the run, for a process of its own."""

    what: str
    look: Callable[..., CrashFindings]
    arguments: tuple[str | int, ...]
    must_break: bool = False
    """It is a journal that loses entries: a run that does not see it has no teeth."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--lives", type=int, default=LIVES, help="lives of other sizes (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the first of them (%(default)s)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes at once (%(default)s)")
    given = parser.parse_args(arguments)
    total, blind = CrashFindings(), 0
    with ProcessPoolExecutor(given.jobs) as pool:
        running = {pool.submit(task.look, *task.arguments): task for task in tasks(given.seed, given.lives)}
        for done in as_completed(running):
            task, found = running[done], done.result()
            _say(f"{task.what}: {_line(found)}")
            if task.must_break:
                blind += not lost(found)
            else:
                total.add(found)
    _say(f"together: {_line(total)}")
    return 1 if total.broken or blind else 0


def tasks(seed: int, lives: int) -> list[Task]:
    """Every part of a run."""
    return [
        Task("a log taken into its file", in_a_full_log, (23, 7)),
        *(Task(f"call after call, {kind}", after_faults, (kind,)) for kind in KINDS),
        *(Task(f"life {number}", in_a_station_life, (number,)) for number in range(seed, seed + lives)),
        *(Task(f"synchronous={level}", in_a_life_synchronised, (level,), must_break=True) for level in LEVELS),
    ]


def in_a_life_synchronised(level: str) -> CrashFindings:
    """A life whose journals synchronise less: of it a few hundred states will do."""
    with less_synchronised(level):
        return in_a_station_life(1, every=17, step=13)


def lost(found: CrashFindings) -> int:
    """In how many states acknowledged entries were lost."""
    return sum(number for finding, number in found.broken.items() if finding.endswith("acknowledged entries lost"))


def _line(found: CrashFindings) -> str:
    said = [f"{found.states} crash states, {found.acknowledged} acknowledged entries looked for, lost in {lost(found)} states"]
    return "\n    ".join([*said, *(f"{number} times: {finding}" for finding, number in found.broken.most_common(5))])


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
