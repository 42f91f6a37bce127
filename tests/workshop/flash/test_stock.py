"""A stock Raspberry Pi OS is made to install the station at its first start, by what its release reads; and it does."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tarfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.workshop.flash.cards import MIB, silent
from tests.workshop.flash.used_cards import AT, STATION, entries_in
from workshop.common.checkout import ROOT
from workshop.common.errors import ImageError, ProofError
from workshop.common.partitions import table_in
from workshop.common.unpack import unpack
from workshop.flash.bundle import check_bundle
from workshop.flash.card_layout import CardSource, flash_card
from workshop.flash.image import Image, check_image
from workshop.flash.medium import create_card_file
from workshop.flash.prove import prove_boot
from workshop.flash.replacement import ReplacementOrder, read_old_card
from workshop.flash.scratch import memory_scratch
from workshop.flash.stock import boot_region, copy_boot, format_of
from workshop.flash.unit import FirstUse, StationUnit

RUN = "systemd.run=/boot/firstrun.sh systemd.run_success_action=reboot systemd.unit=kernel-command-line.target"


@pytest.fixture
def stock_image(stock: Path) -> Image:
    return check_image(stock, stock, silent)


@pytest.fixture
def source(stock_image: Image, bundle: Path) -> CardSource:
    return CardSource(stock_image, check_bundle(bundle, bundle.parent / "release.pub", silent))


def boot_partition(card: Path, place: Path) -> Path:
    """Its files, taken out with mtools."""
    place.mkdir()
    subprocess.run(["mcopy", "-s", "-n", "-i", f"{card}@@{4 * MIB}", "::/*", f"{place}/"], check=True, capture_output=True)
    return place


@pytest.mark.parametrize(("day", "place"), [(date(2034, 11, 27), "last_day"), (date(2015, 4, 10), "first_day")])
def test_a_bundle_whose_calendar_is_unfit_makes_no_card(
    source: CardSource, unit: StationUnit, tmp_path: Path, day: date, place: str
) -> None:
    unfit = replace(unit, first_use=FirstUse(day))
    with (
        memory_scratch() as folder,
        create_card_file(tmp_path / "card.img", source.image.size) as card,
        pytest.raises(ImageError, match=rf"tariffs\.json: \$\.calendar\.{place}"),
    ):
        flash_card(source, unfit, card, folder, silent)


def test_a_stock_card_waits_to_become_that_station(source: CardSource, unit: StationUnit, tmp_path: Path) -> None:
    with memory_scratch() as folder, create_card_file(tmp_path / "card.img", source.image.size) as card:
        done = flash_card(source, unit, card, folder, silent)
    assert table_in((tmp_path / "card.img").read_bytes()[: 34 * 512]).kind == "mbr"
    boot = boot_partition(tmp_path / "card.img", tmp_path / "boot")
    assert (boot / "overlays" / "horodateur.dtbo").read_bytes() == b"a compiled overlay"
    assert (boot / "config.txt").read_text().endswith("[all]\ndtoverlay=horodateur\n")
    with tarfile.open(boot / "horodateur" / "state.tar") as state:
        assert {"journal.db", "station.key", "station.toml", "central.pub", "board"} <= set(state.getnames())
        assert state.getmember("station.key").mode == 0o600
    assert len(done.public_key) == 43


def test_the_release_s_own_customisation_is_written_and_not_the_other(
    source: CardSource, unit: StationUnit, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with memory_scratch() as folder, create_card_file(tmp_path / "card.img", source.image.size) as card:
        flash_card(source, unit, card, folder, silent)
    boot = boot_partition(tmp_path / "card.img", tmp_path / "boot")
    line = (boot / "cmdline.txt").read_text()
    if "firstrun.sh" in request.node.callspec.id:
        assert line.startswith("console=tty1 root=PARTUUID=1234-02 rootwait quiet init=/usr/lib/firstboot ")
        assert line.endswith(f" {RUN}\n")
        assert line.count("\n") == 1
        assert (boot / "firstrun.sh").read_text().startswith("#!/bin/sh\n")
        assert not (boot / "user-data").exists()
    else:
        assert "systemd.run" not in line
        assert (boot / "user-data").read_text().startswith("#cloud-config\n")
        assert "first-boot.sh" in (boot / "user-data").read_text()
        assert (boot / "meta-data").read_text() == "instance-id: 75011-0042\n"
        assert not (boot / "firstrun.sh").exists()


def test_a_file_that_is_not_there_as_it_was_put_is_not_proven(source: CardSource, unit: StationUnit, tmp_path: Path) -> None:
    """The complaint this answers: it said done, and the customisation was not applied."""
    with memory_scratch() as folder, create_card_file(tmp_path / "card.img", source.image.size) as card:
        flash_card(source, unit, card, folder, silent)
        region = boot_region(source.image)
        with pytest.raises(ProofError, match=r"config\.txt: \d+ bytes on the card are not the 3"):
            prove_boot(card, region, {"config.txt": b"abc"})
        with pytest.raises(ProofError, match=r"custom\.toml"):
            prove_boot(card, region, {"custom.toml": b"abc"})


def test_another_boot_partition_is_refused_before_anything_is_erased(image: Image) -> None:
    with memory_scratch() as folder:
        copy_boot(image, folder / "boot")
        with pytest.raises(ImageError, match="not that of a Raspberry Pi OS"):
            format_of(folder / "boot")


# --- the first start ----------------------------------------------------------------------------------------------


@pytest.fixture
def started(source: CardSource, unit: StationUnit, tmp_path: Path) -> Path:
    """The boot partition of a flashed card, and the commands of a system that note what they are asked."""
    with memory_scratch() as folder, create_card_file(tmp_path / "card.img", source.image.size) as card:
        flash_card(source, unit, card, folder, silent)
    commands = tmp_path / "commands"
    commands.mkdir()
    for name in ("systemctl", "systemd-sysusers", "chown"):
        (commands / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"{tmp_path}/asked"\n')
        (commands / name).chmod(0o755)
    return boot_partition(tmp_path / "card.img", tmp_path / "boot")


def start(boot: Path, script: str) -> subprocess.CompletedProcess[str]:
    paths = f"{boot.parent}/commands:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": paths, "HORODATEUR_ROOT": str(boot.parent / "root")}
    return subprocess.run(["sh", str(boot / script)], env=environment, capture_output=True, text=True, check=False)


def test_the_first_start_makes_the_station_and_the_key_moves_out(started: Path) -> None:
    outcome = start(started, "horodateur/first-boot.sh")
    log = (started / "horodateur" / "first-boot.log").read_text()
    assert outcome.returncode == 0, log
    state = started.parent / "root" / "var" / "lib" / "horodateur"
    assert {path.name for path in state.iterdir()} >= {"journal.db", "station.key", "station.toml", "central.pub", "board"}
    assert not (started / "horodateur" / "state.tar").exists()
    assert (started / "horodateur" / "first-boot.done").exists()
    assert (started.parent / "root" / "etc" / "systemd" / "system" / "horodateur.service").exists()
    assert (started.parent / "root" / "opt" / "horodateur" / "lib" / "tariffs.json").exists()
    assert os.access(started.parent / "root" / "opt" / "horodateur" / "bin" / "horodateur", os.X_OK)
    assert (started.parent / "root" / "etc" / "systemd" / "system.conf.d").is_dir()
    asked = (started.parent / "asked").read_text()
    assert "systemctl enable horodateur.service" in asked
    assert "chown -R horodateur:horodateur" in asked


def test_a_second_start_never_replaces_a_journal(started: Path) -> None:
    """The power went after the state had moved, and before it was shredded."""
    packed = (started / "horodateur" / "state.tar").read_bytes()
    start(started, "horodateur/first-boot.sh")
    journal = started.parent / "root" / "var" / "lib" / "horodateur" / "journal.db"
    journal.write_bytes(b"money")
    (started / "horodateur" / "state.tar").write_bytes(packed)
    (started / "horodateur" / "first-boot.done").unlink()
    assert start(started, "horodateur/first-boot.sh").returncode == 0
    assert journal.read_bytes() == b"money"
    assert not (started / "horodateur" / "state.tar").exists()


def test_a_second_start_never_replaces_a_journal_of_a_later_generation(started: Path) -> None:
    """The card takes the place of one that could not be read, and has no journal of the first generation."""
    packed = (started / "horodateur" / "state.tar").read_bytes()
    start(started, "horodateur/first-boot.sh")
    state = started.parent / "root" / "var" / "lib" / "horodateur"
    (state / "journal.db").rename(state / "journal-2.db")
    (started / "horodateur" / "state.tar").write_bytes(packed)
    (started / "horodateur" / "first-boot.done").unlink()
    assert start(started, "horodateur/first-boot.sh").returncode == 0
    assert [path.name for path in state.glob("journal*.db")] == ["journal-2.db"]


def test_a_replaced_card_takes_the_old_journals_along(source: CardSource, unit: StationUnit, old: Path, tmp_path: Path) -> None:
    with memory_scratch() as folder, create_card_file(tmp_path / "card.img", source.image.size) as card:
        after = read_old_card(ReplacementOrder(STATION, 1, AT, old), None, folder, card)
        flash_card(source, unit, card, folder, silent, after)
    boot = boot_partition(tmp_path / "card.img", tmp_path / "boot")
    with tarfile.open(boot / "horodateur" / "state.tar") as packed:
        unpack(packed, tmp_path / "state")
    assert entries_in(tmp_path / "state")[:-1] == entries_in(old)


def test_a_spoilt_bundle_is_not_installed_and_the_log_says_so(started: Path) -> None:
    bundle = started / "horodateur" / "bundle.tar"
    bundle.write_bytes(bundle.read_bytes()[:-1] + b"x")
    assert start(started, "horodateur/first-boot.sh").returncode != 0
    assert "bundle.tar: FAILED" in (started / "horodateur" / "first-boot.log").read_text()
    assert not (started.parent / "root" / "opt").exists()


def test_firstrun_takes_itself_off_the_command_line_even_after_the_first_start_has_rewritten_it(started: Path) -> None:
    """Where the partition is mounted on /boot/firmware, the initramfs renames and cuts the script before it runs."""
    if not (started / "firstrun.sh").exists():
        shutil.copy(ROOT / "workshop" / "flash" / "firstrun.sh", started)
        (started / "cmdline.txt").write_text(f"rootwait {RUN}\n")
    script = (started / "firstrun.sh").read_text()
    cut = re.split(r"(?m)^.*rm.*firstrun\.sh$", script)
    assert len(cut) == 2
    line = started / "cmdline.txt"
    line.write_text(line.read_text().replace("/boot/", "/boot/firmware/"))
    (started / "firstrun.sh").write_text(cut[0] + "exit 0\n")
    assert start(started, "firstrun.sh").returncode == 0
    assert "systemd." not in line.read_text()
    assert (started / "horodateur" / "first-boot.done").exists()
