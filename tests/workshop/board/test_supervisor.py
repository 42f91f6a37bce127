"""The station under a real systemd, by the units as they ship: stopped, it is started again; failing, it ends out of service.

The systemd is the first process of namespaces of its own, and started as root. Its files are those of a card: the units,
/opt/horodateur, /var/lib/horodateur; nothing of this computer is changed. `station_at_work.py` is what it starts.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from firmware.cli.out_of_service import out_of_service
from firmware.domain.parking_right import ParkingRight
from firmware.domain.site import Site
from firmware.journal.journal import Journal
from firmware.journal.journal_file import JournalReader
from firmware.protocol.facts import Fact, InDoubt, PaymentStarted, RightSold, Started
from firmware.station.state_folder import JOURNAL, provision
from hal.board import read_toml
from hal.drawing import draw
from hal.time_zone import PARIS
from workshop.common.checkout import ROOT

UNITS = ROOT / "board" / "systemd"
NAME = "75011-0042"
STATION, GIVEN_UP = "horodateur.service", "horodateur-out-of-service.service"
TEN = datetime(2026, 3, 4, 10, tzinfo=PARIS)
UID = 990
"""Of the service's user, inside."""

BOOT = """
set -e
mount --make-rprivate /
mount --bind {folder}/passwd /etc/passwd
mount --bind {folder}/group /etc/group
mount --bind {folder}/etc-systemd /etc/systemd
mount --bind {folder}/var-lib /var/lib
mount --bind {folder}/opt /opt
mount --bind {site} /opt/horodateur/site
mount --bind {python} /opt/horodateur/python
mount --bind /dev/pts {folder}/dev/pts
for device in null zero full random urandom tty; do mount --bind /dev/$device {folder}/dev/$device; done
mount --rbind {folder}/dev /dev
mount -t tmpfs tmpfs /run
test -e /sys/fs/cgroup/cgroup.controllers || mount -t cgroup2 cgroup2 /sys/fs/cgroup  # a systemd of today knows no other kind
mkdir -p /run/systemd/system
exec env -i PATH=$PATH container=test SYSTEMD_UNIT_PATH=/etc/systemd/system \\
  /lib/systemd/systemd --system --unit=multi-user.target --log-target=null --show-status=no
"""

COMMAND = """#!/bin/sh
export PYTHONPATH=/opt/horodateur/src:/opt/horodateur/site LD_LIBRARY_PATH=/opt/horodateur/python/lib PYTHONDONTWRITEBYTECODE=1
here=/opt/horodateur
exec $here/python/bin/python{version} $here/src/station_at_work.py "$@" 2>>$here/glass/log
"""

STUB = "[Unit]\nDescription=as far as this test is concerned\nDefaultDependencies=no\nRefuseManualStart=no\n"


@dataclass
class SystemdMachine:
    """A running systemd and the folder its root is made of."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def state(self) -> Path:
        """The station's folder, /var/lib/horodateur inside."""
        return self.folder / "var-lib" / "horodateur"

    @property
    def glass(self) -> Path:
        """What its panel shows once it is out of service: 256 x 64 greys."""
        return self.folder / "opt" / "horodateur" / "glass" / "pixels"

    def systemctl(self, *arguments: str) -> str:
        """Ask the systemd inside."""
        return self.inside("systemctl", *arguments)

    def inside(self, *arguments: str) -> str:
        """What a command says, run beside it."""
        assert self.process.poll() is None, (self.process.stderr or sys.stderr).read()
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        if not children:
            return "not yet"
        command = ["nsenter", "-t", children[0], "-m", "-p", *arguments]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        return ended.stdout.strip()

    def shows(self, unit: str, name: str) -> str:
        """A property of a unit."""
        return self.systemctl("show", "--value", "-p", name, unit)

    def wait(self, truth: Callable[[], object], seconds: float) -> float:
        """Seconds until something is true."""
        begun = time.monotonic()
        while not truth():
            log = self.glass.with_name("log")
            said = log.read_text() if log.exists() else ""
            assert time.monotonic() < begun + seconds, f"not within {seconds} s; the station said: {said}"
            time.sleep(0.05)
        return time.monotonic() - begun


def _write(path: Path, text: str, mode: int = 0o644) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def _furnish(folder: Path, ports: dict[str, str]) -> None:
    """The files of the computer: our units as they ship, and stubs for the targets they stand between."""
    for name in ("passwd", "group"):
        line = f"horodateur:x:{UID}:" + (f"{UID}::/var/lib/horodateur:/usr/sbin/nologin\n" if name == "passwd" else "\n")
        _write(folder / name, Path("/etc", name).read_text() + line)
    system = folder / "etc-systemd" / "system"
    for target in ("sysinit", "basic", "shutdown", "multi-user", "time-sync"):
        _write(system / f"{target}.target", STUB)
    for unit in ("horodateur.service", "horodateur-out-of-service.service"):
        _write(system / unit, (UNITS / unit).read_text())
    _write(system / "horodateur-out-of-service.service.d" / "glass.conf", "[Service]\nReadWritePaths=/opt/horodateur/glass\n")
    _write(system / "horodateur.service.d" / "glass.conf", "[Service]\nReadWritePaths=/opt/horodateur/glass\n")
    opt = folder / "opt" / "horodateur"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    _write(opt / "bin" / "horodateur", COMMAND.format(version=version), 0o755)
    for name in ("site", "python"):
        (opt / name).mkdir()
    _install(opt / "src")
    (opt / "glass").mkdir(mode=0o777)
    (opt / "glass").chmod(0o777)
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        _write(folder / "dev" / name, "")
    (folder / "dev" / "pts").mkdir()
    (folder / "dev" / "horodateur").mkdir()
    for name, port in ports.items():
        (folder / "dev" / "horodateur" / name).symlink_to(port)


def _install(src: Path) -> None:
    """The program, readable by its user whatever the rights of this checkout."""
    for name in ("hal", "firmware", "simulator", "board"):
        shutil.copytree(ROOT / name, src / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (ROOT / "tariffs.json", Path(__file__).with_name("station_at_work.py")):
        shutil.copy(file, src)
    subprocess.run(["chmod", "-R", "a+rX", src], check=True)


@pytest.fixture
def computer(needs_root: None, tmp_path: Path) -> Iterator[SystemdMachine]:
    """A computer that has booted to an empty multi-user target, its station's folder still empty."""
    with contextlib.ExitStack() as stack:
        ports = {}
        for name in ("terminal", "printer"):
            for descriptor in (ends := os.openpty()):
                stack.callback(os.close, descriptor)
            ports[name] = os.ttyname(ends[1])
            os.chmod(ports[name], 0o666)  # noqa: PTH101 - a device, not a file of ours
        folder = tmp_path / "computer"
        _furnish(folder, ports)
        (folder / "var-lib" / "horodateur").mkdir(parents=True)
        boot = BOOT.format(folder=folder, site=sysconfig.get_path("purelib"), python=sys.base_prefix)
        command = ["unshare", "--fork", "--pid", "--mount-proc", "--mount", "--ipc", "--uts", "--kill-child", "sh", "-c", boot]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        stack.callback(process.communicate)
        stack.callback(process.send_signal, signal.SIGKILL)
        computer = SystemdMachine(folder, process)
        computer.wait(lambda: computer.shows("multi-user.target", "ActiveState") == "active", 20)
        yield computer


# --- the station on it ------------------------------------------------------------------------------------------


def right(number: int) -> ParkingRight:
    end = TEN + timedelta(hours=2)
    return ParkingRight(f"{NAME}-{number:06d}", "AB123CD", 1, "11D", "visitor", "car", TEN, end, 8, 1200, "2021-08-01")


def flash(state: Path) -> None:
    """A card as it left the workshop, that has sold once, and was asking the bank again when its power went."""
    provision(state, NAME)
    shutil.copy(ROOT / "board" / "demo-station.toml", state / "station.toml")
    (state / "board").write_text("paris-v1.toml\n")
    with contextlib.closing(Journal.open(state / JOURNAL, NAME, "an earlier boot")) as journal:
        for fact in (Started("0.1.0", "2021-08-01"), PaymentStarted(right(1)), RightSold(right(1)), PaymentStarted(right(2))):
            journal.append(fact, TEN, 0.0)


def main_process(computer: SystemdMachine) -> dict[str, str]:
    """What the kernel says of the station's process."""
    seen = computer.inside("cat", f"/proc/{computer.shows(STATION, 'MainPID')}/status")
    return dict(line.split(":\t", 1) for line in seen.splitlines() if ":\t" in line)


def active(computer: SystemdMachine, starts: int) -> Callable[[], bool]:
    """Whether the station has said READY after this many starts."""

    def is_active() -> bool:
        said = (computer.shows(STATION, "ActiveState"), computer.shows(STATION, "NRestarts"))
        return said == ("active", str(starts - 1))

    return is_active


def facts(computer: SystemdMachine) -> list[Fact]:
    """The journal, its whole chain verified."""
    with contextlib.closing(JournalReader(computer.state / JOURNAL)) as journal:
        journal.verify()
        return list(journal.facts())


@pytest.fixture
def selling(computer: SystemdMachine) -> SystemdMachine:
    """Its card flashed and its station up."""
    flash(computer.state)
    computer.systemctl("start", "--no-block", STATION)
    computer.wait(active(computer, 1), 15)
    return computer


def test_the_station_runs_with_no_right_it_does_not_need(selling: SystemdMachine) -> None:
    process = main_process(selling)
    assert set(process["Uid"].split()) == {str(UID)}
    assert (process["NoNewPrivs"], process["Seccomp"]) == ("1", "2")
    assert {process[name] for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert selling.inside("stat", "-c", "%U %a", "/var/lib/horodateur/station.key") == "horodateur 600"


def test_a_station_that_hangs_is_started_again_and_one_that_keeps_failing_says_so_on_the_glass(selling: SystemdMachine) -> None:
    selling.systemctl("kill", "--kill-whom=main", "--signal=SIGSTOP", STATION)
    assert main_process(selling)["State"] == "T (stopped)"
    assert selling.wait(active(selling, 2), 15) < 15
    for starts in (3, 4, 5):
        selling.systemctl("kill", "--kill-whom=main", "--signal=SIGKILL", STATION)
        selling.wait(active(selling, starts), 15)
    assert not selling.glass.exists()
    selling.systemctl("kill", "--kill-whom=main", "--signal=SIGKILL", STATION)
    selling.wait(selling.glass.exists, 15)
    assert (selling.shows(STATION, "ActiveState"), selling.shows(GIVEN_UP, "ActiveState")) == ("failed", "active")
    shown = out_of_service(read_toml(ROOT / "board" / "demo-station.toml", Site), "R1")
    assert selling.glass.read_bytes() == draw(shown).point(lambda grey: grey // 16 * 17).tobytes()

    told = facts(selling)
    assert told[:4] == [Started("0.1.0", "2021-08-01"), PaymentStarted(right(1)), RightSold(right(1)), PaymentStarted(right(2))]
    assert [fact.right for fact in told[4:] if isinstance(fact, InDoubt)] == [right(2)], "what the power cut left open"
    assert sum(isinstance(fact, Started) for fact in told[4:]) == 5

    selling.systemctl("reset-failed", STATION)
    selling.systemctl("start", STATION)
    assert (selling.shows(STATION, "ActiveState"), selling.shows(GIVEN_UP, "ActiveState")) == ("active", "inactive")


def test_a_card_without_its_journal_is_out_of_service_too(computer: SystemdMachine) -> None:
    flash(computer.state)
    (computer.state / JOURNAL).unlink()
    computer.systemctl("start", "--no-block", STATION)
    computer.wait(computer.glass.exists, 30)
    assert computer.shows(STATION, "Result") == "exit-code"
    assert not (computer.state / JOURNAL).exists(), "a new journal in the place of a lost one would hide the loss"
