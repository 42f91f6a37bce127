"""The keypad's own driver on the real rpi-lgpio, over a stand-in for the lgpio C library: the very calls a Pi gets.

Each story runs in a process of its own, for the module is a global of its process. Only the chip is simulated.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from hal.shipped import ROOT

OPENING = """
import select
import sys
from pathlib import Path

from hal.ports import NEVER, KeyHeld, Key, KeyPressed
from simulator.devices.header import Header
from simulator.devices.lgpio_chip import LgpioChip
from simulator.devices.matrix import KeyMatrix

header = Header()
sys.modules["lgpio"] = LgpioChip(header)

from hal.board import load_board, open_gpio, open_keypad
from hal.lines import EdgeCable

wiring = load_board(Path("board/paris-v1.toml")).keypad
matrix = KeyMatrix(header, wiring.rows, wiring.columns)
gpio, cable = open_gpio(), EdgeCable()
keypad = open_keypad(wiring, gpio, cable.edge)
where = {key: (row, column) for row, keys in enumerate(wiring.keys) for column, key in enumerate(keys) if key}
now = 0.0

def edge():
    return bool(select.select([cable], [], [], 0)[0])

def run(seconds):
    \"\"\"What the loop does: edges first, then whoever is due.\"\"\"
    global now
    until, told = now + seconds, []
    while edge() or keypad.wake_at <= until:
        if edge():
            keypad.receive(cable.read(), now)
        else:
            now = max(now, keypad.wake_at)
            keypad.wake(now)
        told += keypad.take()
    now = until
    return told

assert run(0.1) == []
assert keypad.wake_at == NEVER, "with no key down nothing is scanned"
"""

STORIES = {
    "every key": """
assert set(where) == set(Key) and len(where) == 44
for key, position in where.items():
    matrix.press(*position)
    assert edge(), f"{key} made no edge"
    assert run(0.1) == [KeyPressed(key)], key
    matrix.release(*position)
    assert run(0.1) == [], key
    assert keypad.wake_at == NEVER, key
""",
    "an edge wakes": """
assert not edge()
matrix.press(*where[Key.OK])
assert edge(), "the pipe is not readable"
assert keypad.wake_at == NEVER
keypad.receive(cable.read(), now)
assert keypad.wake_at == now + 0.005
assert not edge(), "our own scan made an edge"
assert run(0.1) == [KeyPressed(Key.OK)]
assert not edge()
""",
    "a ghost is refused": """
corners = [Key.D1, Key.D2, Key.D8, Key.D9]
assert [where[key] for key in corners] == [(0, 0), (0, 1), (1, 0), (1, 1)]
for key in corners[:2]:
    matrix.press(*where[key])
assert run(0.1) == [KeyPressed(Key.D1), KeyPressed(Key.D2)]
matrix.press(*where[Key.D8])
assert run(0.5) == [], "8 and 9 read down alike: which is a finger cannot be told"
matrix.release(*where[Key.D2])
assert run(0.1) == [KeyPressed(Key.D8)], "with the rectangle gone, what is still down is believed"
matrix.release(*where[Key.D1])
matrix.release(*where[Key.D8])
assert run(0.1) == []
""",
    "bounce is one press": """
bounce = (0.001, 0.002, 0.0005, 0.003)
matrix.press(*where[Key.A], now, bounce)
told = []
for _ in range(10):
    matrix.wake(now)
    told += run(0.001)
matrix.wake(now)
told += run(0.1)
assert told == [KeyPressed(Key.A)], told
""",
    "held": """
matrix.press(*where[Key.CORRECT])
assert run(1.2) == [KeyPressed(Key.CORRECT), KeyHeld(Key.CORRECT)]
""",
    "a key down at start": """
matrix.press(*where[Key.M])
other = open_keypad(wiring, gpio, cable.edge)
keypad = other
assert run(0.1) == [KeyPressed(Key.M)]
""",
}


@pytest.mark.parametrize("story", STORIES)
def test_on_the_real_library(story: str) -> None:
    ending = "\nassert not header.shorts, header.shorts\ncable.close()\nprint('played')"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", OPENING + STORIES[story] + ending],
        cwd=ROOT,
        env={**os.environ, "RPI_LGPIO_REVISION": "c04170", "RPI_LGPIO_CHIP": "0"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "played\n"), run.stderr
