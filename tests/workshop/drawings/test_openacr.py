"""docs/openacr.yaml is what the table of docs/accessibility.md says, clause by clause, and names tests that exist."""

from __future__ import annotations

import re

import pytest
import yaml  # type: ignore[import-untyped]

from tests.builders import ROOT
from workshop.drawings.openacr import CABINET, PAGE, REPORT, findings, report

TABLE = PAGE.read_text("utf-8")
NAMED = re.compile(r"`((?:tests|simulator)/[\w/.-]+?\.(?:py|visit))`")
ROW = "| {clauses} | something | {states} | so it is |\n"


def levels(page: str) -> dict[str, str]:
    """Level by number, as another program reads the report."""
    read = yaml.safe_load(report(page))
    criteria = [each for chapter in read["chapters"].values() for each in chapter["criteria"]]
    return {each["num"]: each["components"][0]["adherence"]["level"] for each in criteria}


def test_the_report_is_fresh() -> None:
    assert REPORT.read_text("utf-8") == report(TABLE), "run make docs"


def test_a_program_reads_it_and_finds_what_the_form_wants() -> None:
    read = yaml.safe_load(REPORT.read_text("utf-8"))
    assert {"title", "product", "author", "chapters"} <= read.keys()
    assert read["author"]["email"]
    assert read["product"]["name"] == "Horodateur"
    assert read["catalog"] == "2.5-edition-wcag-2.2-508-eu-en"
    assert len(levels(TABLE)) > 70


def test_levels_are_those_of_the_table() -> None:
    found = levels(TABLE)
    assert found["5.1.3.1"] == "supports"
    assert found["5.1.3.7"] == "not-applicable"
    assert found["8.4.3"] == "does-not-support"
    assert found["2.2.1"] == "supports"
    assert found["8.3.4.3.3"] == "partially-supports"


def test_every_row_of_the_table_is_in_the_report() -> None:
    rows = [line for line in TABLE.splitlines() if re.match(r"\| \d", line)]
    assert {finding.how for finding in findings(TABLE)} == {line.split(" | ")[3].removesuffix(" |") for line in rows}


def test_ranges_lists_and_a_state_for_each() -> None:
    page = ROW.format(clauses="4.2.4–4.2.6", states="met") + ROW.format(clauses="8.1.2, 8.1.3", states="hardware, met")
    assert levels(page) == {
        "4.2.4": "supports",
        "4.2.5": "supports",
        "4.2.6": "supports",
        "8.1.2": "partially-supports",
        "8.1.3": "supports",
    }


def test_what_the_cabinet_must_do_is_said_to_be_so() -> None:
    assert CABINET + "so it is" in report(ROW.format(clauses="8.4.1", states="hardware"))


@pytest.mark.parametrize("state", ["perhaps", "Met", ""])
def test_a_state_without_a_level_is_refused(state: str) -> None:
    with pytest.raises(KeyError):
        report(ROW.format(clauses="5.2", states=state or "x"))


def test_every_test_that_the_table_names_is_there() -> None:
    named = NAMED.findall(TABLE)
    assert len(named) > 8
    assert [name for name in named if "…" not in name and not (ROOT / name).exists()] == []
