"""docs/ARCHITECTURE.md: every file it names exists, and its tables say what the import contracts of pyproject.toml say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.laws.test_contracts import CITY

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/ARCHITECTURE.md").read_text("utf-8")
NAMED = re.findall(r"`((?:[\w.-]+/)+[\w.-]*|tariffs\.json|pyproject\.toml)`", PAGE)
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
]
ROOMS = ("hal", "firmware", "simulator", "central", "workshop")
LAYERS = {contract["containers"][0]: contract for contract in CONTRACTS if contract["type"] == "layers"}
PURE = next(contract for contract in CONTRACTS if contract["name"].startswith("pure packages"))
BOUND = {
    contract["source_modules"][0]: contract
    for contract in CONTRACTS
    if contract["type"] == "forbidden" and {*contract["source_modules"]} <= {*ROOMS}
}
"""What a whole room must not import."""


def test_the_page_names_files() -> None:
    assert len(set(NAMED)) >= 100


@pytest.mark.parametrize("name", sorted(set(NAMED)))
def test_what_it_names_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_every_decision_is_numbered_once() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs/decisions").glob("*.md")]
    assert sorted(numbers) == [f"{number:04d}" for number in range(1, len(numbers) + 1)]


# --- the tables ----------------------------------------------------------------------------------------------------


def rows_below(head: str) -> list[tuple[str, ...]]:
    """Cells of every row of the tables whose head begins so."""
    rows = []
    for table in re.findall(rf"^\| {head} .*\n\|-.*\n((?:\|.*\n)+)", PAGE, re.MULTILINE):
        rows += [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.splitlines()]
    return rows


def modules_in(cell: str) -> tuple[str, ...]:
    """Modules a cell names by their paths or by their dotted names."""
    return tuple(name.rstrip("/").removesuffix(".py").replace("/", ".") for name in re.findall(r"`([^`]+)`", cell))


def marked(mark: str) -> set[str]:
    return {module for layer, _, marks in rows_below("layer") if marks == mark for module in modules_in(layer)}


def layers_of(room: str) -> Iterator[tuple[set[str], bool]]:
    """The layers of a contract, from above: modules, and whether those of one layer stand apart."""
    for layer in LAYERS[room]["layers"]:
        yield {f"{room}.{name}" for name in re.split(r" [:|] ", layer)}, "|" in layer


@pytest.mark.parametrize("room", sorted(LAYERS))
def test_the_table_of_a_rooms_layers_is_its_contract(room: str) -> None:
    written = [({*modules_in(layer)}, marks == "apart") for layer, _, marks in rows_below("layer") if f"`{room}/" in layer]
    assert written == list(layers_of(room))


def test_every_row_of_the_layers_belongs_to_a_contract() -> None:
    assert {modules_in(layer)[0].split(".")[0] for layer, *_ in rows_below("layer")} == LAYERS.keys()
    assert {marks for *_, marks in rows_below("layer")} == {"", "pure", "told the time", "apart"}


def test_the_packages_marked_pure_are_those_of_the_contract() -> None:
    assert marked("pure") == {name for name in PURE["source_modules"] if not name.startswith("hal.")}
    [sentence] = re.findall(r"In `hal/` the packages (.*?) are pure", PAGE)
    assert {*modules_in(sentence)} == {name for name in PURE["source_modules"] if name.startswith("hal.")}


def test_the_packages_told_the_time_are_those_held_to_it() -> None:
    assert marked("told the time") == {*CITY}


def subpackages(room: str) -> set[str]:
    found = {path.stem for path in (ROOT / room).iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    return {f"{room}.{name}" for name in found - {"__init__", "__main__"}}


def imports_of(room: str) -> set[str]:
    """What a room may import of the others: whole rooms, or parts of one."""
    contract = BOUND[room]
    forbidden = {*contract["forbidden_modules"]}
    excused = [line.split(" -> ") for line in contract.get("ignore_imports", ())]
    allowed = {target for source, target in excused if source.startswith(f"{room}.")}
    for other in {*ROOMS} - {room} - forbidden:
        parts = {name for name in forbidden if name.startswith(f"{other}.")}
        allowed |= subpackages(other) - parts if parts else {other}
    return allowed


@pytest.mark.parametrize("room", ROOMS)
def test_the_imports_of_a_package_are_those_its_contract_leaves_it(room: str) -> None:
    [cell] = [imports for package, _, imports in rows_below("package") if package == f"`{room}/`"]
    assert {*modules_in(cell)} == imports_of(room)
