"""`python -m bench.central`: measure the city's register, print a table, write bench/central-results.json.

It takes a quarter of an hour, and 8 GB in the folder for temporary files, where its own PostgreSQL lives. With `--quick`, or
when only some subjects are named, nothing is written. A missed goal is not an error: the exit status is 0.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench.central import backlog, checks, intake, machine, visible
from bench.central.scale import QUICK, WHOLE, BenchScale
from bench.central.server import cluster, running_server
from bench.table import Figure, table, write

SUBJECTS = {
    "machine": machine.figures,
    "intake": intake.figures,
    "backlog": backlog.figures,
    "visible": visible.figures,
    "checks": checks.figures,
}
RESULTS = Path(__file__).parents[1] / "central-results.json"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and write the figures."""
    chosen = _parser().parse_args(arguments)
    figures = measure(QUICK if chosen.quick else WHOLE, chosen.subject or list(SUBJECTS))
    print(table(figures))
    if not chosen.quick and not chosen.subject:
        write(figures, RESULTS)


def measure(scale: BenchScale, subjects: Sequence[str]) -> list[Figure]:
    """Measure these subjects on one server: their figures."""
    figures: list[Figure] = []
    with cluster() as postgres, running_server(postgres) as server:
        for subject in subjects:
            print(f"measuring {subject} …", flush=True)
            figures += SUBJECTS[subject](server, scale)
    return figures


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.central", description=__doc__)
    parser.add_argument("subject", nargs="*", choices=[*SUBJECTS, []], help="measure only these")
    parser.add_argument("--quick", action="store_true", help="so little of everything that the figures mean nothing")
    return parser


if __name__ == "__main__":
    main()
