"""The station in the card's root, laid into a small one: what is there, what is not, who owns it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from hal.version import build_of
from workshop.common.checkout import ROOT
from workshop.common.checkout_build import checkout_build
from workshop.common.errors import BuildError
from workshop.common.recipe import Recipe
from workshop.image import station
from workshop.image.debian import copy_root_files
from workshop.image.wheels import split_requirements

EPOCH = 1_750_000_000
DEBIANS = ("nftables", "systemd-networkd", "systemd-resolved", "systemd-timesyncd")
"""Units of Debian that the recipe enables."""
ROOTS = "root:$y$j9T$words$more:20000:0:99999:7:::"


@pytest.fixture
def root(recipe: Recipe, tmp_path: Path) -> Path:
    """What Debian leaves behind, as far as the station touches it, and the station."""
    for folder in (
        "etc/systemd/system",
        "usr/lib/systemd/system",
        "usr/lib/python3.11",
        "usr/lib/python3",
        station.SITE,
        "var/log",
        "run",
    ):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "lib").symlink_to("usr/lib")
    for unit in DEBIANS:
        (tmp_path / "lib/systemd/system" / f"{unit}.service").write_text("[Install]\nWantedBy=multi-user.target\n")
    (tmp_path / "lib/systemd/system/multi-user.target").write_text("[Unit]\n")
    (tmp_path / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/bash\n")
    (tmp_path / "etc/group").write_text("root:x:0:\n")
    (tmp_path / "etc/shadow").write_text(f"{ROOTS}\ndaemon:*:20000:0:99999:7:::\n")
    (tmp_path / "etc/machine-id").write_text("0123456789abcdef0123456789abcdef\n")
    (tmp_path / "var/log/dpkg.log").write_text("today\n")
    copy_root_files(tmp_path)
    station.install_station(tmp_path, recipe)
    return tmp_path


def test_the_station_is_there_and_neither_the_simulator_nor_the_city_is(root: Path) -> None:
    home = root / station.HOME
    assert {"hal", "firmware", "board", "tariffs.json", "bin", "lib", "pyvenv.cfg"} <= {entry.name for entry in home.iterdir()}
    names = {path.name for path in home.rglob("*")}
    assert not names & {"simulator", "central", "workshop", "tests", "__pycache__"}
    assert not list(home.rglob("entry_points.txt")), "what is registered for commands belongs to rooms that are not there"
    assert (home / "firmware/locale/en/LC_MESSAGES/horodateur.mo").exists()


def test_the_station_on_the_card_knows_its_build(root: Path) -> None:
    assert build_of(root, root / station.HOME / "hal/build.json") == checkout_build()


def test_the_command_is_what_the_units_start(root: Path) -> None:
    started = (root / "etc/systemd/system/horodateur.service").read_text()
    command = root / station.HOME / "bin" / "horodateur"
    assert f"ExecStart=/{station.HOME}/bin/horodateur start" in started
    assert os.access(command, os.X_OK)
    assert command.read_text().splitlines()[0] == f"#!/{station.HOME}/bin/python"
    assert (root / station.HOME / "bin/python").readlink() == Path("/usr/bin/python3.11")


def test_flash_finds_prices_and_boards_where_the_station_reads_them(root: Path) -> None:
    """`firmware.cli.run.ROOT` is two folders above that module."""
    module = root / station.HOME / "firmware/cli/run.py"
    assert str(module.parents[2] / "tariffs.json") == f"{root}{station.TARIFFS_ON_CARD}"
    assert str(module.parents[2] / "board") == f"{root}{station.BOARDS_ON_CARD}"
    assert (root / station.TARIFFS_ON_CARD.lstrip("/")).read_bytes() == (ROOT / "tariffs.json").read_bytes()


def test_the_user_has_the_number_that_flash_gives_its_files(root: Path, recipe: Recipe) -> None:
    (line,) = [line for line in (root / "etc/passwd").read_text().splitlines() if line.startswith("horodateur:")]
    assert line.split(":")[2:4] == [str(recipe.owner), str(recipe.owner)]
    assert line.endswith("/usr/sbin/nologin")
    assert f"horodateur:x:{recipe.owner}:" in (root / "etc/group").read_text().splitlines()


def test_nobody_can_log_in(root: Path) -> None:
    words = {line.split(":")[0]: line.split(":")[1] for line in (root / "etc/shadow").read_text().splitlines()}
    assert set(words) == {"root", "daemon", "horodateur"}
    assert all(word.startswith(("!", "*")) for word in words.values()), words
    for unit in ("getty@.service", "serial-getty@.service", "getty@tty1.service"):
        assert (root / "etc/systemd/system" / unit).readlink() == Path("/dev/null")


def test_the_station_is_started_at_boot(root: Path, recipe: Recipe) -> None:
    wanted = {path.name for path in (root / "etc/systemd/system/multi-user.target.wants").iterdir()}
    assert wanted == set(recipe.enabled)
    for unit in recipe.masked:
        assert (root / "etc/systemd/system" / unit).readlink() == Path("/dev/null")


def test_what_the_board_says_of_the_system_is_installed(root: Path) -> None:
    for ours, theirs in (
        ("systemd/fstab", "etc/fstab"),
        ("systemd/journald.conf.d/horodateur.conf", "etc/systemd/journald.conf.d/horodateur.conf"),
        ("systemd/system.conf.d/horodateur.conf", "etc/systemd/system.conf.d/horodateur.conf"),
        ("udev/70-horodateur.rules", "etc/udev/rules.d/70-horodateur.rules"),
        ("image/root/etc/modules-load.d/horodateur.conf", "etc/modules-load.d/horodateur.conf"),
    ):
        assert (root / theirs).read_bytes() == (ROOT / "board" / ours).read_bytes()


def test_a_driver_that_comes_with_a_device_is_there_before_the_station(root: Path) -> None:
    """systemd knows no number for `char-ttyACM` until its driver is loaded, and then refuses the terminal to the station."""
    loaded = (root / "etc/modules-load.d/horodateur.conf").read_text().splitlines()
    allowed = (root / "etc/systemd/system/horodateur.service").read_text()
    for kind, module in (("char-ttyACM", "cdc_acm"), ("char-ttyUSB", "usbserial")):
        assert f"DeviceAllow={kind} rw" in allowed
        assert module in loaded


def test_what_differs_from_one_installation_to_the_next_is_gone(root: Path) -> None:
    station.remove_traces(root, sys.executable)
    assert (root / "etc/machine-id").read_bytes() == b""
    assert not list((root / "var/log").iterdir())
    for folder in station.EMPTY:
        assert (root / folder).is_dir(), "a read-only root can make no folder to mount on"
    assert (root / "etc/resolv.conf").readlink() == Path("/run/systemd/resolve/stub-resolv.conf")
    assert (root / "tmp").stat().st_mode & 0o7777 == 0o1777


def test_a_source_of_any_date_is_not_compiled_again(root: Path) -> None:
    """The root is read-only: what Python would not believe it would compile at every start, in seconds a motorist waits."""
    station.remove_traces(root, sys.executable)
    source = root / station.HOME / "firmware/domain/plate.py"
    compiled = Path(cache_from_source(str(source))).read_bytes()
    assert compiled[:4] == importlib.util.MAGIC_NUMBER
    assert int.from_bytes(compiled[4:8], "little") == 0b01, "by what is in the source, and not even looked at"


def test_what_is_compiled_says_where_it_lies_on_the_card_and_not_here(root: Path) -> None:
    station.remove_traces(root, sys.executable)
    compiled = Path(cache_from_source(f"{root / station.HOME}/firmware/domain/plate.py")).read_bytes()
    assert str(root).encode() not in compiled
    assert f"/{station.HOME}/firmware/domain/plate.py".encode() in compiled


def test_only_the_card_s_own_python_compiles_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 13, 5))
    monkeypatch.setattr(shutil, "which", {"python3.11": "/usr/bin/python3.11"}.get)
    assert station.card_python() == "/usr/bin/python3.11"
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(BuildError, match=r"^needs a python3\.11, as the card has"):
        station.card_python()
    monkeypatch.setattr(sys, "version_info", (3, 11, 2))
    assert station.card_python() == sys.executable


def test_what_comes_as_source_alone_is_compiled_and_the_rest_is_not() -> None:
    cffi = "cffi==2.1 \\\n    --hash=sha256:aa\n"
    spidev = "spidev==3.8 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    tzdata = "tzdata==1 \\\n    --hash=sha256:dd\n"
    assert split_requirements(cffi + spidev + tzdata) == (cffi + tzdata, spidev)
