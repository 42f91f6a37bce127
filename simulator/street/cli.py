"""`horodateur-sim street`: runs a street, prints what happened, and of a violation the shortest visit that shows it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from firmware.domain.errors import FieldError
from simulator.street.habits import HABITS
from simulator.street.plan import StreetPlan
from simulator.street.plot import plot
from simulator.street.report import StreetReport, report_text
from simulator.street.shrink import shrink
from simulator.street.station import ViolationError
from simulator.street.street import RunningStreet, ShowProgress, silent, street
from simulator.street.troubles import LEVELS

BAR = 30
"""Characters of the progress bar."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as a shell has it."""


def add_street(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "street", help="run many stations, motorists and faults under one seed, and try the invariants"
    )
    parser.add_argument("--stations", type=int, default=100, help="how many (default: %(default)s)")
    parser.add_argument("--hours", type=float, default=24.0, help="how long, in virtual time (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same trace (default: %(default)s)")
    parser.add_argument("--faults", default="light", metavar="LEVEL", help=f"{', '.join(LEVELS)} (default: %(default)s)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="FAULT", help="only this device, or `DEVICE FAULT`; repeatable"
    )
    parser.add_argument("--habit", action="append", default=[], metavar="HABIT", help=f"only {', '.join(HABITS)}; repeatable")
    parser.add_argument("--per-day", type=float, default=8.0, help="motorists a station and day (default: %(default)s)")
    parser.add_argument("--visits", type=int, metavar="N", help="end after so many motorists")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw the day as SVG")
    parser.add_argument("--central", metavar="URL", help="load this server; an operator's token is in HORODATEUR_TOKEN")
    parser.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="where a shrunk visit file goes (default: here)"
    )
    parser.set_defaults(run=lambda chosen: _run(chosen, parser))


def _run(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    try:
        plan = StreetPlan(
            seed=chosen.seed,
            stations=chosen.stations,
            hours=chosen.hours,
            faults=chosen.faults,
            per_day=chosen.per_day,
            habits=tuple(chosen.habit),
            only=frozenset(chosen.only),
            visits=chosen.visits,
        )
    except FieldError as error:
        parser.error(error.reason)
    _try_places(chosen.plot, chosen.out)
    with ExitStack() as stack:
        under_way = stack.enter_context(street(plan) if chosen.central is None else _remote(plan, chosen.central))
        return _tell(under_way, chosen)


def _try_places(drawing: Path | None, out: Path) -> None:
    """What will be written can be: a day of a street takes minutes, and not for nothing. Raises OSError."""
    out.mkdir(parents=True, exist_ok=True)
    if drawing is not None:
        drawing.open("a").close()


@contextmanager
def _remote(plan: StreetPlan, url: str) -> Iterator[RunningStreet]:
    from simulator.street.remote import remote_street  # the library of HTTP is not needed without a server

    with remote_street(plan, url) as made:
        yield made


def _tell(under_way: RunningStreet, chosen: argparse.Namespace) -> int:
    """Run it, and say what came of it, also of one that is interrupted."""
    try:
        under_way.run(progress_bar() if sys.stderr.isatty() else silent)
    except ViolationError as violation:
        return _tell_violation(under_way, violation, chosen)
    except KeyboardInterrupt:
        print(f"interrupted; until then, seed {under_way.plan.seed}:", file=sys.stderr)
        _print(under_way.report(at_rest=False), chosen.plot)
        return INTERRUPTED
    _print(under_way.report(at_rest=True), chosen.plot)
    return 0


def _print(report: StreetReport, drawing: Path | None) -> None:
    print(report_text(report))
    if drawing is not None:
        drawing.write_text(plot(report), "utf-8")


def _tell_violation(under_way: RunningStreet, violation: ViolationError, chosen: argparse.Namespace) -> int:
    met, plan = violation.found, under_way.plan
    _print(under_way.report(at_rest=False), chosen.plot)
    print(f"\n{violation}\nseed {plan.seed}, station {met.station}, {met.at}, after {met.visits} visits there")
    try:
        shrunk = shrink(plan, met)
    except KeyboardInterrupt:
        return INTERRUPTED
    file: Path = chosen.out / f"street-{plan.seed}-{met.violation.invariant}.visit"
    file.write_text(shrunk.text, "utf-8")
    told = "" if shrunk.reproduced else " (it does not show without the other stations: these are all steps of this one)"
    print(f"{len(shrunk.steps)} steps{told}:\n\n{shrunk.text}\nhorodateur-sim visit {file}")
    return 1


def progress_bar() -> ShowProgress:
    """A bar on stderr, drawn again in place."""

    def draw(share: float, visits: int) -> None:
        filled = round(min(1.0, share) * BAR)
        end = "\n" if share >= 1.0 else ""
        print(f"\r{'█' * filled}{'·' * (BAR - filled)} {share:4.0%} {visits} visits", end=end, file=sys.stderr, flush=True)

    return draw
