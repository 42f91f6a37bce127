"""`horodateur diag`: writes a redacted diagnostic bundle of a station."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from firmware.cli.start import STATE
from firmware.domain.errors import error_text

WRITTEN, NOT_WRITTEN = 0, 1
STATUSES = {
    WRITTEN: "written; it says what could not be read",
    NOT_WRITTEN: "not written, and why",
    2: "wrong command line",
}
FACTS = 500


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `diag`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    parser = subparsers.add_parser(
        "diag",
        description="Write a bundle to attach to a report: versions, wiring, alarms, counters, the last facts, the clock,\n"
        "the computer. Plates are hashed under a key that is thrown away; no keys, card numbers, PINs or names\n"
        "are in it. It works on a running station, a stopped one, and a card in a reader; clock and computer are\n"
        "those it runs on.",
        epilog="exit status:\n" + "\n".join(f"  {status}  {meaning}" for status, meaning in STATUSES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--state", type=Path, default=STATE, metavar="DIR", help="the station's folder (default: %(default)s)")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE.tar.gz", help="the file to write; must not be there yet"
    )
    parser.add_argument(
        "--facts", type=_count, default=FACTS, metavar="N", help="last journal entries to include (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= 100_000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 100000")
    return int(text)


def run(arguments: argparse.Namespace) -> int:
    """Write the bundle, print what it holds, and return the exit status."""
    from firmware.diagnosis.diag_bundle import write_bundle  # a station's start has no use for it

    try:
        written = write_bundle(arguments.state, arguments.out, arguments.facts)
    except OSError as error:
        remedy = "; --out names a new file in a folder that is there" if error.filename == str(arguments.out) else ""
        sys.stderr.write(f"horodateur: {error_text(error)}{remedy}\n")
        return NOT_WRITTEN
    print(f"{arguments.out}: {written.files} files, {written.plates} plates hashed; it may be shown to anybody")
    return WRITTEN
