"""The catalogue of planted defects fits the tree; `make defects` plants them."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from tests.planted.catalogue import DEFECTS
from tests.planted.defect import Defect

ROOT = Path(__file__).parents[2]


def functions(file: Path) -> set[str]:
    return {node.name for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.what)
def test_a_defect_can_be_planted_in_one_place_and_has_a_test_that_is_there(defect: Defect) -> None:
    source = (ROOT / defect.file).read_text("utf-8")
    assert source.count(defect.old) == 1
    if defect.file.endswith(".py"):
        ast.parse(source.replace(defect.old, defect.new))
    file, _, function = defect.test.partition("::")
    assert function in functions(ROOT / file)


def test_there_are_enough_and_each_is_another_one() -> None:
    assert len(DEFECTS) >= 20
    assert len({(defect.file, defect.old, defect.new) for defect in DEFECTS}) == len(DEFECTS)
    assert len({defect.what for defect in DEFECTS}) == len(DEFECTS)


def test_every_room_that_guards_money_has_its_defects() -> None:
    rooms = {defect.file.rpartition("/")[0] for defect in DEFECTS}
    assert rooms >= {
        "firmware",
        "firmware/screens",
        "firmware/tariff",
        "hal/drivers",
        "hal/wire",
        "central/access",
        "central/intake",
        "central/rules",
        "workshop/flash",
        "board/systemd",
    }


def test_the_runner_is_not_collected_as_a_test() -> None:
    """pytest must not plant anything by itself."""
    options = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]["ini_options"]
    assert options["testpaths"] == ["tests"]
    assert not Path(__file__).with_name("__main__.py").name.startswith("test_")
