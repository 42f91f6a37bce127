"""`flash.sh --panel`: what goes onto a front panel, what is refused, and what is read back."""

from __future__ import annotations

import errno
import os
import struct
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.protocol.envelope import public_key_text
from hal.panel_firmware import firmware_files, firmware_version
from workshop.common.errors import ImageError, MisuseError, ProofError, TargetError, ToolError
from workshop.flash.cli import main
from workshop.flash.panel import (
    ASKED,
    RP2040,
    UF2_END,
    UF2_START,
    check_port,
    check_uf2,
    flash_by_drive,
    flash_by_port,
    mpremote_on,
    save_panel_certificate,
    write_drive,
)
from workshop.flash.signed_page import signer_of

AT = datetime(2026, 3, 4, 10, tzinfo=UTC)
INFO = "UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n"


def block(number: int, count: int, *, family: int = RP2040, address: int = 0x10000000, size: int = 256) -> bytes:
    head = struct.pack("<8I", *UF2_START, 0x2000, address + 256 * number, size, number, count, family)
    return head + bytes(476) + struct.pack("<I", UF2_END)


def uf2(folder: Path, content: bytes) -> tuple[Path, str]:
    file = folder / "pico.uf2"
    file.write_bytes(content)
    return file, sha256(content).hexdigest()


def drive(folder: Path, says: str = INFO) -> Path:
    place = folder / "RPI-RP2"
    place.mkdir()
    (place / "INFO_UF2.TXT").write_text(says)
    return place


GOOD = block(0, 2) + block(1, 2)


def test_a_file_is_copied_whole_onto_the_drive(tmp_path: Path) -> None:
    file, digest = uf2(tmp_path, GOOD)
    place = drive(tmp_path)
    certificate = flash_by_drive(place, file, digest.upper(), AT, "A")
    assert (place / "panel.uf2").read_bytes() == GOOD
    assert digest in certificate.what


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (GOOD[:-1], "no whole blocks"),
        (b"", "no whole blocks"),
        (block(0, 2) + bytes(512), "block 1: does not begin and end"),
        (block(0, 2) + block(0, 2), "block 1: says it is 0 of 2"),
        (block(0, 1, family=0xE48BFF59), "block 0: is not for an RP2040"),
        (block(0, 1, address=0x20000000), "has no flash"),
        (block(0, 1, address=0x10000001), "no page of it"),
        (block(0, 1, size=0), "wants 0 bytes"),
        (block(0, 2) + block(1, 2, address=0x0FFFFF00), "block 1: is for 0x10000000, as one before it"),
        (block(0, 1, address=0x10001000), "nothing for 0x10000000"),
    ],
)
def test_what_is_no_program_of_the_chip_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    file, digest = uf2(tmp_path, content)
    with pytest.raises(ImageError, match=says):
        check_uf2(file, digest)


def test_another_file_than_the_tested_one_is_refused(tmp_path: Path) -> None:
    file, _ = uf2(tmp_path, GOOD)
    with pytest.raises(ImageError, match="not the 00ff"):
        check_uf2(file, "00ff")
    with pytest.raises(ImageError, match="No such file"):
        check_uf2(tmp_path / "none", "00ff")


@pytest.mark.parametrize("says", ["Board-ID: RP2350\n", "", "Model: x\n"])
def test_another_drive_is_left_alone(tmp_path: Path, says: str) -> None:
    place = drive(tmp_path, says)
    with pytest.raises(TargetError, match="not RPI-RP2"):
        write_drive(place, GOOD)
    assert [file.name for file in place.iterdir()] == ["INFO_UF2.TXT"]
    with pytest.raises(TargetError, match="no bootloader's drive"):
        write_drive(tmp_path, GOOD)


def test_a_drive_needs_a_file_and_its_hash(tmp_path: Path) -> None:
    with pytest.raises(MisuseError, match="--sha256"):
        flash_by_drive(drive(tmp_path), None, "", AT, "A")


class JumperedPico:
    """A board with the service jumper on, as mpremote shows it."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {"main.py": b"an earlier one"}
        self.order: list[str] = []
        self.damaged = ""
        self.version = firmware_version().hex()

    def __call__(self, *words: str, folder: Path | None = None) -> str:
        match words:
            case ("exec", text) if text == ASKED:
                return f"{self.version} e6616408438b3a2f\r\n"
            case ("exec", _):
                self.files.pop("main.py", None)
                self.order.append("without main.py")
            case ("fs", "cp", *names):
                assert folder is not None
                for name in (name for name in names if name not in ("-r", ":")):
                    for file in [folder / name] if (folder / name).is_file() else (folder / name).rglob("*.py"):
                        self.files[str(file.relative_to(folder))] = file.read_bytes()
                        self.order.append(str(file.relative_to(folder)))
            case ("fs", "sha256sum", name):
                content = self.files[name.removeprefix(":")] + (b"x" if name == f":{self.damaged}" else b"")
                return f"sha256sum {name}\n{sha256(content).hexdigest()}\n"
        return ""


def test_every_file_is_written_main_last_and_read_back() -> None:
    board = JumperedPico()
    certificate = flash_by_port("/dev/ttyACM0", AT, "A", board)
    assert board.files == firmware_files()
    assert board.order[0] == "without main.py"
    assert board.order[-1] == "main.py"
    assert (certificate.version, certificate.board) == (firmware_version().hex(), "e6616408438b3a2f")


def test_a_file_that_reads_back_otherwise_is_no_proof() -> None:
    board = JumperedPico()
    board.damaged = "hal/wire/panel.py"
    with pytest.raises(ProofError, match=r"hal/wire/panel\.py on the board"):
        flash_by_port("/dev/ttyACM0", AT, "A", board)


def test_a_board_that_says_another_version_is_no_proof() -> None:
    board = JumperedPico()
    board.version = "0" * 16
    with pytest.raises(ProofError, match="says the version 0000"):
        flash_by_port("/dev/ttyACM0", AT, "A", board)


def test_the_certificate_is_signed_and_kept_beside_earlier_ones(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    page = save_panel_certificate(flash_by_port("/dev/ttyACM0", AT, "A", JumperedPico()), tmp_path, key)
    text = page.read_text()
    assert signer_of(text) == public_key_text(key.public_key())
    assert firmware_version().hex() in text
    assert "e6616408438b3a2f" in page.name


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, digest = uf2(tmp_path, GOOD)
    records = [
        "--certificates",
        str(tmp_path / "kept"),
        "--signing-key",
        str(tmp_path / "key"),
        "--register",
        str(tmp_path / "r.csv"),
    ]
    words = ["--panel", str(drive(tmp_path)), "--uf2", str(file), "--sha256", digest, *records]
    assert main(words) == 0
    assert "certificate: " in capsys.readouterr().out
    assert len(list((tmp_path / "kept").glob("panel-drive-*.txt"))) == 1
    assert main([*words[:-1], str(tmp_path / "r.csv"), "--sha256", "00"]) == 4


@pytest.mark.parametrize(
    ("place", "says"), [("none", "is not there; ports of such boards here"), ("file", "is no serial port, and no bootloader")]
)
def test_a_place_that_is_no_port_is_named_as_such(tmp_path: Path, place: str, says: str) -> None:
    """Before mpremote says that another program may use it."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(TargetError, match=says):
        flash_by_port(str(tmp_path / place), AT, "A")


def test_a_port_is_a_terminal_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A newcomer is in no group that may open it: what to do stands in the error."""
    ours, theirs = os.openpty()
    port = os.ttyname(theirs)
    check_port(port)

    def refused(path: str, flags: int) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr("workshop.flash.panel.os.open", refused)
    with pytest.raises(TargetError, match="sudo"):
        check_port(port)
    monkeypatch.undo()
    os.close(ours)
    os.close(theirs)


def test_a_file_for_the_drive_is_not_left_aside_for_a_port(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, digest = uf2(tmp_path, GOOD)
    assert main(["--panel", "/dev/ttyACM0", "--uf2", str(file), "--sha256", digest]) == 2
    assert "bootloader's drive" in capsys.readouterr().err


def test_without_mpremote_the_error_says_where_it_comes_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(ToolError, match="pip install mpremote"):
        mpremote_on("/dev/ttyACM0")
