"""`python -m tests.kills [--kills N] [--seed N] [--protocol P]`: the whole trial, by hand or nightly; `make kills` does."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from firmware.domain.errors import FileError
from tests.kills.street import PROTOCOLS, KillError
from tests.kills.trial import run_trial


def main() -> int:
    """0 if every trial held; else 1, saying what did not, and by which command it is tried again."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=100, help="for each protocol (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: %(default)s)")
    parser.add_argument("--protocol", choices=PROTOCOLS, action="append", help="this one only; may be repeated (default: all)")
    arguments = parser.parse_args()
    for protocol in arguments.protocol or PROTOCOLS:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="hdt-kills-") as folder:
            try:
                totals = run_trial(protocol, arguments.kills, arguments.seed, Path(folder), partial(_tell, protocol))
            except (KillError, FileError, AssertionError) as error:
                print(f"{protocol}, --seed {arguments.seed}: {error}", file=sys.stderr)  # noqa: T201
                return 1
        _tell(protocol, f"{totals}; {(time.monotonic() - began) / 60:.1f} minutes")
    return 0


def _tell(protocol: str, line: str) -> None:
    print(f"{protocol}: {line}", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
