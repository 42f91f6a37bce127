"""Every exception class of a room stands in the tree that the room draws, below its parent; and nothing else is drawn."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.builders import ROOT

TREES = {
    "hal": "hal/errors.py",
    "firmware": "firmware/domain/errors.py",
    "central": "central/core/errors.py",
    "workshop": "workshop/common/errors.py",
    "simulator": "simulator/__init__.py",
}
"""Where each room draws its tree."""
TWO_KINDS = ("domain", "protocol", "tariff", "ledger", "journal", "backoffice", "station", "paper", "service", "visit")
"""Packages of the station all of whose errors are a FieldError or a FileError."""
FOREIGN = {"SQLAlchemyError": ("Exception",)}
"""Of a library, and drawn because a room answers it."""
BUILTIN = {
    name: tuple(base.__name__ for base in each.__bases__)
    for name, each in vars(builtins).items()
    if isinstance(each, type) and issubclass(each, BaseException)
}
BRANCH = re.compile(r"    (?P<stem>[│├└─ ]*)(?P<name>\w*(?:Error|Exception))\b *(?P<text>.*)")
INDENT = 4
"""Characters from a parent's name to its child's."""


@dataclass(frozen=True)
class ErrorClass:
    """An exception class as its file defines it."""

    file: str
    name: str
    bases: tuple[str, ...]


@dataclass(frozen=True)
class DrawnError:
    """A line of a tree."""

    name: str
    parent: str | None
    text: str


def classes_in(file: Path) -> Iterator[ErrorClass]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef):
            bases = (base.attr if isinstance(base, ast.Attribute) else ast.unparse(base) for base in node.bases)
            yield ErrorClass(file.relative_to(ROOT).as_posix(), node.name, tuple(bases))


@cache
def error_classes() -> dict[str, ErrorClass]:
    """Every exception class of the five rooms, by name, wherever in a file it stands."""
    classes = [each for room in TREES for file in sorted((ROOT / room).rglob("*.py")) for each in classes_in(file)]
    names: set[str] = set()
    while grown := {each.name for each in classes if names & {*each.bases} or any(map(is_foreign, each.bases))} - names:
        names |= grown
    return {each.name: each for each in classes if each.name in names}


def is_foreign(base: str) -> bool:
    """Whether a base is an exception that no room defines, by its name."""
    return base in BUILTIN or base.endswith(("Error", "Exception"))


def of_room(room: str) -> dict[str, ErrorClass]:
    return {name: each for name, each in error_classes().items() if each.file.startswith(f"{room}/")}


def drawn_in(docstring: str) -> tuple[DrawnError, ...]:
    """The lines of the tree of a docstring, each below its parent."""
    path: list[str] = []
    found = []
    for line in docstring.splitlines():
        branch = BRANCH.fullmatch(line)
        if branch and (branch["stem"] or not path):
            depth = len(branch["stem"]) // INDENT
            path = [*path[:depth], branch["name"]]
            found.append(DrawnError(branch["name"], path[-2] if depth else None, branch["text"]))
    return tuple(found)


@cache
def tree_of(room: str) -> tuple[DrawnError, ...]:
    return drawn_in(ast.get_docstring(ast.parse((ROOT / TREES[room]).read_text("utf-8")), clean=False) or "")


def bases_of(name: str) -> tuple[str, ...]:
    """Parents of an exception: ours, the language's, or a library's that is named here; none if there is no such class."""
    return error_classes()[name].bases if name in error_classes() else {**BUILTIN, **FOREIGN}.get(name, ())


LINES = [(room, line) for room in TREES for line in tree_of(room)]


def test_a_drawing_is_read_as_it_stands() -> None:
    text = (
        "\n    Exception\n    ├── AError   here: one\n    │   └── BError 2    two\n    └── CError  three\n\n    AError    422"
    )
    assert [(line.name, line.parent) for line in drawn_in(text)] == [
        *(("Exception", None), ("AError", "Exception"), ("BError", "AError"), ("CError", "Exception")),
    ]


@pytest.mark.parametrize("room", TREES)
def test_every_error_of_a_room_is_drawn_once(room: str) -> None:
    drawn = [line.name for line in tree_of(room)]
    assert of_room(room)
    assert of_room(room).keys() - {*drawn} == set()
    assert len({*drawn}) == len(drawn)


@pytest.mark.parametrize(("room", "line"), LINES, ids=lambda each: each if isinstance(each, str) else each.name)
def test_what_is_drawn_is_there_below_its_parent(room: str, line: DrawnError) -> None:
    """A second parent that is ours stands in the text: `(also a FileError)`."""
    if line.parent is None:
        assert line.name == "Exception"
        return
    assert line.parent in bases_of(line.name)
    others = {base for base in bases_of(line.name) if base in error_classes()} - {line.parent}
    assert others == set(re.findall(r"\(also a (\w+)\)", line.text))


@pytest.mark.parametrize(("room", "line"), LINES, ids=lambda each: each if isinstance(each, str) else each.name)
def test_a_line_names_the_file_that_defines_the_error(room: str, line: DrawnError) -> None:
    error = error_classes().get(line.name)
    named = re.match(r"([\w/]+\.py):", line.text)
    if error and named:
        assert error.file in (named[1], f"{room}/{named[1]}")
    elif error:
        assert error.file == TREES[room]


def ancestors(name: str) -> set[str]:
    return {name}.union(*(ancestors(base) for base in bases_of(name)))


def test_an_error_of_the_station_is_of_one_of_two_kinds() -> None:
    errors = [each for each in of_room("firmware").values() if each.file.split("/")[1] in TWO_KINDS]
    assert len(errors) >= 9
    assert [each.name for each in errors if not ancestors(each.name) & {"FieldError", "FileError"}] == []
