"""`horodateur journal`: verifies and exports a station's journals; never changes them."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

import msgspec

from firmware.journal.journal_file import JournalError, JournalReader, generations_in, journal_path
from firmware.journal.line import named_rightly
from firmware.journal.marks import shortfall


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command `journal`; it is run by `arguments.run(arguments)`, which returns the exit status."""
    journal = subparsers.add_parser(
        "journal",
        description="Verify or export a station's journals; they are never changed.",
    )
    commands = journal.add_subparsers(metavar="COMMAND", required=True)
    check = commands.add_parser(
        "verify",
        help="verify every entry; name the first bad one, or a missing tail, and exit 1",
        description="Verify every entry of each journal, to the end that the marks beside it name. A journal that is good is "
        "told with its last hash, the same as on any other whole copy. For one that is not: leave the card alone, write what "
        "is intact of it into a file with `horodateur rescue`, and hand that to the city.",
    )
    _add_path(check)
    check.set_defaults(run=run_verify)
    export = commands.add_parser("export", help="write every entry to standard output, one JSON object a line")
    _add_path(export)
    export.add_argument("--plates", action="store_true", help="with plates, where they are still kept; then no hash fits")
    export.set_defaults(run=run_export)


def _add_path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH", help="a journal file, or a station's folder: every generation")


def run_verify(arguments: argparse.Namespace) -> int:
    """Verify each journal, to the end that marks beside it name; print its number of entries and last hash, or the faults."""
    with contextlib.ExitStack() as stack:
        readers, faults = _open_all(arguments.path, stack)
        faults += filter(None, [_verified(reader, readers, arguments.path.is_dir()) for reader in readers])
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def _verified(reader: JournalReader, line: list[JournalReader], named: bool) -> str:
    """The first fault of a journal; empty for a good one, whose end is printed. `named`: with its generation."""
    try:
        head = reader.verify()
        missing = shortfall(reader, [each for each in line if each.generation > reader.generation])
    except JournalError as error:
        return str(error)
    if missing:
        return str(JournalError(reader.path, missing))
    sys.stdout.write(f"{f'generation {reader.generation}: ' if named else ''}{head.seq} entries, head {head.hash.hex()}\n")
    return ""


def run_export(arguments: argparse.Namespace) -> int:
    """Write the entry bodies byte for byte; with the genesis they suffice to recompute every hash."""
    with contextlib.ExitStack() as stack:
        readers, faults = _open_all(arguments.path, stack)
        try:
            for reader in readers:
                for entry in reader.entries():
                    text = msgspec.json.encode(reader.content_of(entry)) if arguments.plates else entry.body
                    sys.stdout.buffer.write(text + b"\n")
        except JournalError as error:
            faults.append(str(error))
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


def _open_all(path: Path, stack: contextlib.ExitStack) -> tuple[list[JournalReader], list[str]]:
    """The journals of a station's folder, the oldest first, or this one; and why the others cannot be read."""
    generations = generations_in(path) if path.is_dir() else [None]
    readers, faults = list[JournalReader](), [] if generations else [str(JournalError(path, "there is no journal here"))]
    for number in generations:
        try:
            reader = JournalReader(path) if number is None else named_rightly(JournalReader(journal_path(path, number)), number)
            readers.append(stack.enter_context(contextlib.closing(reader)))
        except JournalError as error:
            faults.append(str(error))
    return readers, faults
