"""`python -m workshop.drawings.alarms_page`: writes docs/alarms.md, every alarm with its remedy and its effect on sales."""

from __future__ import annotations

from firmware.service.alarms import Alarm, Severity, alarms_by_code
from workshop.common.checkout import DOCS

PAGE = DOCS / "alarms.md"
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


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
