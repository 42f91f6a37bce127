"""The catalogue of planted defects fits the tree; `make defects` plants them."""

from __future__ import annotations

import ast
from functools import cache

import pytest

from tests.builders import ROOT
from tests.planted.catalogue import DEFECTS, ROOMS, room_of
from tests.planted.defect import Defect
from tests.planted.planting import planted

FEWEST = 1120
"""Defects may be added, and replaced by others: none is lost."""


@cache
def functions(file: str) -> frozenset[str]:
    """The functions of a test file, methods included."""
    nodes = ast.walk(ast.parse((ROOT / file).read_text("utf-8")))
    return frozenset(node.name for node in nodes if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.what)
def test_a_defect_can_be_planted_in_one_place_and_has_a_test_that_is_there(defect: Defect) -> None:
    source = (ROOT / defect.file).read_text("utf-8")
    changed = planted(source, defect)
    assert changed != source
    if defect.file.endswith(".py"):
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(source)), "only what a reader sees has changed"
    file, _, function = defect.test.partition("::")
    assert function in functions(file)


def test_none_is_lost_and_each_is_another_one() -> None:
    assert len(DEFECTS) >= FEWEST
    assert len({(defect.file, defect.old, defect.new) for defect in DEFECTS}) == len(DEFECTS)
    assert len({defect.what for defect in DEFECTS}) == len(DEFECTS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_defect_stands_in_the_file_of_its_package(room: str) -> None:
    assert ROOMS[room]
    assert {room_of(defect) for defect in ROOMS[room]} == {room}


def test_every_room_that_guards_money_has_its_defects() -> None:
    stations = {"firmware", "firmware_journal", "firmware_ledger", "firmware_screens", "firmware_tariff", "firmware_visit"}
    assert ROOMS.keys() >= stations | {"hal_drivers", "hal_wire", "workshop_flash", "board"}
    assert ROOMS.keys() >= {"central_access", "central_enforcement", "central_intake", "central_register", "central_rules"}
