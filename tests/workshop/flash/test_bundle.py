"""The bundle as it is built: taken by flash.sh, laid beside a stock system, and unpacked there into a station that runs."""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.protocol.envelope import public_key_text
from hal.board import load_board
from hal.computers import COMPUTERS
from hal.key_file import create_key_file
from hal.version import build_file
from tests.workshop.flash.cards import MIB, silent
from workshop.bundle import build, cli
from workshop.bundle.archive import tar_of
from workshop.bundle.boot import boot_files, config_lines
from workshop.bundle.build import contents, write_bundle
from workshop.bundle.station import build_station_wheel
from workshop.common.checkout import ROOT
from workshop.common.checkout_build import checkout_build
from workshop.common.errors import BuildError, ProofError, ToolError
from workshop.common.recipe import read_recipe
from workshop.common.tools import require_tools
from workshop.flash.bundle import Bundle, check_bundle
from workshop.flash.card_layout import CardSource, flash_card
from workshop.flash.image import Image, check_image
from workshop.flash.medium import create_card_file
from workshop.flash.provision import provision_station
from workshop.flash.scratch import memory_scratch
from workshop.flash.stock import boot_additions, copy_boot, format_of
from workshop.flash.unit import StationUnit

SECTIONS = {"pi-3": "pi3", "pi-4": "pi4", "pi-5": "pi5", "pi-zero-2": "pi02"}
HOUR = ("quote", "--zone", "1", "--at", "2026-05-05T14:30+02:00", "--quarters", "4")


@pytest.fixture(scope="session")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> Ed25519PrivateKey:
    return create_key_file(tmp_path_factory.mktemp("release") / "key")


@pytest.fixture(scope="session")
def station(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_station_wheel(tmp_path_factory.mktemp("station"))


@pytest.fixture(scope="session")
def boot(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    return boot_files(tmp_path_factory.mktemp("boot"))


@pytest.fixture
def built(station: Path, boot: Mapping[str, bytes], signing_key: Ed25519PrivateKey, tmp_path: Path) -> Path:
    """Everything but the packages of others."""
    file = tmp_path / "built" / "station.tar"
    write_bundle(tar_of(contents(station.parent, boot)), read_recipe(), file, signing_key)
    file.with_name("release.pub").write_text(public_key_text(signing_key.public_key()) + "\n")
    return file


def taken(file: Path) -> Bundle:
    return check_bundle(file, file.with_name("release.pub"), silent)


@pytest.fixture
def image(stock: Path) -> Image:
    return check_image(stock, stock, silent)


# --- what is in it ------------------------------------------------------------------------------------------------


def test_the_stations_wheel_holds_what_ships_and_no_more(station: Path) -> None:
    with zipfile.ZipFile(station) as wheel:
        names = set(wheel.namelist())
        program = wheel.read(next(name for name in names if name.endswith("entry_points.txt"))).decode()
        build = wheel.read("hal/build.json").decode()
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"hal", "firmware", "board", "tariffs.json"}
    assert {"hal/fonts/horodateur-bold.ttf", "firmware/locale/en/LC_MESSAGES/horodateur.mo"} <= names
    assert {"board/systemd/horodateur.service", "board/udev/70-horodateur.rules"} <= names
    assert build == build_file(checkout_build())
    assert program.split() == ["[console_scripts]", "horodateur", "=", "firmware.cli:main"]


def test_two_builds_of_one_checkout_are_the_same_bytes(station: Path, boot: Mapping[str, bytes], tmp_path: Path) -> None:
    first = contents(station.parent, boot)
    again = contents(build_station_wheel(tmp_path / "again").parent, boot_files(tmp_path))
    assert tar_of(again) == tar_of(dict(reversed(first.items())))


def test_each_computer_reads_its_own_lines_and_finds_the_overlay_they_name(boot: Mapping[str, bytes]) -> None:
    header = load_board(ROOT / "board" / "paris-v1.toml").header
    assert header
    read: dict[str, list[str]] = {}
    section = "all"
    for line in boot["config.txt"].decode().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            read.setdefault(section, []).append(line)
    assert section == "all"  # what somebody adds below is for every computer
    assert read == {SECTIONS[name]: list(COMPUTERS[name].settings) for name in header.computers}
    for name in header.computers:
        assert boot[f"overlays/{COMPUTERS[name].overlay}.dtbo"].startswith(b"\xd0\x0d\xfe\xed")


def test_a_computer_config_txt_cannot_tell_apart_is_refused() -> None:
    with pytest.raises(BuildError, match=r"pi-1: config\.txt has no section"):
        config_lines(["pi-4", "pi-1"])


# --- onto a stock system ------------------------------------------------------------------------------------------


def test_flash_sh_lays_it_beside_a_stock_system(built: Path, stock: Path, unit: StationUnit, tmp_path: Path) -> None:
    words: list[str | Path] = [*("--image", stock, "--bundle", built, "--release-key", built.with_name("release.pub"))]
    words += ["--to-file", tmp_path / "card.img", "--station", "75011-0042", "--zone", "1", "--sector", "11D"]
    words += ["--address", unit.site.address, "--nearest", unit.site.nearest, "--central", unit.site.central]
    words += [
        "--central-key",
        unit.central_key,
        "--register",
        tmp_path / "cards.csv",
        "--certificates",
        tmp_path / "proofs",
    ]
    paths = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ended = subprocess.run([ROOT / "flash.sh", *words], capture_output=True, text=True, check=False, cwd=tmp_path, env=paths)
    assert ended.returncode == 0, ended.stderr
    assert f"horodateur for bookworm {checkout_build().label}, signed" in ended.stdout
    found = read_boot(tmp_path / "card.img", tmp_path / "boot")
    assert (found / "horodateur" / "bundle.tar").read_bytes() == built.read_bytes()
    for name in ("horodateur-bcm2835", "horodateur-bcm2712"):
        assert (found / "overlays" / f"{name}.dtbo").read_bytes() == taken(built).boot[f"overlays/{name}.dtbo"]
    assert "[pi5]\ndtparam=rtc=off\ndtoverlay=horodateur-bcm2712\n" in (found / "config.txt").read_text()
    assert "console=tty1 " in (found / "cmdline.txt").read_text()
    assert "serial0" not in (found / "cmdline.txt").read_text()  # the ticket printer is there


def read_boot(card: Path, place: Path) -> Path:
    place.mkdir()
    subprocess.run(["mcopy", "-s", "-n", "-i", f"{card}@@{4 * MIB}", "::/*", f"{place}/"], check=True, capture_output=True)
    return place


def test_a_system_with_another_python_is_found_out_while_the_card_does_not_boot(
    image: Image,
    built: Path,
    unit: StationUnit,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    signing_key: Ed25519PrivateKey,
) -> None:
    monkeypatch.setattr("workshop.bundle.build.PYTHON", "3.13")
    write_bundle(built.read_bytes(), read_recipe(), built, signing_key)
    with memory_scratch() as folder, create_card_file(tmp_path / "card.img", image.size) as card:
        with pytest.raises(ProofError, match=r"python3\.13.*the bundle is for another release of Raspberry Pi OS"):
            flash_card(CardSource(image, taken(built)), unit, card, folder, silent)
        assert card.read(0, 4096) == bytes(4096)


def test_a_system_of_32_bits_is_found_out(stock: Path, built: Path, unit: StationUnit, tmp_path: Path) -> None:
    raw = lzma.decompress(stock.read_bytes())
    narrow = raw.replace(b"\xb7\0, a Python for 64", b"\x28\0, a Python for 32")
    assert narrow != raw
    (tmp_path / "narrow.img").write_bytes(narrow)
    (tmp_path / "narrow.img.sha256").write_text(hashlib.sha256(narrow).hexdigest())
    source = CardSource(check_image(tmp_path / "narrow.img", stock, silent), taken(built))
    with memory_scratch() as folder, create_card_file(tmp_path / "card.img", source.image.size) as card:
        with pytest.raises(ProofError, match="take the 64-bit Raspberry Pi OS"):
            flash_card(source, unit, card, folder, silent)
        assert card.read(0, 4096) == bytes(4096)


# --- its first start ----------------------------------------------------------------------------------------------


def installed_wheel(name: str) -> tuple[str, bytes]:
    """A wheel of a package as it is installed here: its files, in the same places."""
    found = distribution(name)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as wheel:
        for file in found.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                wheel.writestr(str(file), Path(str(found.locate_file(file))).read_bytes())
    return f"{name.replace('-', '_')}-{found.version}-py3-none-any.whl", archive.getvalue()


def needed() -> Iterator[str]:
    """The packages of requirements/pi.txt; spidev is compiled for a Pi alone, colorama is for another system.

    lgpio is published for no Python after 3.12, and not needed where every device is simulated.
    """
    absent = ("spidev", "colorama", *(("lgpio",) if sys.version_info >= (3, 13) else ()))
    for line in (ROOT / "requirements" / "pi.txt").read_text("utf-8").splitlines():
        name = line.partition("==")[0]
        if "==" in line and name not in absent:
            yield name


@pytest.fixture
def whole(station: Path, boot: Mapping[str, bytes], signing_key: Ed25519PrivateKey, tmp_path: Path) -> Path:
    """A bundle with every package, as they are compiled for this computer."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    (folder / station.name).write_bytes(station.read_bytes())
    for name in needed():
        file, data = installed_wheel(name)
        (folder / file).write_bytes(data)
    bundle = tmp_path / "whole.tar"
    write_bundle(tar_of(contents(folder, boot)), read_recipe(), bundle, signing_key)
    bundle.with_name("release.pub").write_text(public_key_text(signing_key.public_key()) + "\n")
    return bundle


@pytest.mark.parametrize("stock", ["firstrun.sh"], indirect=True)
def test_its_first_start_without_a_network_makes_a_station_that_sells(
    whole: Path, image: Image, unit: StationUnit, tmp_path: Path
) -> None:
    """By the real first-boot.sh, with a Python that sees nothing of this computer's packages."""
    (tmp_path / "state").mkdir(mode=0o700)
    copy_boot(image, tmp_path / "partition")
    laid = boot_additions(
        tmp_path / "partition", format_of(tmp_path / "partition"), provision_station(unit, tmp_path / "state"), taken(whole)
    )
    for name, data in laid.items():
        (tmp_path / "boot" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "boot" / name).write_bytes(data)
    environment = alone(tmp_path)
    ended = subprocess.run(["sh", tmp_path / "boot" / "horodateur" / "first-boot.sh"], env=environment, check=False)
    assert ended.returncode == 0, (tmp_path / "boot" / "horodateur" / "first-boot.log").read_text()
    lib = tmp_path / "root" / "opt" / "horodateur" / "lib"
    priced = subprocess.run(
        ["python3", "-c", "import sys; from firmware.cli import main; sys.exit(main())", *HOUR],
        env={**environment, "PYTHONPATH": str(lib)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert priced.returncode == 0, priced.stderr
    assert "€" in priced.stdout


def alone(folder: Path) -> dict[str, str]:
    """An environment whose python3 has the standard library alone, and whose system only nods."""
    commands = folder / "commands"
    commands.mkdir()
    for name in ("systemctl", "systemd-sysusers", "chown"):
        (commands / name).write_text("#!/bin/sh\n")
        (commands / name).chmod(0o755)
    (commands / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" -S "$@"\n')
    (commands / "python3").chmod(0o755)
    paths = f"{commands}:{os.environ['PATH']}"
    return {"PATH": paths, "HORODATEUR_ROOT": str(folder / "root"), "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}


# --- the command --------------------------------------------------------------------------------------------------


def test_a_missing_tool_is_named_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workshop.common.tools.PATH", "")
    with pytest.raises(ToolError, match=r"aarch64-linux-gnu-gcc, dtc.*apt-get install -y .*gcc-aarch64-linux-gnu"):
        require_tools(build.TOOLS)


def test_a_name_flash_sh_would_not_find_the_signature_of_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--out", str(tmp_path / "station"), "--release-key", str(tmp_path / "key")]) == 1
    assert "must end in .tar" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_members_are_roots_and_readable_by_all(built: Path) -> None:
    with tarfile.open(built) as archive:
        assert {(member.uid, member.gid, member.mode, member.isfile()) for member in archive} == {(0, 0, 0o644, True)}
