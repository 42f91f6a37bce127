"""`python -m workshop.drawings.alarms_page`: writes docs/alarms.md, every alarm with its remedy and its effect on sales.

And the same as JSON for the city's pages, which know nothing of the station but its protocol.
"""

from __future__ import annotations

import json

from firmware.service.alarms import Alarm, Loss, Severity, alarms_by_code
from workshop.common.checkout import DOCS, ROOT

PAGE = DOCS / "alarms.md"
CATALOGUE = ROOT / "central" / "pages" / "alarms.json"
STOPS = (Loss.PAID, Loss.ALL)
"""With these a motorist cannot pay."""
SEVERITIES = {Severity.INFO: "information", Severity.WARNING: "prochaine tournée", Severity.CRITICAL: "**tout de suite**"}


def page() -> str:
    """Markdown of the page."""
    return "\n".join(
        [
            "# Alarms",
            "",
            "Made by `make docs` from `firmware/service/alarms.py`. Do not edit. The words are those of the machine, for who",
            "stands before it. The name is that of the journal and of the city's list of stations; a dash: no alarm there.",
            "A motorist can quote the code in an appeal.",
            "",
            "| code | anomalie | quand venir | que faire | ventes | nom |",
            "|-|-|-|-|-|-|",
            *map(_row, alarms_by_code()),
            "",
        ]
    )


def _row(alarm: Alarm) -> str:
    name = f"`{alarm.name}`" if alarm.name else "–"
    return f"| {alarm.code} | {alarm.says} | {SEVERITIES[alarm.severity]} | {alarm.remedy} | {alarm.loss.value} | {name} |"


def catalogue() -> str:
    """JSON of every alarm that the journal names; `…` in a name stands for the key."""
    rows = [
        {
            "name": alarm.name,
            "code": alarm.code,
            "severity": alarm.severity.value,
            "says": alarm.says,
            "remedy": alarm.remedy,
            "loss": alarm.loss.value,
            "sells": alarm.loss not in STOPS,
        }
        for alarm in alarms_by_code()
        if alarm.name
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write the page and the catalogue."""
    PAGE.write_text(page(), "utf-8")
    CATALOGUE.write_text(catalogue(), "utf-8")


if __name__ == "__main__":
    main()
