"""Import contracts: pure packages meet no clock, wire, disk or chance; a simulated device knows no driver it faces."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.builders import ROOT

PURE = (
    *("firmware.domain", "firmware.tariff", "firmware.protocol", "firmware.ledger", "firmware.service", "firmware.visit"),
    *("firmware.screens", "firmware.paper", "central.rules", "hal.ports"),
)
"""Packages that meet no clock, wire, disk or chance: a new file in one of them is held to it from its first line."""
CITY = (
    *("central.core", "central.db", "central.access", "central.register", "central.intake", "central.enforcement"),
    *("central.operations", "central.appeals", "central.notices", "central.cards", "central.pages"),
)
"""Packages that are told what time it is."""
WORLD = {
    *("asyncio", "concurrent", "multiprocessing", "queue", "sched", "select", "selectors", "signal", "subprocess", "threading"),
    *("http", "httpx", "serial", "socket", "socketserver", "spidev", "ssl", "urllib"),
    *("ctypes", "fcntl", "glob", "io", "logging", "mmap", "os", "pathlib", "platform", "shutil", "sqlite3", "tempfile"),
    *("random", "secrets", "time", "uuid"),
}
"""Modules through which a program meets a clock, a wire, a disk or chance."""
READS_ITS_FILE = {"firmware.tariff.load": {"pathlib"}}
"""The tariff's own reader is part of its package: one file, read once, at start."""
ASKS_THE_TIME = {"now", "today", "utcnow", "time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "localtime"}


def path_of(module: str) -> Path:
    base = ROOT / module.replace(".", "/")
    return base / "__init__.py" if base.is_dir() else base.with_suffix(".py")


def is_ours(module: str) -> bool:
    return module.partition(".")[0] in ("hal", "firmware", "simulator", "central") and path_of(module).exists()


def tree(module: str) -> ast.Module:
    return ast.parse(path_of(module).read_text("utf-8"))


@cache
def imports(module: str) -> frozenset[str]:
    """Every module this one imports, wherever in the file, packages on the way included."""
    found: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute here"
            name = str(node.module)
            found |= {name, *(f"{name}.{alias.name}" for alias in node.names if is_ours(f"{name}.{alias.name}"))}
    return frozenset(found | {name.rpartition(".")[0] for name in found if is_ours(name) and "." in name})


def closure(modules: Iterable[str]) -> set[str]:
    """These modules of ours and all of ours that they import, however indirectly."""
    known: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in known:
            known.add(module)
            waiting += [name for name in imports(module) if is_ours(name)]
    return known


def modules_in(*packages: str) -> Iterator[str]:
    for package in packages:
        for path in sorted((ROOT / package.replace(".", "/")).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def pure() -> set[str]:
    """Every file of the pure packages, the machine, and all of ours that they import."""
    return closure([*modules_in(*PURE), "firmware.machine"])


def foreign(module: str) -> set[str]:
    """What a module imports of the world, by the first part of its name."""
    return {name.partition(".")[0] for name in imports(module)} & WORLD


def test_the_pure_part_is_all_there() -> None:
    known = pure()
    assert {"firmware.screens.payment", "firmware.tariff.quotes", "firmware.ledger.ledger", "hal.ports"} <= known
    for module in ("firmware.app", "firmware.journal.journal", "firmware.loop", "firmware.backoffice.sync", "hal.clock"):
        assert module not in known
    assert not [module for module in known if module.startswith(("hal.drivers", "simulator", "workshop", "central.db"))]


def test_a_pure_package_uses_only_libraries_that_compute() -> None:
    known = {"msgspec", "cryptography", *sys.stdlib_module_names, "hal", "firmware", "central"}
    found = {module: {name.partition(".")[0] for name in imports(module)} - known for module in pure()}
    assert {module: names for module, names in found.items() if names} == {}


def test_the_city_uses_three_packages_of_the_station() -> None:
    used = {name for module in modules_in("central") for name in imports(module) if name.startswith("firmware.")}
    assert {name.split(".")[1] for name in used} == {"domain", "protocol", "tariff"}


def test_a_pure_package_imports_no_clock_wire_disk_or_chance() -> None:
    found = {module: foreign(module) - READS_ITS_FILE.get(module, set()) for module in pure()}
    assert {module: names for module, names in found.items() if names} == {}


@pytest.mark.parametrize("module", sorted(pure()))
def test_a_pure_package_never_asks_what_time_it_is_nor_opens_a_file(module: str) -> None:
    for call in (node for node in ast.walk(tree(module)) if isinstance(node, ast.Call)):
        match call.func:
            case ast.Attribute(attr="now" | "today" | "utcnow" as name):
                pytest.fail(f"{module}:{call.lineno} calls .{name}()")
            case ast.Name("open" | "print" | "input" | "eval" | "exec" | "__import__" as name):
                pytest.fail(f"{module}:{call.lineno} calls {name}()")


@pytest.mark.parametrize(("package", "claim"), [*((name, "Pure: ") for name in PURE), *((name, "No clock") for name in CITY)])
def test_a_package_makes_its_claim_once(package: str, claim: str) -> None:
    assert f"\n\n{claim}" in (ast.get_docstring(tree(package)) or "")


@pytest.mark.parametrize("module", sorted(modules_in(*CITY)))
def test_the_city_is_told_what_time_it_is(module: str) -> None:
    assert list(clocks(module)) == []
    assert foreign(module) & {"httpx", "serial", "socket", "ssl", "urllib"} == set()


def clocks(module: str) -> Iterator[int]:
    """Lines that ask the computer what time it is."""
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree(module))
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for alias in node.names
    }
    for call in (node for node in ast.walk(tree(module)) if isinstance(node, ast.Call)):
        match call.func:
            case ast.Attribute(ast.Name("time" | "datetime" | "date"), attr) if attr in ASKS_THE_TIME:
                yield call.lineno
            case ast.Name(name) if name in names:
                yield call.lineno


def test_one_file_asks_what_time_it_is() -> None:
    found = {module for module in modules_in("hal", "firmware", "simulator") if list(clocks(module))}
    assert found == {"hal.clock"}
    assert {module for module in modules_in("central") if list(clocks(module))} == {"central.cli.common"}


@pytest.mark.parametrize("module", sorted(modules_in("simulator.devices")))
def test_a_simulated_device_knows_nothing_of_the_driver_it_faces(module: str) -> None:
    """Else one wrong constant is wrong on both ends, and every test is green."""
    shared = [name for name in closure([module]) if name.startswith(("hal.wire", "hal.drivers", "firmware"))]
    assert shared == []


@pytest.mark.parametrize("package", ["hal", "firmware"])
def test_what_ships_names_neither_the_simulator_nor_the_city(package: str) -> None:
    allowed = {"hal": {"hal"}, "firmware": {"hal", "firmware"}}[package]
    for module in modules_in(package):
        ours = {name.partition(".")[0] for name in imports(module) if is_ours(name)}
        assert ours <= allowed, module


HEAVY = ("fastapi", "pydantic", "starlette", "sqlalchemy", "uvicorn", "PIL.ImageTk", "escpos", "simulator", "central")


@pytest.mark.parametrize(
    "module", ["firmware.cli", "firmware.app", "firmware.assemble", "firmware.loop", "firmware.cli.run_station"]
)
def test_the_station_starts_without_the_citys_libraries(module: str) -> None:
    program = f"import sys, {module}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_list_of_the_commands_waits_for_none_of_them() -> None:
    program = """
import atexit, sys
from firmware.cli import main
atexit.register(lambda: print(sorted({"firmware.tariff", "msgspec", "dataclasses"} & set(sys.modules))))
main(["--help"])
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "tariff" in done.stdout, "what other packages add is listed too"
    assert done.stdout.splitlines()[-1] == "[]"
