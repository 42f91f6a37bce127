"""The shape of the source: one meaning for a class name, no two files that need each other, nothing too long to read."""

from __future__ import annotations

import ast
import statistics
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from hal.shipped import ROOT

PACKAGES = ("hal", "firmware", "simulator", "central", "workshop")
EVERYTHING = (*PACKAGES, "tests", "bench")
LONGEST_FILE, LONGEST_FUNCTION, P95_FUNCTION, MEDIAN_FUNCTION = 300, 40, 20, 6


@cache
def sources(*folders: str) -> dict[Path, ast.Module]:
    files = sorted(file for folder in folders for file in (ROOT / folder).rglob("*.py"))
    return {file: ast.parse(file.read_text("utf-8")) for file in files}


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Module and name of everything that a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((str(node.module), alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((parent, leaf) for alias in node.names for parent, _, leaf in [alias.name.rpartition(".")])


def functions(*folders: str) -> dict[str, int]:
    """Length in lines of every function, by place."""
    lengths = {}
    for file, tree in sources(*folders).items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lengths[f"{file.relative_to(ROOT)}:{node.lineno} {node.name}"] = (node.end_lineno or 0) - node.lineno + 1
    return lengths


def types_in(tree: ast.Module) -> Iterator[str]:
    """Names of the classes, type aliases and new types of a file. A constant is in capitals, so none is taken for an alias."""
    for node in (each for outer in tree.body for each in (outer.body if isinstance(outer, ast.If) else [outer])):
        match node:
            case ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if is_a_types(name):
                yield name


def is_a_types(name: str) -> bool:
    return name.lstrip("_")[:1].isupper() and not name.isupper()


def test_types_are_found_however_they_are_made() -> None:
    text = """
class A1: ...
Bird = tuple[str, int]
Cat: TypeAlias = "list[int]"
Dog = NewType("Dog", str)
if TYPE_CHECKING:
    Eel = list[Cat]
LIMIT = 40
LIMITS: Final = (1, 2)
"""
    assert list(types_in(ast.parse(text))) == ["A1", "Bird", "Cat", "Dog", "Eel"]


def homes_of_types(*folders: str) -> dict[str, list[str]]:
    """The files that define a type of each name. A migration is frozen, and copies what it needs."""
    homes = defaultdict(list)
    for file, tree in sources(*folders).items():
        for name in types_in(tree):
            if "versions" not in file.parts:
                homes[name].append(str(file.relative_to(ROOT)))
    return homes


def test_the_name_of_a_type_that_ships_has_one_meaning() -> None:
    homes = {name: places for name, places in homes_of_types(*PACKAGES).items() if not name.startswith("_")}
    assert len(homes) > 500
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def test_the_name_of_a_type_that_crosses_an_import_has_one_meaning_in_the_tests_too() -> None:
    crossing = {name for tree in sources(*EVERYTHING).values() for _, name in imported(tree)}
    homes = {name: places for name, places in homes_of_types(*EVERYTHING).items() if name in crossing}
    assert len(homes) > 500
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def test_no_two_files_need_each_other() -> None:
    trees = {module_of(file): tree for file, tree in sources(*EVERYTHING).items()}
    needs = {
        module: {name if name in trees else parent for parent, leaf in imported(tree) if (name := f"{parent}.{leaf}")}
        for module, tree in trees.items()
    }
    assert needs["firmware.app"] >= {"firmware.machine", "firmware.journal.line"}
    assert [(one, other) for one in needs for other in needs[one] if one < other and one in needs.get(other, ())] == []


def test_no_file_is_too_long_to_read() -> None:
    lengths = {file: file.read_text("utf-8").count("\n") for file in sources(*EVERYTHING)}
    assert {str(file.relative_to(ROOT)): lines for file, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    long = {place: lines for place, lines in functions(*EVERYTHING).items() if lines > LONGEST_FUNCTION}
    assert long == {}
    ordered = sorted(functions(*PACKAGES).values())
    assert statistics.median(ordered) <= MEDIAN_FUNCTION
    assert ordered[int(0.95 * (len(ordered) - 1))] <= P95_FUNCTION
