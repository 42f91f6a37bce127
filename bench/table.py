"""What was measured, beside what was wanted: as a table for people and as JSON for programs."""

from __future__ import annotations

import json
import os
import platform
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

BAR = 20
"""Characters of a bar that is exactly at its goal."""


@dataclass(frozen=True)
class Figure:
    """One measured number. At most one of the two goals is set; without either it is only told."""

    name: str
    value: float
    unit: str
    includes: str
    """What was measured, and how."""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def missed(self) -> bool:
        """Whether there is a goal and it is not reached."""
        too_much = self.at_most is not None and self.value > self.at_most
        return too_much or (self.at_least is not None and self.value < self.at_least)

    @property
    def share(self) -> float:
        """How much of what is allowed is used up: 1 is exactly at the goal, 0 without one."""
        if self.at_least is not None:
            return self.at_least / max(self.value, 1e-9)
        return self.value / self.at_most if self.at_most else 0.0

    @property
    def goal(self) -> str:
        """`<= 5`, `>= 0.7` or nothing."""
        if self.at_most is not None:
            return f"<= {self.at_most:g}"
        return f">= {self.at_least:g}" if self.at_least is not None else ""


def table(figures: Sequence[Figure]) -> str:
    """Every figure on a line with its bar, what it includes below it; the goals that were missed at the end, loudly."""
    lines = [f"{'':6} {'figure':46} {'measured':>10} {'unit':10} {'goal':9} of what is allowed"]
    for figure in figures:
        lines += [_line(figure), *(f"{'':9}{line}" for line in textwrap.wrap(figure.includes, 108))]
    missed = [figure for figure in figures if figure.missed]
    lines += ["", *(f"GOAL MISSED: {each.name}: {_number(each.value)} {each.unit}, goal {each.goal}" for each in missed)]
    return "\n".join(lines if missed else [*lines, "Every goal is met."])


def _line(figure: Figure) -> str:
    verdict = "" if not figure.goal else "MISSED" if figure.missed else "ok"
    bar = "█" * max(1, min(round(figure.share * BAR), 2 * BAR)) if figure.goal else ""
    share = f"{bar} {figure.share:.0%}" if figure.goal else ""
    return f"{verdict:6} {figure.name:46} {_number(figure.value):>10} {figure.unit:10} {figure.goal:9} {share}".rstrip()


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ") if value >= 100 or value == int(value) else f"{value:.2f}"


def write(figures: Sequence[Figure], file: Path) -> None:
    """Keep them, with what one must know of the machine to read them: nothing that names it."""
    results = {
        "date": date.today().isoformat(),  # noqa: DTZ011 - a day on a report
        "python": platform.python_version(),
        "processor": platform.machine(),
        "cpus": os.cpu_count(),
        "figures": [
            {
                "name": figure.name,
                "value": round(figure.value, 3),
                "unit": figure.unit,
                "goal": figure.goal,
                "met": not figure.missed if figure.goal else None,
                "includes": figure.includes,
            }
            for figure in figures
        ],
    }
    file.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")
