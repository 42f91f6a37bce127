"""`horodateur-central appeals-report`: the yearly report on appeals, as a table, as CSV and as a page."""

from __future__ import annotations

import argparse
from pathlib import Path

from central.appeals.report import make_report, report_csv
from central.appeals.report_figures import FIRST_YEAR
from central.cli.common import RefusedError, Subparsers, add_database, now, open_register, print_table
from central.pages.appeals_report_page import report_page
from central.rules.appeals_report import AppealsReport, entered_lines
from firmware.domain.errors import FieldError, error_text

REPORT = """\
The report that a city publishes each year (CGCT R.2333-120-15, annex II): appeals received, decided, refused by silence, and
what the court made of them; each figure beside last year's, and as a share of the notices issued. Staff and money are what the
city entered with PUT /v1/appeals-report/figures: the register does not know them.

  horodateur-central appeals-report --year 2026
  horodateur-central appeals-report --year 2026 --csv rapo-2026.csv --page rapo-2026.html
"""


def add_parsers(commands: Subparsers) -> None:
    """Add `appeals-report`."""
    report = commands.add_parser(
        "appeals-report",
        help="the yearly report on appeals",
        description=REPORT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_database(report)
    report.add_argument("--year", type=_year, required=True, metavar="YEAR", help=f"{FIRST_YEAR} or later")
    report.add_argument("--csv", type=Path, metavar="FILE", help="write it as CSV too")
    report.add_argument("--page", type=Path, metavar="FILE", help="write it as a page too")
    report.set_defaults(run=_run)


def _year(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise argparse.ArgumentTypeError(f"{text!r} is not a year, such as 2026")
    return int(text)


def _run(arguments: argparse.Namespace) -> int:
    with open_register(arguments) as store:
        try:
            report = make_report(store, arguments.year, now())
        except FieldError as error:
            raise RefusedError(f"--year {error.reason}") from error
    for file, text in ((arguments.csv, report_csv(report)), (arguments.page, report_page(report))):
        if file is not None:
            _write(file, text)
    print_table(_rows(report))
    return 0


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise RefusedError(f"{file}: {error_text(error)}") from error


def _rows(report: AppealsReport) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("appellants", "figure", "value", "last year", "change %", "% of notices")]
    rows.append(("all", "notices issued", str(report.notices), str(report.notices_last_year), "", ""))
    for row in report.rows:
        for cell in row.cells:
            shares = ("" if each is None else f"{each:g}" for each in (cell.change_percent, cell.per_notice_percent))
            rows.append((row.appellants.value, cell.figure.value, f"{cell.value:g}", f"{cell.last_year:g}", *shares))
    for line in entered_lines(report):
        said = ("not entered" if each is None else f"{each:g}" for each in (line.value, line.last_year))
        rows.append(("all", f"entered: {line.name}", *said, "", ""))
    return rows
