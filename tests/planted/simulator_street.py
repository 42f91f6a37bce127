"""Planted defects of simulator/street/: a street that is not the same twice, or says what it did not see."""

from __future__ import annotations

from tests.planted.defect import Defect

DEFECTS = (
    Defect(
        "the trace hangs on Python's hash seed",
        "simulator/street/trace.py",
        '        self._hash.update("\\x1f".join(map(str, words)).encode() + b"\\n")',
        '        self._hash.update("\\x1f".join(map(str, set(words))).encode() + b"\\n")',
        "tests/street/test_street.py::test_the_same_seed_gives_the_same_trace_whatever_the_hash_seed",
    ),
    Defect(
        "a visit is shrunk to one that shows nothing",
        "simulator/street/shrink.py",
        "            if shows(fewer):",
        "            if fewer:",
        "tests/street/test_street_command.py::test_a_violation_is_shrunk_to_a_visit_file_that_shows_it",
    ),
    Defect(
        "an unknown habit is nobody's",
        "simulator/street/plan.py",
        '            _among("habit", habit, HABITS)',
        '            _among("habit", habit, (habit,))',
        "tests/street/test_street_command.py::test_what_is_unknown_is_named",
    ),
    Defect(
        "what does not hold at rest is not looked at",
        "simulator/street/station.py",
        "        self._require(violations(evidence, resting=city))",
        "        self._require(violations(evidence))",
        "tests/street/test_street.py::test_what_does_not_hold_at_rest_ends_a_street",
    ),
    Defect(
        "a street of no visits has held",
        "simulator/street/plan.py",
        '            _within("visits", self.visits, 1, MOST_VISITS)\n',
        "            pass\n",
        "tests/street/test_street_command.py::test_what_is_unknown_is_named",
    ),
    Defect(
        "a street that nobody watches says nothing until its end",
        "simulator/street/cli.py",
        "        if (tenth := int(10 * min(1.0, share))) > told:\n",
        "        if (tenth := int(10 * min(1.0, share))) > 10:\n",
        "tests/street/test_street_command.py::test_it_prints_what_happened_and_draws_the_day",
    ),
    Defect(
        "a technician types each one-time code once",
        "simulator/street/service_habits.py",
        '    for _ in range(2):\n        yield "press CORRECT CORRECT INFO"\n        yield "press INFO"\n',
        '    for _ in range(1):\n        yield "press CORRECT CORRECT INFO"\n        yield "press INFO"\n',
        "tests/street/test_service_habits.py::test_a_one_time_code_is_tried_again",
    ),
)
