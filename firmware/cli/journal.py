"""`horodateur journal`: verifies and exports a station's journal; never changes it."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from firmware.journal.journal import JournalError, JournalReader, verify


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `journal`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    journal = subparsers.add_parser(
        "journal",
        help="verify or export a station's journal",
        description="Verify or export a station's journal; the journal is never changed.",
    )
    commands = journal.add_subparsers(metavar="COMMAND", required=True)
    check = commands.add_parser("verify", help="verify every entry; name the first bad one and exit 1")
    check.add_argument("path", type=Path, metavar="PATH", help="the journal file")
    check.set_defaults(run=run_verify)
    export = commands.add_parser("export", help="write every entry to standard output, one JSON object a line")
    export.add_argument("path", type=Path, metavar="PATH", help="the journal file")
    export.set_defaults(run=run_export)


def run_verify(arguments: argparse.Namespace) -> int:
    """Verify the chain; print the number of entries and the last hash, or the first fault."""
    try:
        head = verify(arguments.path)
    except JournalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{head.seq} entries, head {head.hash.hex()}\n")
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write the entry bodies byte for byte; with the station's number they suffice to recompute every hash."""
    try:
        with contextlib.closing(JournalReader(arguments.path)) as reader:
            for entry in reader.entries():
                sys.stdout.buffer.write(entry.body + b"\n")
    except JournalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
