"""`python -m bench`: measure everything, print a table, write bench/results.json. Takes half a minute.

The machine is shared and noisy: compute time is processor time where nothing waits for a disk, and what is told is a median,
a percentile, or the best of several runs, as each figure says. A missed goal is not an error: the exit status is 0.
"""

from __future__ import annotations

from pathlib import Path

from bench import appends, keys, panel, prices, start, tickets, visits, years
from bench.table import table, write

SUBJECTS = (keys, panel, visits, prices, start, appends, years, tickets)


def main() -> None:
    """Measure, show, keep."""
    figures = []
    for subject in SUBJECTS:
        print(f"measuring {subject.__name__.removeprefix('bench.')} …", flush=True)
        figures += subject.figures()
    print(table(figures))
    write(figures, Path(__file__).with_name("results.json"))


if __name__ == "__main__":
    main()
