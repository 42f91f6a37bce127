"""`python -m tests.hal.panel_types`: mypy over the front board's firmware, with the stubs of MicroPython for the Pico.

The stubs are installed for every program of the environment; mypy is shown them in a folder of their own, for the rest of the
tree is no MicroPython.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import files
from pathlib import Path

from hal.panel_firmware import VERSION_FILE, firmware_files
from hal.shipped import ROOT

STUBS = "micropython-rp2-rpi-pico-stubs"
NEEDED = ("machine", "micropython", "select", "time", "vfs")
"""The modules of MicroPython's own that the firmware imports, and what these import."""


def lay_stubs(folder: Path) -> None:
    """Copy the stubs, and write the file that only flashing writes."""
    for file in files(STUBS) or ():
        if file.name.removesuffix(".pyi") in NEEDED or file.parts[0] == "rp2":
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(file.locate()), folder / file)
    (folder / VERSION_FILE).write_bytes(firmware_files()[VERSION_FILE])


def main() -> int:
    """The exit status of mypy."""
    with tempfile.TemporaryDirectory() as folder:
        lay_stubs(Path(folder))
        environment = {**os.environ, "MYPYPATH": os.pathsep.join((folder, "board/panel", "."))}
        command = [sys.executable, "-m", "mypy", "--config-file", "board/panel/mypy.ini", "--cache-dir", os.devnull]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
