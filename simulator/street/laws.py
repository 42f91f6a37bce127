"""Many small streets in parallel, a seed each, until so many visits are done: `make laws`, `make laws-long`.

    python -m simulator.street.laws --visits 20000 --seconds 240
    python -m simulator.street.laws --seeds 1000-1999

What is found is shrunk and written as a visit file. Ctrl-C leaves the seeds that are done and what they found.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from firmware.cli.arguments import positive
from hal.clock import SystemClock
from simulator.street.plan import StreetPlan
from simulator.street.shrink import shrink
from simulator.street.station import ViolationError
from simulator.street.street import street

STATIONS, VISITS, PER_DAY = 3, 45, 1500.0
"""A street of the laws: a visit a minute at each of its stations, heavy faults."""
HOURS = 12.0
"""At most: the visits are over before."""


@dataclass(frozen=True)
class SeedOutcome:
    """What one seed did."""

    seed: int
    visits: int
    faults: int
    hours: float
    trace: str
    found: str = ""
    """The violation; empty for none."""
    file: str = ""
    """The visit file that shows it."""


def law_plan(seed: int) -> StreetPlan:
    """The street of a seed; every third with light faults, so that what goes well is looked at too."""
    faults = "light" if seed % 3 == 0 else "heavy"
    return StreetPlan(seed, stations=STATIONS, hours=HOURS, faults=faults, per_day=PER_DAY, visits=VISITS)


def run_seed(seed: int, out: Path | None = None) -> SeedOutcome:
    """Run a street to rest; of a violation the shortest visit goes to a file in `out`."""
    plan = law_plan(seed)
    found = file = ""
    with street(plan) as under_way:
        try:
            under_way.run()
        except ViolationError as violation:
            found = f"{violation} (station {violation.found.station}, {violation.found.at})"
            file = _shrunk(plan, violation, out) if out else ""
        report = under_way.report(at_rest=not found)
    return SeedOutcome(seed, report.visits, report.faults, report.hours, report.trace, found, file)


def _shrunk(plan: StreetPlan, violation: ViolationError, out: Path) -> str:
    out.mkdir(parents=True, exist_ok=True)
    file = out / f"street-{plan.seed}-{violation.found.violation.invariant}.visit"
    file.write_text(shrink(plan, violation.found).text, "utf-8")
    return str(file)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 if every invariant held, 1 if one did not, 130 if it was interrupted."""
    chosen = _parser().parse_args(arguments)
    began, done = SystemClock().now(), list[SeedOutcome]()
    try:
        for outcome in _outcomes(chosen.seeds, chosen.jobs, None if chosen.first else chosen.out):
            done.append(outcome)
            _tell(outcome, done)
            enough = sum(each.visits for each in done) >= chosen.visits or (chosen.first and outcome.found)
            if enough or SystemClock().now() - began > chosen.seconds:
                break
    except KeyboardInterrupt:
        return 130
    finally:
        _sum_up(done, SystemClock().now() - began)
    return 1 if any(outcome.found for outcome in done) else 0


def _outcomes(seeds: Iterable[int], jobs: int, out: Path | None) -> Iterator[SeedOutcome]:
    """The outcomes of seeds as they come; no more seeds are begun than there are workers."""
    with ProcessPoolExecutor(jobs, initializer=_collect_seldom) as pool:
        waiting = iter(seeds)
        running = {pool.submit(run_seed, seed, out) for seed in itertools.islice(waiting, jobs)}
        try:
            while running:
                ready, running = wait(running, return_when=FIRST_COMPLETED)
                for future in ready:
                    running |= {pool.submit(run_seed, seed, out) for seed in itertools.islice(waiting, 1)}
                    yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _collect_seldom() -> None:
    """What Python loaded is looked at for garbage no more, and what a street makes less often: a twentieth of its time."""
    gc.freeze()
    gc.set_threshold(20_000)


def _tell(outcome: SeedOutcome, done: Sequence[SeedOutcome]) -> None:
    if outcome.found:
        print(f"\nseed {outcome.seed}: {outcome.found}\nhorodateur-sim visit {outcome.file}", flush=True)  # noqa: T201
    elif sys.stderr.isatty():
        print(f"\r{sum(each.visits for each in done)} visits, {len(done)} seeds", end="", file=sys.stderr)  # noqa: T201


def _sum_up(done: Sequence[SeedOutcome], seconds: float) -> None:
    visits, hours, faults = (
        (sum(values) for values in zip(*((o.visits, o.hours, o.faults) for o in done), strict=True)) if done else (0, 0, 0)
    )
    seeds = sorted(outcome.seed for outcome in done)
    span = f"{seeds[0]} to {seeds[-1]}" if seeds else "none"
    broken = [outcome.seed for outcome in done if outcome.found]
    print(  # noqa: T201
        f"\n{visits} visits with {faults} faults in {hours:.0f} station-hours, {len(done)} seeds ({span}), {seconds:.0f} s: "
        + (f"violations in seeds {broken}" if broken else "every invariant held"),
        flush=True,
    )


def _seeds(text: str) -> Iterable[int]:
    """`7`, `1-500`, or `1-` for all from there."""
    parts = re.fullmatch(r"(\d+)(?:-(\d*))?", text)
    if parts is None or int(parts[2] or parts[1]) < int(parts[1]):
        raise argparse.ArgumentTypeError(f"no seeds {text!r}: such as 7, 1-500, or 1- for all from there")
    first, last = int(parts[1]), parts[2]
    return (first,) if last is None else itertools.count(first) if not last else range(first, int(last) + 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator.street.laws", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--visits", type=positive, default=1 << 62, help="end after so many visits")
    parser.add_argument("--seconds", type=positive, default=float("inf"), help="begin no seed after so many")
    parser.add_argument("--seeds", type=_seeds, default=_seeds("1-"), metavar="SEEDS", help="such as 1-500 (default: 1-)")
    parser.add_argument("--jobs", type=positive, default=os.cpu_count() or 1, help="processes (default: %(default)s)")
    parser.add_argument("--first", action="store_true", help="end at the first violation, and do not shrink it")
    parser.add_argument("--out", type=Path, default=Path("out/laws"), metavar="DIR", help="visit files (default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
