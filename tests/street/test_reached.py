"""Which lines a change is of, and which streets run them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping

import pytest

from tests.planted.defect import Defect
from tests.planted.runner import ROOT
from tests.street.hunt import NEVER, hunt, outcome_of
from tests.street.reached import LineTracer, ReachedLines, hunted, lines_of_change, reached_in

SOUND = """\
MOST = 3


def enough(given: int) -> bool:
    if (
        given > MOST
        or given < 0
    ):
        return True
    match given:
        case 1:
            return False
    return False
"""


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("MOST = 3", "MOST = 4", None),
        ("given: int", "given: int = 0", set(range(5, 14))),
        ("        or given < 0\n", "", {5, 6, 7, 8}),
        ("return True", "return False", {9}),
        ("case 1:", "case 2:", {11}),
        ("    return False\n", "    pass\n    return False\n", {13}),
    ],
)
def test_a_change_is_of_the_statement_it_stands_in(old: str, new: str, lines: set[int] | None) -> None:
    at = SOUND.rindex(old)
    found = lines_of_change(SOUND, SOUND[:at] + new + SOUND[at + len(old) :])
    assert found == lines if lines is None else found is not None and lines <= found


def test_lines_that_are_run_are_seen() -> None:
    file = "tests/builders.py"
    tracer = LineTracer(ROOT, {file})
    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        from tests.builders import right

        right()
    finally:
        sys.settrace(before)
    inside = {number for number, line in enumerate((ROOT / file).read_text("utf-8").splitlines(), 1) if "ParkingRight(" in line}
    assert inside & tracer.run[file]


def test_a_defect_that_no_street_reaches_is_not_hunted() -> None:
    defect = next(each for each in hunted() if each.file == "firmware/ledger/lockout.py")
    nowhere = _learnt(defect, {})
    assert nowhere.seeds(defect) == ()
    assert hunt(defect, ROOT / "nowhere", 1, 1.0, nowhere).said == NEVER
    everywhere = dict.fromkeys(range(1, 1000), (4, 2))
    assert reached_in(_learnt(defect, everywhere).to_json()).seeds(defect) == (2, 4)


def test_lines_of_another_tree_are_not_believed() -> None:
    defect = hunted()[0]
    with pytest.raises(ValueError, match="another file"):
        ReachedLines({1: ""}, {}, {defect.file: "0"}).seeds(defect)


def test_what_the_streets_printed_is_read() -> None:
    defect = hunted()[0]
    assert outcome_of(defect, "FOUND 12 I3 does not hold at 75011-0001: it is gone\n", "").invariant == "I3"
    assert outcome_of(defect, "SAME TRACE 90 \n", "").said == "same trace"
    assert outcome_of(defect, "", "ValueError: no\n").invariant == "start"


def _learnt(defect: Defect, lines: Mapping[int, tuple[int, ...]]) -> ReachedLines:
    source = hashlib.sha256((ROOT / defect.file).read_bytes()).hexdigest()
    return ReachedLines({2: "b", 4: "d"}, {defect.file: lines}, {defect.file: source})
