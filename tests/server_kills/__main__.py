"""`python -m tests.server_kills [--kills N] [--seed N] [--way W]`: by hand or nightly; `make server-kills` does."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from tests.server_kills.trial import WAYS, ServerKillError, run_trial


def main() -> int:
    """0 if every trial held; else 1, saying what did not, and by which command it is tried again."""
    parser = argparse.ArgumentParser(prog="python -m tests.server_kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="of each way (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: %(default)s)")
    parser.add_argument("--way", choices=WAYS, action="append", help="this one only; may be repeated (default: all)")
    arguments = parser.parse_args()
    for way in arguments.way or WAYS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hdt-") as folder:
            Path(folder).chmod(0o755)
            try:
                totals = run_trial(way, arguments.kills, arguments.seed, Path(folder), partial(_tell, way))
            except (ServerKillError, AssertionError) as error:
                print(f"{way}, --seed {arguments.seed}: {error}", file=sys.stderr)  # noqa: T201
                return 1
        _tell(way, f"{totals}; {(time.monotonic() - began) / 60:.1f} minutes")
    return 0


def _tell(way: str, line: str) -> None:
    print(f"{way}: {line}", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
