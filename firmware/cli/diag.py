"""`horodateur diag`: one file that says how a station is, and that anybody may read."""

from __future__ import annotations

import argparse
from pathlib import Path

from firmware.cli.start import STATE

WRITTEN, NOT_WRITTEN = 0, 1
STATUSES = {
    WRITTEN: "written; what could not be read is told in it",
    NOT_WRITTEN: "not written, and why",
    2: "wrong command line",
}
FACTS = 500


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `diag`. The command is `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser(
        "diag",
        help="write one file that says how a station is, and that anybody may read",
        description="Write a bundle for a report: versions, wiring, alarms, counters, the last facts, the clock, the computer. "
        "Plates are hashed under a key that is thrown away; no keys, card numbers, PINs or names are in it. It works on a "
        "running station, a stopped one, and a card in a reader; clock and computer are those it runs on.",
        epilog="exit status:\n" + "\n".join(f"  {status}  {meaning}" for status, meaning in STATUSES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--state", type=Path, default=STATE, metavar="DIR", help="its folder (default: %(default)s)")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.tar.gz", help="the file to write; must not be there yet"
    )
    parser.add_argument("--facts", type=_count, default=FACTS, metavar="N", help="last facts to tell (default: %(default)s)")
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= 100_000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 100000")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Gather, redact, write; the exit status."""
    from firmware.diagnosis.diag_bundle import run as gather  # a station that starts has no use for it

    return gather(arguments)
