"""A fragment is found in one place however its lines are wrapped, and a defect that has none or two is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.planted.defect import Defect
from tests.planted.planting import PlantingError, planted

CALL = Defect("a charge of nothing", "a.py", "charge(cents, reference)", "charge(0, reference)", "t.py::t")
BLOCK = Defect(
    "printed before it is written",
    "a.py",
    "    record(right)\n    show(right)\n    print_ticket(right)\n",
    "    print_ticket(right)\n    record(right)\n    show(right)\n",
    "t.py::t",
)


@pytest.mark.parametrize(
    "wrapped",
    [
        "charge(cents, reference)\n",
        "charge(\n    cents, reference\n)\n",
        "charge(\n    cents,\n    reference,\n)\n",
        "charge(cents,reference)\n",
    ],
)
def test_a_fragment_is_found_however_a_formatter_wraps_it(wrapped: str) -> None:
    assert planted(f"before = 1\n{wrapped}after = 2\n", CALL) == "before = 1\ncharge(0, reference)\nafter = 2\n"


def test_what_a_formatter_would_not_wrap_is_another_text() -> None:
    for other in ("charge(cents, references)", "charge(cents)", "recharge(cents, reference_)", "charge(cents; reference)"):
        with pytest.raises(PlantingError) as refused:
            planted(other, CALL)
        assert refused.value.places == 0


@pytest.mark.parametrize(
    "source",
    [
        "charge(cents, reference)\ncharge(cents, reference)\n",
        "charge(cents,\n  reference)\ncharge(\n  cents, reference)\n",
    ],
)
def test_two_places_are_refused(source: str) -> None:
    with pytest.raises(PlantingError, match="2 places for the defect 'a charge of nothing'"):
        planted(source, CALL)


def test_what_stands_to_the_letter_goes_before_what_a_formatter_has_wrapped() -> None:
    assert planted("charge(\n  cents, reference)\ncharge(cents, reference)", CALL) == (
        "charge(\n  cents, reference)\ncharge(0, reference)"
    )


def test_other_files_than_python_are_matched_to_the_letter() -> None:
    unit = replace(CALL, file="a.service")
    assert planted("charge(cents, reference)", unit) == "charge(0, reference)"
    with pytest.raises(PlantingError):
        planted("charge(cents,  reference)", unit)


@pytest.mark.parametrize("indent", ["", "  ", "        ", " " * 12])
def test_whole_lines_keep_the_indentation_they_have_now(indent: str) -> None:
    lines = ["record(right)", "show(right)", "print_ticket(right)"]
    source = "".join(f"{indent}{line}\n" for line in ["if paid:", *lines, "return"])
    assert planted(source, BLOCK) == "".join(f"{indent}{line}\n" for line in ["if paid:", lines[2], *lines[:2], "return"])


def test_a_fragment_that_begins_inside_a_line_shifts_its_other_lines() -> None:
    defect = replace(CALL, old="x = f(a)\n    y = g(b)", new="x = f(a)\n    y = g(a)")
    source = "        if 1: x = f( a )\n        y = g(b)\n"
    assert planted(source, defect) == "        if 1: x = f(a)\n        y = g(a)\n"


def test_a_removed_line_leaves_no_empty_one() -> None:
    defect = replace(CALL, old="    fsync(file, again)\n", new="")
    assert planted("    write(file)\n    fsync(\n        file, again\n    )\n    close(file)\n", defect) == (
        "    write(file)\n    close(file)\n"
    )
