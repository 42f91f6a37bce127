"""Planted defects of simulator/invariants/: an invariant that does not look."""

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
        "I2 lets a right pass whose money is back",
        "simulator/invariants/money.py",
        '        if state.status == "sold" and state.right.cents and net.get(carried, 0) <= 0:',
        '        if state.status == "sold" and state.right.cents and net.get(carried, 0) < 0:',
        NAMED,
    ),
    Defect(
        "I3 does not miss an entry at the city",
        "simulator/invariants/journals.py",
        "        if theirs.get(each.entry.hash) != each.entry.body:",
        "        if theirs.get(each.entry.hash, each.entry.body) != each.entry.body:",
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
        "I6 does not look at the chain",
        "simulator/invariants/journals.py",
        "        if each.entry.hash != chain_hash(head, each.entry.body):",
        "        if head and not each.entry.hash:",
        NAMED,
    ),
    Defect(
        "I7 lets plates stay for ever",
        "simulator/invariants/journals.py",
        "PLATES_GO_WITHIN = 2 * KEPT",
        "PLATES_GO_WITHIN = 2000 * KEPT",
        "tests/street/test_invariants.py::test_a_plate_may_not_stay_for_ever",
    ),
    Defect(
        "I8 waits for ever",
        "simulator/invariants/journals.py",
        "    if evidence.unrest:",
        "    if evidence.unrest and evidence.healed_s is None:",
        NAMED,
    ),
    Defect(
        "I9 looks at the glass and says nothing",
        "simulator/invariants/gather.py",
        "        self.found += glass_is_true(view, machine.screen, machine.language, facts)",
        "        glass_is_true(view, machine.screen, machine.language, facts)",
        "tests/street/test_street_command.py::test_a_violation_is_shrunk_to_a_visit_file_that_shows_it",
    ),
    Defect(
        "I10 lets a queue grow",
        "simulator/invariants/journals.py",
        "        if queue.length > queue.limit:",
        "        if queue.length > 1000 * queue.limit:",
        NAMED,
    ),
)
