"""The front board's firmware as it ships: which files go onto the board, and the version that they are.

The version is the beginning of a SHA-256 over every file, name and content: the board says it when it is greeted, and a
station sells only with the version that it was shipped with.
"""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from hal.shipped import ROOT

SOURCES = {
    **{f"{name}.py": f"board/panel/{name}.py" for name in ("light", "main", "panel", "pins", "rp2_io", "scan")},
    "hal/wire/panel.py": "hal/wire/panel.py",
}
"""Where a file lies on the board -> where it ships."""
VERSION_FILE = "version.py"
VERSION_SIZE = 8


@cache
def firmware_version(root: Path = ROOT) -> bytes:
    """The version of the firmware that ships beside this code. Raises OSError."""
    total = sha256()
    for name, source in sorted(SOURCES.items()):
        total.update(f"{name}\0".encode() + sha256((root / source).read_bytes()).digest())
    return total.digest()[:VERSION_SIZE]


def firmware_files(root: Path = ROOT) -> dict[str, bytes]:
    """Every file of the board and its content, the one that says the version among them. Raises OSError."""
    files = {name: (root / source).read_bytes() for name, source in SOURCES.items()}
    said = f'"""The version of the firmware."""\n\nFIRMWARE = {firmware_version(root)!r}\n'
    return {**files, VERSION_FILE: said.encode()}


def write_firmware(folder: Path) -> None:
    """Lay the files out as they lie on the board. Raises OSError."""
    for name, content in firmware_files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
