"""Emulator of an arm64 computer with a card in it: qemu's `virt`, its serial ports as sockets.

    PL011                ttyAMA0    the printer, on the very chip that has it on a Pi
    USB serial adapter   ttyUSB0    the card terminal
    PCI serial           ttyS0      the kernel's console, into a file
    two virtio ports                the panel (guest/panel.py), the report (guest/report.py)

The kernel and the initramfs are those of the card's boot partition; behind the initramfs lies an archive with the trial's own
files for /run. The card itself is what flash.sh made, bit for bit.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.image.cpio import archive
from workshop.common.partitions import HEAD, table_in
from workshop.common.pieces import Region

ROOT = Path(__file__).parents[2]
GUEST = Path(__file__).parent / "guest"
DEVICES = ("__init__", "header", "lgpio_chip", "matrix", "ssd1322", "ssd1322_registers")
SIMULATED = ("__init__", *(f"devices/{name}" for name in DEVICES))
ON_DEVICES = ("horodateur", "horodateur-out-of-service")
PORTS = ("printer", "terminal", "panel", "report")


def region_of(card: Path, number: int) -> Region:
    """Region of a partition."""
    with card.open("rb") as content:
        return table_in(content.read(HEAD)).region(number)


def boot_file(card: Path, name: str) -> bytes:
    """A file of the boot partition."""
    place = f"{card}@@{region_of(card, 1).start}"
    return subprocess.run(["mtype", "-i", place, f"::/{name}"], capture_output=True, check=True).stdout


def trial_files() -> bytes:
    """Archive added to the initramfs: it holds another, for /run, and the hook that unpacks it there."""
    files = {f"hdt/{name}.py": GUEST / f"{name}.py" for name in ("panel", "lgpio", "spidev", "report")}
    files |= {f"hdt/simulator/{name}.py": ROOT / "simulator" / f"{name}.py" for name in SIMULATED}
    files |= {f"systemd/system/{unit}.service.d/devices.conf": GUEST / "devices.conf" for unit in ON_DEVICES}
    files |= {
        "systemd/system/hdt-report.service": GUEST / "report.service",
        "udev/rules.d/71-hdt.rules": GUEST / "71-hdt.rules",
    }
    wants = {"systemd/system/multi-user.target.wants/hdt-report.service": "../hdt-report.service"}
    inner = archive({path: file.read_bytes() for path, file in files.items()}, wants)
    hooks = {"scripts/init-bottom/hdt": "hook", "scripts/init-bottom/ORDER": "order"}
    return archive({"hdt.cpio": inner, **{path: (GUEST / name).read_bytes() for path, name in hooks.items()}})


@dataclass
class Emulator:
    """A running emulator. Its sockets do not block."""

    process: subprocess.Popen[bytes]
    ports: dict[str, socket.socket]
    at: datetime
    """What its clock said when it was switched on."""
    switched_on: float

    @property
    def now(self) -> datetime:
        """Time of its clock."""
        return self.at + timedelta(seconds=time.monotonic() - self.switched_on)

    def cut(self) -> None:
        """Cut its power at this instant."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for port in self.ports.values():
            port.close()


@contextlib.contextmanager
def running(card: Path, folder: Path, name: str, at: datetime) -> Iterator[Emulator]:
    """Start an emulator at this time of its clock. `folder`: for its sockets and its console, `name`.log."""
    folder.mkdir(exist_ok=True)
    (folder / "kernel").write_bytes(boot_file(card, "vmlinuz"))
    (folder / "initrd").write_bytes(_aligned(boot_file(card, "initrd.img")) + trial_files())
    command = _command(card, folder, boot_file(card, "cmdline.txt").decode().strip(), at)
    process = subprocess.Popen([*command, "-chardev", f"file,id=console,path={folder / name}.log"])
    try:
        yield Emulator(process, {port: _connected(folder / port, process) for port in PORTS}, at, time.monotonic())
    finally:
        process.kill()
        process.wait()


def _command(card: Path, folder: Path, line: str, at: datetime) -> list[str]:
    words = line.replace("console=tty0 quiet", "console=ttyS0,115200")
    command = ["qemu-system-aarch64", "-M", "virt", "-cpu", "cortex-a53", "-smp", "2", "-m", "512", "-nodefaults"]
    command += ["-display", "none", "-nic", "none", "-rtc", f"base={at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "-no-reboot"]
    command += ["-kernel", str(folder / "kernel"), "-initrd", str(folder / "initrd"), "-append", words]
    command += ["-drive", f"file={card},format=raw,if=none,id=card,cache=writeback", "-device", "virtio-blk-pci,drive=card"]
    command += ["-device", "pci-serial,chardev=console"]
    for port in PORTS:
        command += ["-chardev", f"socket,id={port},path={folder / port},server=on,wait=off"]
    command += ["-serial", "chardev:printer"]
    command += ["-device", "qemu-xhci", "-device", "usb-serial,chardev=terminal", "-device", "virtio-serial-pci"]
    for port in ("panel", "report"):
        command += ["-device", f"virtserialport,chardev={port},name=hdt.{port}"]
    return command


def _connected(path: Path, process: subprocess.Popen[bytes]) -> socket.socket:
    """Connect to a socket: qemu makes it a moment after it starts."""
    line = socket.socket(socket.AF_UNIX)
    until = time.monotonic() + 10
    while True:
        try:
            line.connect(str(path))
        except OSError:
            if process.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            line.setblocking(False)
            return line


def _aligned(data: bytes) -> bytes:
    return data + bytes(-len(data) % 512)
