"""`horodateur-central reconcile` and `right`: a day's journal, register and acquirer's statement; the history of one right."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import msgspec

from central.cli.common import RefusedError, Subparsers, add_database, console_user, now, open_register, print_table
from central.cli.reconciliation_page import print_page
from central.operations.reconciliation import DayQuestion, apply_resolutions, check_question, reconcile_day
from central.register.right_history import RightStep, read_history
from central.register.statement_csv import StatementFile, read_statement
from central.rules.differences import ProposedResolution, Reconciliation
from firmware.domain.errors import FieldError, FileError, error_text
from firmware.domain.reference import sale_in

RECONCILE = """\
Compares a day's payments in the stations' journals, in the register and in the acquirer's statement, and names each difference
with the visit it is about. A payment is of the Paris day on which it began, and is matched to its debit by its reference alone.

  horodateur-central reconcile --day 2026-03-04                                             journal and register
  horodateur-central reconcile --day 2026-03-04 --acquirer statement.csv                    and the statement; changes nothing
  horodateur-central reconcile --day 2026-03-04 --acquirer statement.csv --complete 412 --apply

--apply resolves payments in doubt: exactly one debit of exactly the amount, of which nothing came back, and the right is sold;
no debit in a statement that is complete, and nothing was debited. Any other credit leaves them in doubt. --complete vouches for
that, with the number of lines that the acquirer announced. Who resolved what, when, by which line of which file, is kept:
`horodateur-central right REFERENCE`. A second time does nothing. Afterwards, `horodateur-central reopened` lists the refusals
that a sale contradicts.

The statement is UTF-8, with commas, and these names on its first line; every line is ended:

  kind,reference,amount,currency,at,terminal,authorisation
  debit,31PA0100SD,12.00,EUR,2026-03-04T10:00:07+01:00,00042117,A1B2C3
  reversal,31PA0100SE,2.40,EUR,2026-03-04T10:02:31+01:00,00042117,

kind: debit, credit (given back by the merchant) or reversal. reference: ours, 10 characters, or nothing where the terminal sent
none. amount: a point, two decimals, no sign. at: with an offset. terminal and authorisation may be empty. No card number may
stand in it: such a file is refused. Where a debit may stand in the next day's statement, put both in one file, under one first
line.

exit status: 0 all equal; 1 there are differences; 2 it could not be done.
"""


def add_parsers(commands: Subparsers) -> None:
    """Add `reconcile` and `right`."""
    reconcile = commands.add_parser(
        "reconcile",
        help="compare a day's journal, register and acquirer's statement; resolve payments in doubt",
        description=RECONCILE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(reconcile)
    reconcile.add_argument("--day", type=_day, required=True, metavar="DAY", help="the Paris day, such as 2026-03-04")
    reconcile.add_argument("--acquirer", type=Path, metavar="FILE", help="the acquirer's statement, CSV")
    note = "nothing of the day is missing from the statement, which has so many lines below its first"
    reconcile.add_argument("--complete", type=int, metavar="LINES", help=note)
    reconcile.add_argument("--apply", action="store_true", help="resolve what the statement ends (default: only say what)")
    reconcile.add_argument("--json", action="store_true", help="everything, as JSON")
    reconcile.set_defaults(run=_reconcile, failed=2)
    right = commands.add_parser("right", help="the history of one right: each status, since when, and why")
    add_database(right)
    right.add_argument("reference", help="as printed on the ticket, 75011-0042-000813")
    right.set_defaults(run=_right)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2026-03-04") from error


def _reconcile(arguments: argparse.Namespace) -> int:
    question = _question(arguments)
    resolved: tuple[ProposedResolution, ...] = ()
    with open_register(arguments) as store:
        found = reconcile_day(store, question)
        if arguments.apply and found.resolutions:
            resolved = apply_resolutions(store, question, found.resolutions, console_user(), now())
            found = reconcile_day(store, question)
    if arguments.json:
        print(_as_json(question, found, resolved))
    else:
        print_page(question, found, resolved)
    return 0 if found.is_equal else 1


def _question(arguments: argparse.Namespace) -> DayQuestion:
    """Raises RefusedError for a file that cannot be read, and for options that cannot be meant together."""
    if arguments.apply and not arguments.acquirer:
        raise RefusedError("--apply resolves by a statement: name it with --acquirer")
    try:
        question = DayQuestion(arguments.day, _statement(arguments.acquirer), arguments.complete)
        check_question(question, now())
    except (FieldError, FileError, OSError) as error:
        raise RefusedError(f"{error_text(error)}; nothing was changed") from error
    return question


def _statement(path: Path | None) -> StatementFile | None:
    return read_statement(path, now()) if path else None


def _as_json(question: DayQuestion, found: Reconciliation, resolved: tuple[ProposedResolution, ...]) -> str:
    file = question.file
    document = {
        "day": found.day,
        "equal": found.is_equal,
        "statement": {"file": file.name, "sha256": file.sha256, "lines": len(file.lines)} if file else None,
        "complete": question.complete is not None,
        "totals": found.totals,
        "differences": found.differences,
        "to_resolve": found.resolutions,
        "resolved": resolved,
        "other_days": found.other_days,
    }
    return msgspec.json.encode(document).decode()


def _right(arguments: argparse.Namespace) -> int:
    try:
        station = sale_in(arguments.reference).station
        with open_register(arguments) as store, store.begin() as connection:
            steps = read_history(connection, station, arguments.reference)
    except (LookupError, ValueError) as error:
        raise RefusedError(str(error.args[0])) from error
    print_table([("known since", "status", "plate", "because"), *map(_step, steps)])
    return 0


def _step(step: RightStep) -> tuple[str, ...]:
    because = f"entry {step.entry} of generation {step.generation}"
    if (made := step.resolution) is not None:
        line = f"line {made.line}" if made.line else "no line"
        because = f"{made.outcome.value}: {made.file}, {line}, of {made.day}; {made.resolved_by}; sha256 {made.sha256}"
    return f"{step.known_from:%Y-%m-%d %H:%M:%S}", step.status, step.plate, because
