"""Front panel: its firmware onto the Pico, by the bootloader's drive or by its serial port, and the proof that it is there.

*By the drive* (`--panel FOLDER --uf2 FILE --sha256 HEX`): a UF2 file, a MicroPython for the Pico with or without our files
frozen in, is copied onto the drive that a Pico shows while its BOOTSEL button is held at power-on. The file is held to its hash
and to the RP2040's own format first: the bootloader takes whatever else there is, and boots no more.

*By the port* (`--panel /dev/ttyACM0`): our files, by mpremote, with the service jumper on; `main.py` goes first and comes last,
so a board that was unplugged meanwhile starts nothing. Every file's hash is read back from the board, and the version that its
own interpreter says. What was proven stands in a signed certificate.
"""

from __future__ import annotations

import os
import re
import shutil
import struct
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.domain.errors import reason_of
from hal.panel_firmware import firmware_files, firmware_version
from workshop.common.errors import ImageError, MisuseError, ProofError, TargetError, ToolError, WriteError
from workshop.common.tools import run_checked
from workshop.flash.signed_page import sign_page

DRIVE_SAYS = "INFO_UF2.TXT"
BOARD_ID = "RPI-RP2"
"""What the bootloader of an RP2040 says of itself; an RP2350's says RP2350."""
BLOCK, PAYLOAD = 512, 256
UF2_START, UF2_END, RP2040 = (0x0A324655, 0x9E5D5157), 0x0AB16F30, 0xE48BFF56
HAS_FAMILY = 0x2000
FLASH = range(0x10000000, 0x11000000)
"""Where a program of the RP2040 may lie."""
ASKED = "import version, machine; print(version.FIRMWARE.hex(), machine.unique_id().hex())"
ANSWER = re.compile(r"([0-9a-f]{16}) ([0-9a-f]{16})\s*")

Mpremote = Callable[..., str]
"""Runs mpremote with these words and returns what it prints; raises ToolError."""


@dataclass(frozen=True)
class PanelCertificate:
    """What was put onto a panel, and what was read back from it."""

    place: str
    what: str
    """The UF2 file with its hash, or the files."""
    version: str
    """Of the firmware, as the board itself says it; empty where it was not asked."""
    board: str
    """The chip's own number; empty where it was not asked."""
    proven: str
    at: datetime
    by: str


def check_uf2(file: Path, wanted: str) -> bytes:
    """The content of a UF2 file for the RP2040 with this SHA-256. Raises ImageError."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise ImageError(str(file), "", reason_of(error)) from error
    found = sha256(content).hexdigest()
    if found != wanted.strip().lower():
        raise ImageError(str(file), "", f"its sha256 is {found}, not the {wanted} that --sha256 says")
    if not content or len(content) % BLOCK:
        raise ImageError(str(file), "", f"{len(content)} bytes are no whole blocks of {BLOCK}: no UF2 file")
    count = len(content) // BLOCK
    written: set[int] = set()
    for number in range(count):
        block = content[number * BLOCK : (number + 1) * BLOCK]
        if flaw := _block_flaw(block, number, count, written):
            raise ImageError(str(file), f"block {number}", flaw)
        written.add(_address(block))
    if FLASH.start not in written:
        raise ImageError(
            str(file), "", f"nothing for {FLASH.start:#x}, where a program of the RP2040 begins: it would boot nothing"
        )
    return content


def _address(block: bytes) -> int:
    return int(struct.unpack_from("<I", block, 12)[0])


def _block_flaw(block: bytes, number: int, count: int, written: Collection[int]) -> str:
    """What keeps this block from being one of an RP2040's, after those for `written`; empty where nothing does."""
    *start, flags, address, size, at, of, family = struct.unpack("<8I", block[:32])
    if tuple(start) != UF2_START or struct.unpack("<I", block[-4:])[0] != UF2_END:
        return "does not begin and end as UF2 does"
    if not flags & HAS_FAMILY or family != RP2040:
        return "is not for an RP2040"
    if (at, of) != (number, count):
        return f"says it is {at} of {of}, and is {number} of {count}"
    if size != PAYLOAD or address not in FLASH or address % PAYLOAD:
        return f"wants {size} bytes at {address:#x}, where the RP2040 has no flash, or no page of it"
    return f"is for {address:#x}, as one before it" if address in written else ""


def write_drive(drive: Path, content: bytes) -> None:
    """Copy a UF2 file onto the bootloader's drive. Raises TargetError for another drive, WriteError where it is not taken."""
    try:
        said = (drive / DRIVE_SAYS).read_text("ascii", "replace")
    except OSError as error:
        raise TargetError(f"{drive} is no bootloader's drive: {DRIVE_SAYS}: {reason_of(error)}") from error
    board = next((line.partition(":")[2].strip() for line in said.splitlines() if line.startswith("Board-ID")), "")
    if board != BOARD_ID:
        raise TargetError(f"{drive}: the board there is {board or 'of no name'}, not {BOARD_ID}")
    try:
        with (drive / "panel.uf2").open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise WriteError(f"{drive}: {reason_of(error)}: hold BOOTSEL, plug the board in again, and repeat") from error


def mpremote_on(port: str) -> Mpremote:
    """mpremote, connected to this port. Raises ToolError where it is not installed."""
    beside = Path(sys.executable).with_name("mpremote")
    program = str(beside) if beside.exists() else shutil.which("mpremote")
    if program is None:
        raise ToolError("missing here: mpremote; try: make .venv/dev, or .venv/bin/pip install mpremote")

    def run(*words: str, folder: Path | None = None) -> str:
        return run_checked(program, "connect", port, *words, folder=folder)

    return run


def check_port(port: str) -> None:
    """Look whether this is a serial port that may be used, before a tool says it less clearly. Raises TargetError."""
    try:
        line = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except FileNotFoundError as error:
        ports = ", ".join(sorted(map(str, Path("/dev").glob("ttyACM*")))) or "none"
        raise TargetError(
            f"{port} is not there; ports of such boards here: {ports}. Is it plugged in, with the service jumper on?"
        ) from error
    except PermissionError as error:
        raise TargetError(f"{port}: {reason_of(error)}: run with sudo, or join its group (ls -l {port})") from error
    except OSError as error:
        raise TargetError(f"{port}: {reason_of(error)}") from error
    is_line = os.isatty(line)
    os.close(line)
    if not is_line:
        raise TargetError(f"{port} is no serial port, and no bootloader's drive")


def write_files(mpremote: Mpremote, files: Mapping[str, bytes]) -> None:
    """Put our files onto the board: while `main.py` is not there, it starts nothing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        mpremote("exec", "import os\nif 'main.py' in os.listdir(): os.remove('main.py')")
        others = sorted({path.partition("/")[0] for path in files} - {"main.py"})
        mpremote("fs", "cp", "-r", *others, ":", folder=folder)
        mpremote("fs", "cp", "main.py", ":", folder=folder)


def prove_files(mpremote: Mpremote, files: Mapping[str, bytes], version: bytes) -> str:
    """Read back every file's hash, and the version from the board's interpreter; its chip's number. Raises ProofError."""
    for path, content in files.items():
        said = mpremote("fs", "sha256sum", f":{path}").split()
        if sha256(content).hexdigest() not in said:
            raise ProofError(f"{path} on the board is not the one that was written; it does not serve")
    answer = ANSWER.fullmatch(mpremote("exec", ASKED))
    if answer is None or answer[1] != version.hex():
        raise ProofError(f"the board says the version {answer[1] if answer else '?'}, not {version.hex()}")
    return answer[2]


def flash_by_port(port: str, at: datetime, by: str, mpremote: Mpremote | None = None) -> PanelCertificate:
    """Our files onto a board on a serial port, proven. Raises TargetError, ToolError, ProofError."""
    if mpremote is None:
        check_port(port)
    run, files = mpremote or mpremote_on(port), firmware_files()
    write_files(run, files)
    version = firmware_version()
    board = prove_files(run, files, version)
    proven = f"sha256 of {len(files)} files and the version read back from the board"
    return PanelCertificate(port, f"{len(files)} files", version.hex(), board, proven, at, by)


def flash_by_drive(drive: Path, uf2: Path | None, wanted: str, at: datetime, by: str) -> PanelCertificate:
    """A UF2 file onto a bootloader's drive. Raises MisuseError, ImageError, TargetError, WriteError."""
    if uf2 is None or not wanted:
        raise MisuseError("--panel FOLDER: name the file with --uf2, and its hash with --sha256")
    content = check_uf2(uf2, wanted)
    write_drive(drive, content)
    what = f"{uf2.name}, sha256 {wanted.strip().lower()}"
    proven = "hash and blocks of the file; the bootloader took it all. The version is read back over the serial port"
    return PanelCertificate(str(drive), what, "", "", proven, at, by)


def save_panel_certificate(certificate: PanelCertificate, folder: Path, key: Ed25519PrivateKey) -> Path:
    """Write the signed page; its path. An earlier page of the same board is not overwritten."""
    rows = {
        "panel": certificate.board or "not asked",
        "version": certificate.version or "not asked",
        "written": certificate.what,
        "onto": certificate.place,
        "proven": certificate.proven,
        "by": certificate.by,
        "flashed": certificate.at.isoformat(timespec="seconds"),
    }
    text = "FRONT PANEL CERTIFICATE\n\n" + "".join(f"{name:<12}{value}\n" for name, value in rows.items())
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"panel-{certificate.board or 'drive'}-{certificate.at:%Y%m%dT%H%M%S}.txt"
    with file.open("x", encoding="utf-8") as page:
        page.write(sign_page(text, key))
    return file
