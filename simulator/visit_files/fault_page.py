"""The page docs/faults.md: every fault of a desk, its screen, its alarm with remedy and effect on sales, and its visit."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from firmware.service.alarms import Severity, alarms_by_code
from simulator.desk.cabinet import Cabinet
from simulator.visit_files.fault_catalogue import ROWS, TERMINALS, FaultRow

PAGE = "faults.md"
"""Its name in docs/."""
VISITS = "../simulator/visits/"
SEVERITIES = {Severity.INFO: "information", Severity.WARNING: "prochaine tournée", Severity.CRITICAL: "**tout de suite**"}
_INTRODUCTION = """\
# Faults

Made by `make docs` from `simulator/visit_files/fault_catalogue.py`. Do not edit. Everything that can break at a desk: on its
page (*Réglages*), in a visit file (`fault printer paper_out`), over its API. Each has one screen, one alarm, or a reason for
none, and one visit. A test plays every visit: the fault is on in it, the screen is shown and the alarm raised meanwhile, and no
other; and whatever was debited was sold, is in doubt, or is told. The French words are those of the desk and of [the
alarms](alarms.md)."""
_HEADINGS = (
    "| fault | panne | what comes of it | screen | alarm | quand venir | que faire | ventes | visit |",
    "|-|-|-|-|-|-|-|-|-|",
)


def faults_page() -> str:
    """Markdown of the page."""
    return "\n".join([_INTRODUCTION, *_sections(), ""])


def _sections() -> Iterator[str]:
    protocols = {row: f", {protocol}" for protocol, rows in TERMINALS.items() for row in rows}
    for title, rows in groupby(ROWS, lambda row: row.device + protocols.get(row, "")):
        yield from ("", f"## {title}", "", *_HEADINGS, *map(_line, rows))


def _line(row: FaultRow) -> str:
    visit = f"[{row.visit}]({VISITS}{row.visit}.visit)"
    says = Cabinet.faults[row.device][row.fault]
    return f"| `{row.fault}` | {says} | {row.effect} | {row.screen} | {_alarm(row.alarm)} | {visit} |"


def _alarm(code: str | None) -> str:
    for alarm in alarms_by_code():
        if alarm.code == code:
            return f"{code} | {SEVERITIES[alarm.severity]} | {alarm.remedy} | {alarm.loss.value}"
    return "– | – | – | –"
