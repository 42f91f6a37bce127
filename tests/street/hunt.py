"""Plants known defects in copies of the tree and lets the street alone find them: after how many visits, by which invariant.

    python -m tests.street.hunt --room firmware_screens --only "patience" --visits 2000 --jobs 2 --to found.jsonl
    python -m tests.street.hunt --reached out/reached.json --visits 90 --to found.jsonl

A defect of the catalogue (tests/planted/) is looked for by streets of the laws, seed after seed, until an invariant breaks or
so many visits are done. `--reached` (see tests/street/reached.py) leaves the seeds out that do not run what the defect changes,
and tells of a defect that is not found whether it changed any trace. `--to` keeps a line for each, and those that the file has
are not hunted again; the table in docs/laws.md is made of such lines.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue

from firmware.cli.arguments import positive
from hal.errors import error_text
from tests.planted.catalogue import room_of
from tests.planted.defect import Defect
from tests.planted.runner import Copy, copy_tree
from tests.street.reached import ROOMS, ReachedLines, hunted, reached_in

HUNT = """
import itertools
import sys
from simulator.street.laws import run_seed
visits, same = 0, True
for seed in {seeds}:
    outcome = run_seed(seed)
    visits += outcome.visits
    same &= {traces}.get(seed) == outcome.trace
    if outcome.found or visits >= {most}:
        break
print("FOUND" if outcome.found else "SAME TRACE" if same else "NOT FOUND", visits, outcome.found)
"""
NEVER, SAME = "never reached", "same trace"


@dataclass(frozen=True)
class HuntOutcome:
    """What the street made of one defect."""

    what: str
    room: str
    visits: int
    """Until it was found, or in all."""
    invariant: str
    """By which it was found; empty: it was not. `start`: no station starts with it."""
    said: str
    """Of the invariant; of one that was not found NEVER, SAME (every trace was that of the sound tree), or nothing."""


def hunt(defect: Defect, folder: Path, most: int, seconds: float, reached: ReachedLines | None = None) -> HuntOutcome:
    """Plant it in the copy of the tree in this folder, and run streets there: those that are known to reach it."""
    seeds = reached.seeds(defect) if reached else None
    if seeds == ():
        return HuntOutcome(defect.what, room_of(defect), 0, "", NEVER)
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONHASHSEED": "0"}
    traces = dict(reached.traces) if reached else {}
    code = HUNT.format(most=most, seeds=seeds or "itertools.count(1)", traces=traces)
    with Copy(folder, seconds).with_defect(defect):
        try:
            done = subprocess.run(
                [sys.executable, "-c", code],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return HuntOutcome(defect.what, room_of(defect), 0, "", f"stopped after {seconds:.0f} s")
    return outcome_of(defect, done.stdout, done.stderr)


def outcome_of(defect: Defect, out: str, errors: str) -> HuntOutcome:
    """Read what the streets printed."""
    room = room_of(defect)
    said = re.search(r"^(FOUND|NOT FOUND|SAME TRACE) (\d+) ?(.*)$", out, re.MULTILINE)
    if said is None:
        return HuntOutcome(defect.what, room, 0, "start", errors.strip().splitlines()[-1] if errors.strip() else "")
    found = said[3].split(" does not hold")[0] if said[1] == "FOUND" else ""
    return HuntOutcome(defect.what, room, int(said[2]), found, SAME if said[1] == "SAME TRACE" else said[3])


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0 if each that was hunted now was found; what a `--to` file holds already is not hunted again."""
    chosen = _parser().parse_args(arguments)
    known = _known(chosen.to)
    defects = [each for each in hunted() if each.what not in known and _is_chosen(each, chosen.room or ROOMS, chosen.only)]
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(chosen.jobs) as pool:
        for number in range(chosen.jobs):
            copy = Path(folder) / str(number)
            copy.mkdir()
            copy_tree(copy)
            copies.put(copy)

        def run(defect: Defect) -> HuntOutcome:
            copy = copies.get()
            try:
                return hunt(defect, copy, chosen.visits, chosen.seconds, chosen.reached)
            finally:
                copies.put(copy)

        missed = 0
        for future in as_completed([pool.submit(run, defect) for defect in defects]):
            missed += not future.result().invariant
            _keep(future.result(), chosen.to)
    return 1 if missed else 0


def _is_chosen(defect: Defect, rooms: Sequence[str], only: re.Pattern[str] | None) -> bool:
    return room_of(defect) in rooms and (only is None or bool(only.search(defect.what)))


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from error


def _reached(text: str) -> ReachedLines:
    try:
        return reached_in(Path(text).read_text("utf-8"))
    except (OSError, ValueError, LookupError) as error:
        raise argparse.ArgumentTypeError(
            f"{text}: {error_text(error)}; `python -m tests.street.reached --to {text}`"
        ) from error


def _known(file: Path | None) -> frozenset[str]:
    """Those of which the file has a line."""
    lines = file.read_text("utf-8").splitlines() if file and file.exists() else []
    return frozenset(json.loads(line)["what"] for line in lines)


def _keep(outcome: HuntOutcome, to: Path | None) -> None:
    told = outcome.invariant or outcome.said or "not found"
    print(f"{told:13} {outcome.visits:5} {outcome.room}: {outcome.what}", flush=True)  # noqa: T201
    if to is not None:
        with to.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.street.hunt", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--room", action="append", choices=ROOMS, help="only defects of this package; repeatable")
    parser.add_argument("--only", type=_pattern, metavar="PATTERN", help="only the defects whose text matches this expression")
    parser.add_argument("--visits", type=positive, default=2000, help="until it counts as not found (default: %(default)s)")
    parser.add_argument("--seconds", type=positive, default=3600, help="real time for one defect (default: %(default)s)")
    parser.add_argument("--jobs", type=positive, default=os.cpu_count() or 1, help="copies at once (default: %(default)s)")
    parser.add_argument(
        "--reached", type=_reached, metavar="FILE", help="lines that streets run: only streets that reach a defect"
    )
    parser.add_argument("--to", type=Path, metavar="FILE", help="add a line for each to this file; skip those it has")
    return parser


if __name__ == "__main__":
    sys.exit(main())
