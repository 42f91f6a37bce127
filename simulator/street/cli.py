"""`horodateur-sim street`: runs a street, prints what happened, and of a violation the shortest visit that shows it."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from firmware.cli.arguments import base_url
from firmware.domain.errors import FieldError
from simulator.street.habits import HABITS
from simulator.street.plan import StreetPlan
from simulator.street.plot import plot
from simulator.street.report import StreetReport, report_text
from simulator.street.shrink import shrink
from simulator.street.station import ViolationError
from simulator.street.street import RunningStreet, ShowProgress, street
from simulator.street.troubles import LEVELS, names_near

DESCRIPTION = """Run stations of a street on virtual time, with motorists, faults and one city, and look at the invariants
of docs/laws.md all along. Prints what happened; of what breaks an invariant, the shortest visit file that still shows it.
An hour of a station at rest takes some 0.2 s of one core, a visit some 0.05 s. Ctrl-C, or SIGTERM, ends it and prints what
there was until then."""
BAR = 30
"""Characters of the progress bar."""
INTERRUPTED = 130
"""Exit status after Ctrl-C, as a shell has it."""


def add_street(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its options."""
    parser = commands.add_parser(
        "street",
        help="run many stations, motorists and faults under one seed, and try the invariants",
        description=DESCRIPTION,
        epilog="exit status: 0 every invariant held; 1 one broke, or it could not be done, and why; 2 a wrong command line.",
    )

    def add(option: str, metavar: str, says: str, kind: Callable[[str], object] = int, default: object = None) -> None:
        shown = "" if default is None else f" (default: {default})"
        parser.add_argument(option, type=kind, metavar=metavar, help=says + shown, default=default)

    def add_repeatable(option: str, metavar: str, says: str) -> None:
        parser.add_argument(option, action="append", default=[], metavar=metavar, help=f"{says}; repeatable")

    add("--stations", "N", "how many", default=100)
    add("--hours", "H", "how long, in virtual time", float, 24.0)
    add("--seed", "N", "the same seed gives the same trace", default=1)
    add("--faults", "LEVEL", ", ".join(LEVELS), str, "light")
    devices = ", ".join(names_near(""))
    add_repeatable("--only", "FAULT", f"only the faults of this device, or this one (`printer jam`): {devices}")
    add_repeatable("--habit", "HABIT", f"only motorists of this habit: {', '.join(HABITS)}")
    add("--per-day", "N", "motorists a station and day", float, 8.0)
    add("--visits", "N", "end after so many motorists of all stations")
    add("--plot", "FILE", "draw the day as SVG, also of a run that is interrupted", Path)
    add("--central", "URL", "load this server; an operator's token is in HORODATEUR_TOKEN", base_url)
    add("--out", "DIR", "where a shrunk visit file goes", Path, Path())
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
    show = progress_bar() if sys.stderr.isatty() else progress_lines()
    show(0.0, 0)  # a hundred stations take seconds to be made
    with ExitStack() as stack:
        under_way = stack.enter_context(street(plan) if chosen.central is None else _remote(plan, chosen.central))
        return _tell(under_way, chosen, show)


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


def _tell(under_way: RunningStreet, chosen: argparse.Namespace, show: ShowProgress) -> int:
    """Run it, and say what came of it, also of one that is interrupted."""
    try:
        with _ended_as_by_hand():
            under_way.run(show)
    except ViolationError as violation:
        return _tell_violation(under_way, violation, chosen)
    except KeyboardInterrupt:
        print(f"\ninterrupted; until then, seed {under_way.plan.seed}:", file=sys.stderr)
        _print(under_way.report(at_rest=False), chosen.plot)
        return INTERRUPTED
    _print(under_way.report(at_rest=True), chosen.plot)
    return 0


@contextmanager
def _ended_as_by_hand() -> Iterator[None]:
    """Whoever ends this process in the background, where Ctrl-C does not reach, is told what there was as well."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


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


def progress_lines() -> ShowProgress:
    """A line on stderr at each tenth, for one that nobody watches: a log."""
    told = -1

    def tell(share: float, visits: int) -> None:
        nonlocal told
        if (tenth := int(10 * min(1.0, share))) > told:
            told = tenth
            print(f"{10 * tenth} % {visits} visits", file=sys.stderr, flush=True)

    return tell
