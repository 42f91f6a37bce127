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
        "I3 does not miss an entry at the city",
        "simulator/invariants/journals.py",
        "        there = theirs.get(each.entry.hash)\n",
        "        there = theirs.get(each.entry.hash, each.entry)\n",
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
        "            self.found += glass_is_true(view, machine.screen, machine.language, facts)",
        "            glass_is_true(view, machine.screen, machine.language, facts)",
        "tests/street/test_street_command.py::test_a_violation_is_shrunk_to_a_visit_file_that_shows_it",
    ),
    Defect(
        "I10 lets a queue grow",
        "simulator/invariants/journals.py",
        "        if queue.length > queue.limit:",
        "        if queue.length > 1000 * queue.limit:",
        NAMED,
    ),
    Defect(
        "I3 does not look at the plate at the city",
        "simulator/invariants/journals.py",
        "there.personal != each.entry.personal",
        "not there.personal",
        "tests/street/test_invariants.py::test_another_plate_at_the_city_is_named",
    ),
    Defect(
        "I9 does not ask which price a card pays",
        "simulator/invariants/glass.py",
        "    if not (grouped(right.plate) in text and euros(right.cents, language) in text):",
        "    if grouped(right.plate) not in text:",
        "tests/street/test_invariants.py::test_a_card_is_taken_for_what_the_glass_names",
    ),
    Defect(
        "I12 compares with what the city claims since",
        "simulator/invariants/claims.py",
        "        before = bisect_left(moments, received) if received else 0\n",
        "        before = 0\n",
        "tests/street/test_invariants.py::test_the_city_may_not_call_complete_what_is_still_to_come",
    ),
    Defect(
        "I12 lets the city ask again",
        "simulator/invariants/claims.py",
        "            if after.wanted.get(number, 0) < wanted:",
        "            if after.wanted.get(number, 0) < 0:",
        "tests/street/test_invariants.py::test_the_city_may_not_ask_again_for_what_it_has_taken",
    ),
    Defect(
        "I13 lets two rights of a stay run at once",
        "simulator/invariants/stays.py",
        "        if latest.end > right.start:",
        "        if latest.end > right.end:",
        "tests/street/test_invariants.py::test_who_prolongs_goes_on_where_the_stay_has_come_to",
    ),
    Defect(
        "I14 counts sales and no cents",
        "simulator/invariants/reports.py",
        "    if counted != are:",
        "    if counted[0] != are[0]:",
        "tests/street/test_invariants.py::test_the_counters_are_those_of_the_journal",
    ),
    Defect(
        "I14 lets the city show other alarms",
        "simulator/invariants/reports.py",
        "evidence.city.alarms != evidence.station.alarms:",
        "evidence.city.alarms - evidence.station.alarms:",
        "tests/street/test_invariants.py::test_the_alarms_that_are_up_are_told",
    ),
)
