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


def test_a_class_name_that_crosses_an_import_has_one_meaning() -> None:
    trees = sources(*PACKAGES)
    crossing = {name for tree in trees.values() for _, name in imported(tree)}
    homes = defaultdict(list)
    for file, tree in trees.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and node.name in crossing:
                homes[node.name].append(str(file.relative_to(ROOT)))
    assert len(homes) > 300
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def test_no_two_files_need_each_other() -> None:
    trees = {module_of(file): tree for file, tree in sources(*PACKAGES, "tests", "bench").items()}
    needs = {
        module: {name if name in trees else parent for parent, leaf in imported(tree) if (name := f"{parent}.{leaf}")}
        for module, tree in trees.items()
    }
    assert needs["firmware.app"] >= {"firmware.machine", "firmware.journal.line"}
    assert [(one, other) for one in needs for other in needs[one] if one < other and one in needs.get(other, ())] == []


def test_no_file_is_too_long_to_read() -> None:
    lengths = {file: file.read_text("utf-8").count("\n") for file in sources(*PACKAGES, "tests", "bench")}
    assert {str(file.relative_to(ROOT)): lines for file, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    lengths = functions(*PACKAGES)
    assert {place: lines for place, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}
    ordered = sorted(lengths.values())
    assert statistics.median(ordered) <= MEDIAN_FUNCTION
    assert ordered[int(0.95 * (len(ordered) - 1))] <= P95_FUNCTION
