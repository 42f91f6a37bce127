"""The real rpi-lgpio over the stand-in chip: the very module a Pi imports, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from hal.shipped import ROOT

OPENING = """
import sys
from simulator.devices.header import Header
from simulator.devices.lgpio_chip import LgpioChip
from simulator.devices.matrix import KeyMatrix

header = Header()
sys.modules["lgpio"] = LgpioChip(header)
import RPi.GPIO as GPIO

ROWS, COLUMNS = (5, 6, 13, 19, 26, 12, 16), (17, 27, 22, 23, 4, 20, 21)
matrix = KeyMatrix(header, ROWS, COLUMNS)
GPIO.setmode(GPIO.BCM)
GPIO.setwarnings(False)
for line in COLUMNS:
    GPIO.setup(line, GPIO.IN, pull_up_down=GPIO.PUD_UP)
for line in ROWS:
    GPIO.setup(line, GPIO.IN)

def scan():
    seen = set()
    for row, line in enumerate(ROWS):
        GPIO.setup(line, GPIO.OUT, initial=GPIO.LOW)
        seen |= {(row, column) for column, other in enumerate(COLUMNS) if GPIO.input(other) == 0}
        GPIO.setup(line, GPIO.IN)
    return seen
"""

STORIES = {
    "pulls": """
assert GPIO.input(17) == 1
GPIO.setup(17, GPIO.IN, pull_up_down=GPIO.PUD_DOWN)
assert GPIO.input(17) == 0
""",
    "matrix": """
assert scan() == set()
for row in range(7):
    for column in range(7):
        matrix.press(row, column)
        assert scan() == {(row, column)}
        matrix.release(row, column)
""",
    "ghosting": """
for key in ((2, 2), (2, 5), (6, 2)):
    matrix.press(*key)
assert scan() == {(2, 2), (2, 5), (6, 2), (6, 5)}
assert not header.shorts
""",
    "edges": """
heard = []
for line in ROWS:
    GPIO.setup(line, GPIO.OUT, initial=GPIO.LOW)
for line in COLUMNS:
    GPIO.add_event_detect(line, GPIO.FALLING, callback=heard.append)
matrix.press(3, 1)
matrix.release(3, 1)
assert heard == [27], heard
for line in COLUMNS:
    GPIO.remove_event_detect(line)
matrix.press(3, 1)
assert heard == [27], heard
""",
    "cleanup": """
GPIO.setup(5, GPIO.OUT, initial=GPIO.HIGH)
GPIO.cleanup()
assert header.level(5) == 0, "nobody drives it high any more"
assert GPIO.getmode() is None
""",
    "wrong use": """
try:
    GPIO.output(17, 1)
except RuntimeError as error:
    assert "OUTPUT" in str(error)
else:
    raise AssertionError("an input was driven")
""",
}


@pytest.mark.parametrize("story", STORIES)
def test_the_real_library(story: str) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", OPENING + STORIES[story] + "print('played', GPIO.VERSION)"],
        cwd=ROOT,
        env={**os.environ, "RPI_LGPIO_REVISION": "c04170", "RPI_LGPIO_CHIP": "0"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "played 0.7.2\n"), run.stderr
