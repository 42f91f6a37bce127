"""The evidence of a plate check: what reads it, in which order, and what a verdict makes of it without a database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, event

from central.core.city import City
from central.enforcement.evidence import gather, gather_refusals
from central.rules.evidence import CheckRules, Completeness, Evidence, Inquiry, ParkedVehicle, Place, Reach
from central.rules.verdict import AllowedBecause, judge, possible_payers
from tests.central.register_rows import HOUR, MINUTE, RIGHT, TARIFFS, TEN, ask, enrol, entitle, right, sell

INQUIRY = Inquiry(ParkedVehicle("AB123CD", Place(1, "11D"), TEN + MINUTE), TARIFFS, CheckRules(), TEN + MINUTE)
ALL_HERE = Completeness(sector=Reach(1, 0, TEN + 2 * MINUTE))


@contextmanager
def tables_read(store: Engine) -> Iterator[list[str]]:
    """The first table of every statement, in order."""
    tables: list[str] = []

    def note(_: Connection, __: object, statement: str, *___: object) -> None:
        if found := re.search(r"(?:FROM|INTO) \(?(?:SELECT .*?FROM )?([a-z]+)", statement, re.DOTALL):
            tables.append(found[1])

    event.listen(store, "before_cursor_execute", note)
    yield tables
    event.remove(store, "before_cursor_execute", note)


@pytest.mark.parametrize("allowed", [True, False])
def test_completeness_is_read_before_rights_and_near_plates_only_for_a_refusal(city: City, allowed: bool) -> None:
    enrol(city.store, "75011-0042")
    sell(city.store, RIGHT if allowed else replace(RIGHT, plate="AB124CD"))
    with tables_read(city.store) as tables:
        assert ask(city).allowed == allowed
    neighbours = ["rights"]
    if city.store.dialect.name == "postgresql":  # one statement, one state of the database
        asked = ["sector", *([] if allowed else ["late", *neighbours])]
    else:
        asked = ["holdings", "sector", "rights", *([] if allowed else ["late", "rights", *neighbours])]
    assert tables == ["publications", *asked, "checks"]


def test_what_is_gathered_is_judged_as_the_check_answers(city: City) -> None:
    enrol(city.store, "75011-0042", TEN + MINUTE)
    sell(city.store, right("AB124CD"), right("A8123CD", minutes=30), right(start=TEN - HOUR, minutes=30))
    entitle(city.store, "AB123CD", "pro_mobile")
    with city.store.begin() as connection:
        (evidence,) = gather(connection, [INQUIRY])
        (besides,) = gather_refusals(connection, [INQUIRY])
    payers = possible_payers(INQUIRY, besides.similar)
    verdict, answer = judge(evidence), ask(city)
    assert {name: getattr(answer, name) for name in vars(verdict)} == vars(verdict)
    assert [payer.right.plate for payer in answer.possible_payers] == [payer.right.plate for payer in payers]
    assert {each.plate for each in evidence.rights} == {"AB123CD", "A8123CD"}
    assert (answer.complete_until, answer.silent) == (evidence.completeness.sector.complete_until, evidence.completeness.silent)


def test_a_refusal_that_nobody_asked_the_completeness_of_is_not_conclusive() -> None:
    bare = Evidence(inquiry=INQUIRY, holdings=(), rights=())
    assert (judge(bare).because, judge(bare).conclusive) == (None, False)
    assert judge(replace(bare, completeness=ALL_HERE)).conclusive


def test_a_verdict_needs_no_database() -> None:
    evidence = Evidence(inquiry=INQUIRY, holdings=(), rights=(RIGHT,), completeness=ALL_HERE)
    assert judge(evidence).because is AllowedBecause.RIGHT
    refused = judge(replace(evidence, rights=(replace(RIGHT, plate="A8123CD"),)))
    payers = possible_payers(INQUIRY, [right("AB124CD")])
    assert (refused.because, [payer.right.plate for payer in payers]) == (None, ["AB124CD"])
