"""Planted defects of simulator/invariants/money.py: an invariant of money that does not look."""

from __future__ import annotations

from tests.planted.defect import Defect

NAMED = "tests/street/test_invariants.py::test_what_does_not_hold_is_named"
DEFECTS = (
    Defect(
        "I1 lets a debit pass that bought nothing",
        "simulator/invariants/money.py",
        "        if cents > 0 and reference not in explained | told | unknown:",
        "        if cents > 0 and reference not in explained | told | unknown | {reference}:",
        NAMED,
    ),
    Defect(
        "I1 lets a doubt stand whose debit the station acknowledged",
        "simulator/invariants/money.py",
        "        as_asked = carried in evidence.acknowledged and (carried, state.right.cents) in debited",
        "        as_asked = carried in evidence.acknowledged and (carried, state.right.cents) not in debited",
        NAMED,
    ),
    Defect(
        "I2 lets a right pass whose money is back",
        "simulator/invariants/money.py",
        '        if state.status == "sold" and state.right.cents and net.get(carried, 0) <= 0:',
        '        if state.status == "sold" and state.right.cents and net.get(carried, 0) < 0:',
        NAMED,
    ),
    Defect(
        "I4 does not add up the register",
        "simulator/invariants/money.py",
        '        if len({sums["journal"], sums["register"], sums["terminal"]}) > 1',
        '        if len({sums["journal"], sums["terminal"]}) > 2',
        NAMED,
    ),
    Defect(
        "I5 takes two debits for one",
        "simulator/invariants/money.py",
        "        standing[reference] += 1 if cents > 0 else -1",
        "        standing[reference] = 1 if cents > 0 else 0",
        NAMED,
    ),
    Defect(
        "I1 lets a payment be without an end as long as it likes",
        "simulator/invariants/money.py",
        "        if evidence.instant > end:",
        "        if evidence.instant > end + 3600:",
        "tests/street/test_knowledge_invariants.py::test_a_payment_has_its_end_in_time",
    ),
    Defect(
        "I1 lets another amount be debited without a word",
        "simulator/invariants/money.py",
        "cents != asked.get(reference, cents)",
        "cents == asked.get(reference)",
        "tests/street/test_invariants.py::test_an_acknowledged_debit_of_another_amount_is_told",
    ),
    Defect(
        "I1 asks a station about a doubt that went with a card",
        "simulator/invariants/money.py",
        "on_the_card = [each.content.fact for each in evidence.written]",
        "on_the_card = evidence.facts",
        "tests/visits/test_visits.py::test_the_visit_holds",
    ),
)
