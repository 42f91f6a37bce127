"""`python -m workshop.drawings.openacr`: writes docs/openacr.yaml from the table of docs/accessibility.md.

A conformance report that programs read. The form is OpenACR 0.1.0, the numbers are those of its catalogue
"2.5-edition-wcag-2.2-508-eu-en" (EN 301 549 v3.2.1). A clause of chapters 9 and 11 that repeats a success criterion of WCAG
stands there as that criterion. OpenACR has no level for what only the finished cabinet can show: that is "partially-supports",
and its note begins with `CABINET`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from msgspec import Struct

from workshop.common.checkout import DOCS

PAGE, REPORT = DOCS / "accessibility.md", DOCS / "openacr.yaml"
CATALOGUE = "2.5-edition-wcag-2.2-508-eu-en"
LEVELS = {
    "met": "supports",
    "partly": "partially-supports",
    "not met": "does-not-support",
    "hardware": "partially-supports",
    "–": "not-applicable",
}
CABINET = "Of the cabinet, to be measured at the machine: "
LEVEL_A = "success_criteria_level_a"
CHAPTERS = {
    "4": "en_301_549_functional_performance",
    "5": "en_301_549_generic_requirements",
    "8": "en_301_549_hardware",
    "12": "en_301_549_documentation_and_support_services",
}
PARTS = {
    "8.3.2": "1 2 3.1 3.2 3.3 4 5 6",
    "8.3.3": "1 2 3.1 3.2",
    "8.3.4": "1 2 3.2 3.3",
}
"""Clauses that the catalogue has only in parts."""
CRITERION = re.compile(r"(?:9|11)\.(\d\.\d\.\d)(?:\.\d)?")
ROW = re.compile(r"^\| (\d[^|]*) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
HEAD = f"""\
# Made by `make docs` from docs/accessibility.md. Do not edit. OpenACR 0.1.0.
title: "Horodateur Accessibility Conformance Report"
catalog: "{CATALOGUE}"
product:
  name: "Horodateur"
  description: "Firmware of a street parking pay station with keys, display, speech and ticket printer: closed functionality."
author:
  company_name: "whoever ships the machine, to be filled in"
  email: "to-be-filled-in@example.invalid"
notes: "Clauses of EN 301 549 v3.2.1 that apply to a closed, stationary terminal with keys. The cabinet is its maker's."
evaluation_methods_used: "Automated tests of the firmware, named in the notes; the installer measures at each machine."
license: "Apache-2.0"
chapters:
"""


class ClauseFinding(Struct, frozen=True):
    """What the table says of one clause."""

    clause: str
    what: str
    state: str
    how: str

    @property
    def criterion(self) -> str:
        """The success criterion of WCAG that it repeats; empty for none."""
        found = CRITERION.fullmatch(self.clause)
        return found[1] if found else ""

    @property
    def chapter(self) -> str:
        """The catalogue's name of its chapter."""
        return LEVEL_A if self.criterion else CHAPTERS[self.clause.partition(".")[0]]


def findings(page: str) -> Iterator[ClauseFinding]:
    """Every clause of the table, one by one. Raises KeyError for a state that has no level."""
    for clauses, what, states, how in ROW.findall(page):
        numbers, each = tuple(_expanded(clauses)), states.split(", ")
        per_clause = each if len(each) == len(numbers) else each * len(numbers)
        for number, state in zip(numbers, per_clause, strict=True):
            LEVELS[state]
            yield from (ClauseFinding(part, what, state, how) for part in _parts(number))


def _expanded(clauses: str) -> Iterator[str]:
    for clause in clauses.split(", "):
        first, _, last = clause.partition("–")
        above, _, number = first.rpartition(".")
        numbers = range(int(number), int(last.rpartition(".")[2] or number) + 1) if last else (int(number),)
        yield from (f"{above}.{each}" for each in numbers)


def _parts(number: str) -> Iterator[str]:
    parts = PARTS.get(number)
    yield from (f"{number}.{part}" for part in parts.split()) if parts else (number,)


def report(page: str) -> str:
    """The YAML of the report."""
    by_chapter: dict[str, dict[str, ClauseFinding]] = {}
    for finding in findings(page):
        by_chapter.setdefault(finding.chapter, {}).setdefault(finding.criterion or finding.clause, finding)
    chapters = (line for chapter, rows in by_chapter.items() for line in _chapter(chapter, rows))
    return HEAD + "\n".join(chapters) + "\n"


def _chapter(chapter: str, rows: dict[str, ClauseFinding]) -> Iterator[str]:
    yield from (f"  {chapter}:", "    criteria:")
    for number, finding in rows.items():
        note = f"{CABINET if finding.state == 'hardware' else ''}{finding.how.replace('`', '')}"
        yield from (
            f'      - num: "{number}"',
            "        components:",
            f'          - name: "{"software" if finding.criterion else "none"}"',
            "            adherence:",
            f'              level: "{LEVELS[finding.state]}"',
            f"              notes: {json.dumps(note, ensure_ascii=False)}",
        )


def main() -> None:
    """Write the report."""
    REPORT.write_text(report(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
