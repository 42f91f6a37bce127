"""The units and settings as systemd itself reads them: nothing unknown, nothing exposed, the limits in the right order."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from workshop.common.checkout import ROOT

UNITS = ROOT / "board" / "systemd"
SCORES = {
    "horodateur.service": 0.7,
    "horodateur-sync.service": 1.4,
    "horodateur-out-of-service.service": 0.5,
    "horodateur-assistant.service": 1.5,
}
"""Exposure, of 10, that `systemd-analyze security` may find in each: today's, and no more."""


STICK = "/run/horodateur-stick"


def run(*command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    given = os.environ | environment
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, check=False, env=given)


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """As much of a card's root as the units speak of, beside systemd's own units."""
    program = tmp_path / "opt" / "horodateur" / "bin" / "horodateur"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    shutil.copytree("/lib/systemd/system", tmp_path / "usr" / "lib" / "systemd" / "system", symlinks=True)
    system = tmp_path / "etc" / "systemd" / "system"
    system.mkdir(parents=True)
    for unit in SCORES:
        shutil.copy(UNITS / unit, system)
    return tmp_path


def verified(card: Path) -> str:
    """What `systemd-analyze verify` has to say; empty if nothing."""
    ended = run("systemd-analyze", "verify", "--man=no", f"--root={card}", *SCORES)
    return ended.stderr + ("" if ended.returncode == 0 else f"ended with {ended.returncode}")


def test_every_unit_is_shipped_here() -> None:
    assert {path.name for path in UNITS.glob("*.service")} == SCORES.keys()


def test_systemd_has_nothing_to_say_of_the_units(card: Path) -> None:
    """But of what is there for a newer one, which an older one passes over and says so."""
    said = [line for line in verified(card).splitlines() if "'RestartMode'" not in line]
    assert said == []


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("WatchdogSec=8", "WatchdogSecs=8", "'WatchdogSecs'"),
        ("Type=notify", "Type=notice", "Failed to parse "),
        ("bin/horodateur", "bin/horo", "bin/horo is not executable"),
    ],
)
def test_a_mistake_in_a_unit_would_be_said(card: Path, right: str, wrong: str, said: str) -> None:
    unit = card / "etc" / "systemd" / "system" / "horodateur.service"
    unit.write_text(unit.read_text().replace(right, wrong))
    assert said in verified(card)


@pytest.mark.parametrize("unit", SCORES)
def test_no_unit_is_more_exposed_than_stated(unit: str) -> None:
    ended = run("systemd-analyze", "security", "--offline=true", "--no-pager", UNITS / unit)
    found = re.search(r"Overall exposure level for [\w.-]+: ([\d.]+)", ended.stdout)
    assert found
    assert float(found[1]) <= SCORES[unit]


def settings(file: Path) -> configparser.SectionProxy:
    """The one section of a unit or a drop-in; of a key given twice, the last."""
    parser = configparser.ConfigParser(strict=False, interpolation=None, delimiters="=")
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(file)
    return parser["Service" if "Service" in parser else parser.sections()[0]]


def seconds(text: str) -> float:
    number, unit = re.fullmatch(r"(\d+)(s|min|)", text).groups()  # type: ignore[union-attr]
    return float(number) * (60 if unit == "min" else 1)


def test_each_watchdog_outlives_the_one_below_it() -> None:
    """A Pi must not reset for what a restart of the station would mend; its own counts to 15 s at most."""
    station = settings(UNITS / "horodateur.service")
    hardware = seconds(settings(UNITS / "system.conf.d" / "horodateur.conf")["RuntimeWatchdogSec"])
    assert seconds(station["WatchdogSec"]) < hardware <= 15
    assert seconds(station["WatchdogSec"]) + seconds(station["RestartSec"]) + seconds(station["TimeoutAbortSec"]) < 15


def test_a_station_that_never_gets_ready_is_given_up_within_the_ten_minutes() -> None:
    """Else each start would be the first of a new ten minutes, for ever."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read(UNITS / "horodateur.service")
    unit, service = parser["Unit"], parser["Service"]
    one = seconds(service["TimeoutStartSec"]) + seconds(service["TimeoutAbortSec"]) + seconds(service["RestartSec"])
    assert one * int(unit["StartLimitBurst"]) < seconds(unit["StartLimitIntervalSec"]) == 600


def test_the_log_wears_out_no_card() -> None:
    journal = settings(UNITS / "journald.conf.d" / "horodateur.conf")
    assert (journal["Storage"], journal["RuntimeMaxUse"]) == ("volatile", "16M")


def test_root_is_read_only_and_only_the_journals_partition_is_written(tmp_path: Path) -> None:
    """Read by systemd's own generator of mount units."""
    generator = "/lib/systemd/system-generators/systemd-fstab-generator"
    assert run(generator, tmp_path, tmp_path, tmp_path, SYSTEMD_FSTAB=str(UNITS / "fstab")).returncode == 0
    mounts = {}
    for unit in tmp_path.glob("*.mount"):
        parser = configparser.ConfigParser(strict=False, interpolation=None)
        parser.optionxform = str  # type: ignore[assignment, method-assign]
        parser.read(unit)
        mount = parser["Mount"]
        mounts[mount["Where"]] = (mount["What"], mount["Type"], set(mount.get("Options", "").split(",")))
    written = {where for where, (_, kind, options) in mounts.items() if kind != "tmpfs" and "ro" not in options}
    assert written == {"/var/lib/horodateur", STICK}
    assert {"noauto", "nodev", "nosuid", "noexec"} <= mounts[STICK][2], "a technician's stick is mounted when it is looked for"
    assert mounts["/"][0] == "/dev/disk/by-label/HDT-ROOT-A"
    what, kind, options = mounts["/var/lib/horodateur"]
    assert (what, kind) == ("/dev/disk/by-label/HDT-STATE", "ext4")
    assert {"nodev", "nosuid", "noexec"} <= options
    assert not {"async", "nobarrier", "barrier=0", "data=writeback"} & options, "a synchronised commit must reach the card"


def test_the_station_requires_its_journals_partition_and_the_glass_does_not() -> None:
    """A card without it comes up, sells nothing, and says so."""
    assert "RequiresMountsFor=/var/lib/horodateur\n" in (UNITS / "horodateur.service").read_text()
    assert "RequiresMountsFor" not in (UNITS / "horodateur-out-of-service.service").read_text()
