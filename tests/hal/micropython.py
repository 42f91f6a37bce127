"""Runs scripts on the MicroPython interpreter, with the front board's firmware beside them."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from hal.panel_firmware import write_firmware
from simulator.devices.panel import interpreter

needs_micropython = pytest.mark.skipif(
    find_spec("micropython_unix") is None, reason="the MicroPython interpreter has no wheel for this computer"
)


def run_micropython(folder: Path, script: str, given: str = "") -> str:
    """What the script prints; `given` is its standard input. Fails with what it says if it fails."""
    write_firmware(folder)
    (folder / "script.py").write_text(script, "utf-8")
    done = subprocess.run(
        [*interpreter(), str(folder / "script.py")], input=given, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
