"""Every visit of simulator/visits/ is a test: it is played on a fresh station, and each of its expectations must hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.documents import SHOWN_VISITS
from simulator.visit_files.play import play
from simulator.visit_files.visit import read_visit

FILES = sorted((Path(__file__).parents[2] / "simulator" / "visits").glob("*.visit"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_visit_holds(file: Path) -> None:
    play(file, None)


def test_there_are_many_visits_and_no_two_have_the_same_title() -> None:
    titles = {read_visit(file).title for file in FILES}
    assert len(titles) == len(FILES) >= 149


@pytest.mark.parametrize("name", SHOWN_VISITS)
def test_a_visit_of_the_documentation_has_pictures(name: str) -> None:
    file = next(file for file in FILES if file.stem == name)
    assert [step for step in read_visit(file).steps if step.verb == "picture"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_visit_says_what_must_be_true_at_its_end(file: Path) -> None:
    assert read_visit(file).steps[-1].verb == "expect"
