"""A desk with a real keypad, through the real GPIO library."""

from __future__ import annotations

import os
import subprocess
import sys

from hal.shipped import ROOT

# --- a real keypad ------------------------------------------------------------------------------------------------

KEYPAD = """
import contextlib, sys, tempfile
from dataclasses import replace
from msgspec import structs
from datetime import datetime
from pathlib import Path

from simulator.devices.header import Header
from simulator.devices.lgpio_chip import LgpioChip
from simulator.devices.matrix import KeyMatrix

header = Header()
sys.modules["lgpio"] = LgpioChip(header)

from hal.time_zone import PARIS
from simulator.desk.desk import Desk
from simulator.setting import demonstration

def press(*keys):
    for key in keys:
        matrix.press(*where[key])
        for _ in range(8):
            desk.tick(0.01)
        matrix.release(*where[key])
        for _ in range(8):
            desk.tick(0.01)

def ready():
    for _ in range(100):
        desk.tick(0.02)

with tempfile.TemporaryDirectory() as folder:
    setting = demonstration(Path(folder), datetime(2026, 3, 4, 10, tzinfo=PARIS))
    wiring = setting.reference.keypad
    matrix = KeyMatrix(header, wiring.rows, wiring.columns)
    where = {name: (row, column) for row, names in enumerate(wiring.layout) for column, name in enumerate(names) if name}
    with contextlib.closing(Desk(replace(setting, board=structs.replace(setting.board, keypad=wiring)))) as desk:
        ready()
        press("A", "B", "1")
        assert desk.state()["plate"] == "AB1", desk.state()
        desk.power(False)
        press("X")
        desk.power(True)
        ready()
        press("2", "3")
        assert desk.state()["plate"] == "23", desk.state()
print("played")
"""


def test_a_real_keypad_survives_a_power_cut_and_a_key_pressed_meanwhile() -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", KEYPAD],
        cwd=ROOT,
        env={**os.environ, "RPI_LGPIO_REVISION": "c04170", "RPI_LGPIO_CHIP": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "played\n", "")
