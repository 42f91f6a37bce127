"""Tiny images of both kinds, keys to sign them with, and loop devices to write them to.

What needs a loop device needs root, and asks for it by the fixture of that name.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.protocol.envelope import message_of, public_key_text, sign_envelope
from firmware.station.state_folder import provision
from firmware.tariff import load_tariffs
from tests.workshop.flash.cards import MIB, Loop, Loops, Release, options, run, silent
from tests.workshop.flash.used_cards import STATION, card_mounted_at, sell
from workshop.common.checkout import ROOT
from workshop.flash import replacement
from workshop.flash.image import Image, check_image
from workshop.flash.unit import StationUnit, UnitReferences, unit_of

SIZE = 24 * MIB
OURS = "label: gpt\nstart=2048, size=8192\nsize=20480\nsize=2048\nsize=12288\n"
"""Boot 4 MiB, slot A 10, slot B 1, state 6."""
STOCK = "label: dos\nstart=8192, size=16384, type=c\nstart=24576, size=8192, type=83\n"
RELEASE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CITY = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64)))
WORDS = {
    "station": "75011-0042",
    "zone": "1",
    "sector": "11D",
    "address": "12 rue Oberkampf",
    "nearest": "5 passage Saint-Pierre-Amelot",
    "central": "https://central.example/api",
    "central_key": public_key_text(CITY.public_key()),
}


# --- images -------------------------------------------------------------------------------------------------------


def ext4(file: Path, size: int, folder: Path) -> bytes:
    run("mke2fs", "-q", "-F", "-t", "ext4", "-d", folder, file, f"{size // 1024}k")
    return file.read_bytes()


def fat(file: Path, size: int, files: dict[str, bytes]) -> bytes:
    file.write_bytes(bytes(size))
    run("mkfs.vfat", "-n", "HDT-BOOT", file)
    for name, data in files.items():
        (file.parent / "content").write_bytes(data)
        run("mcopy", "-i", file, file.parent / "content", f"::/{name}")
    return file.read_bytes()


def disk(file: Path, size: int, table: str, parts: dict[int, bytes]) -> bytes:
    file.write_bytes(bytes(size))
    run("sfdisk", "-q", "--no-reread", "--no-tell-kernel", file, stdin=table)
    content = bytearray(file.read_bytes())
    for offset, data in parts.items():
        content[offset : offset + len(data)] = data
    return bytes(content)


def blocks_of(raw: bytes) -> list[tuple[int, int]]:
    """First and last block of each stretch that is not all zeros."""
    found: list[tuple[int, int]] = []
    for number in range(len(raw) // 4096):
        if any(raw[number * 4096 : (number + 1) * 4096]):
            if found and found[-1][1] == number - 1:
                found[-1] = (found[-1][0], number)
            else:
                found.append((number, number))
    return found


def bmap_of(raw: bytes) -> bytes:
    ranges = [
        f'<Range chksum="{hashlib.sha256(raw[first * 4096 : (last + 1) * 4096]).hexdigest()}"> {first}-{last} </Range>'
        for first, last in blocks_of(raw)
    ]
    head = f"<ImageSize> {len(raw)} </ImageSize><BlockSize> 4096 </BlockSize><ChecksumType> sha256 </ChecksumType>"
    return f'<?xml version="1.0"?><bmap version="2.0">{head}<BlockMap>{"".join(ranges)}</BlockMap></bmap>'.encode()


def publish(folder: Path, raw: bytes, name: str = "horodateur") -> Release:
    packed, bmap = lzma.compress(raw, preset=0), bmap_of(raw)
    manifest = {
        "name": name,
        "version": "1.0",
        "size": len(raw),
        "sha256_xz": hashlib.sha256(packed).hexdigest(),
        "sha256_img": hashlib.sha256(raw).hexdigest(),
        "sha256_bmap": hashlib.sha256(bmap).hexdigest(),
        "tariffs_sha256": hashlib.sha256((ROOT / "tariffs.json").read_bytes()).hexdigest(),
        "state_partition": 4,
    }
    (folder / f"{name}.img.xz").write_bytes(packed)
    (folder / f"{name}.bmap").write_bytes(bmap)
    (folder / f"{name}.manifest").write_bytes(message_of(sign_envelope("image", msgspec.json.encode(manifest), RELEASE)))
    (folder / "release.pub").write_text(public_key_text(RELEASE.public_key()) + "\n")
    return Release(folder / f"{name}.img.xz", folder / "release.pub", raw)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the technician's own key is made: nowhere near a real one."""
    folder = tmp_path / "home"
    monkeypatch.setenv("HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def raw_image(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Our image, unpacked: a boot partition, a root with the prices and the boards, an empty slot, an empty state."""
    folder = tmp_path_factory.mktemp("raw")
    share = folder / "root" / "opt" / "horodateur"
    (share / "board").mkdir(parents=True)
    (share / "tariffs.json").write_bytes((ROOT / "tariffs.json").read_bytes())
    (share / "board" / "paris-v1.toml").write_bytes((ROOT / "board" / "paris-v1.toml").read_bytes())
    (share / "kernel").write_bytes(hashlib.shake_256(b"a kernel").digest(2 * MIB))
    (folder / "empty").mkdir()
    parts = {
        1 * MIB: fat(folder / "boot.img", 4 * MIB, {"config.txt": b"arm_64bit=1\n"}),
        5 * MIB: ext4(folder / "root.img", 10 * MIB, folder / "root"),
        16 * MIB: ext4(folder / "state.img", 6 * MIB, folder / "empty"),
    }
    return disk(folder / "disk.img", SIZE, OURS, parts)


@pytest.fixture(scope="session")
def published(raw_image: bytes, tmp_path_factory: pytest.TempPathFactory) -> Release:
    return publish(tmp_path_factory.mktemp("published"), raw_image)


@pytest.fixture
def release(published: Release, tmp_path: Path) -> Release:
    """A copy that a test may spoil."""
    folder = shutil.copytree(published.image.parent, tmp_path / "release")
    return Release(folder / published.image.name, folder / published.key_file.name, published.raw)


@pytest.fixture
def image(release: Release) -> Image:
    return check_image(release.image, release.key_file, silent)


FIRSTRUN = {
    "cmdline.txt": b"console=serial0,115200 console=tty1 root=PARTUUID=1234-02 rootwait quiet init=/usr/lib/firstboot\n",
    "config.txt": b"[all]\n",
}
CLOUD_INIT = {
    **FIRSTRUN,
    "user-data": b"#cloud-config\n",
    "meta-data": b"instance-id: rpios-image\n",
    "network-config": b"# none\n",
}


@pytest.fixture(params=["firstrun.sh", "cloud-init"])
def stock(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    files = FIRSTRUN if request.param == "firstrun.sh" else CLOUD_INIT
    (tmp_path / "os").mkdir()
    (tmp_path / "os" / "usr" / "bin").mkdir(parents=True)
    (tmp_path / "os" / "usr" / "bin" / "python3.11").write_bytes(b"\x7fELF".ljust(18, b"\0") + b"\xb7\0, a Python for 64 bits")
    parts = {
        4 * MIB: fat(tmp_path / "boot.img", 8 * MIB, files),
        12 * MIB: ext4(tmp_path / "os.img", 4 * MIB, tmp_path / "os"),
    }
    packed = lzma.compress(disk(tmp_path / "disk.img", 16 * MIB, STOCK, parts), preset=0)
    file = tmp_path / "raspios.img.xz"
    file.write_bytes(packed)
    file.with_name("raspios.img.xz.sha256").write_text(f"{hashlib.sha256(packed).hexdigest()}  raspios.img.xz\n")
    return file


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """The station's wheel, and an overlay with its line."""
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as inside:
        inside.writestr("tariffs.json", (ROOT / "tariffs.json").read_bytes())
        inside.writestr("board/paris-v1.toml", (ROOT / "board" / "paris-v1.toml").read_bytes())
        for file in (ROOT / "board").rglob("*"):
            if file.is_file() and file.suffix != ".toml":
                inside.writestr(str(file.relative_to(ROOT)), file.read_bytes())
        inside.writestr("firmware/__init__.py", "")
        inside.writestr("firmware/cli.py", "def main():\n    print('a station')\n    return 0\n")
        inside.writestr("hal/drivers/display.py", "")
    members = {
        "wheels/horodateur-0.1.0-py3-none-any.whl": wheel.getvalue(),
        "boot/config.txt": b"dtoverlay=horodateur\n",
        "boot/overlays/horodateur.dtbo": b"a compiled overlay",
    }
    file = tmp_path / "station.tar"
    with tarfile.open(file, "w") as archive:
        for name, data in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    document = {"name": "station", "version": "0.1.0", "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    file.with_suffix(".manifest").write_bytes(message_of(sign_envelope("bundle", msgspec.json.encode(document), RELEASE)))
    (tmp_path / "release.pub").write_text(public_key_text(RELEASE.public_key()) + "\n")
    return file


# --- units --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def references() -> UnitReferences:
    return UnitReferences(load_tariffs(ROOT / "tariffs.json"), ROOT / "board")


@pytest.fixture
def unit(references: UnitReferences) -> StationUnit:
    return unit_of(WORDS, references)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The folder of a card that has sold four times; three of these the city does not have."""
    folder = tmp_path / "old"
    provision(folder, STATION)
    return sell(folder, 4, 2)


@pytest.fixture
def mounted(old: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same folder, and one named `pulled`, where a card in a reader is mounted."""
    monkeypatch.setattr(replacement, "disks", lambda: (card_mounted_at(str(old), str(old.with_name("pulled"))),))
    return old


# --- loop devices -------------------------------------------------------------------------------------------------


@pytest.fixture
def loops(needs_root: None, tmp_path: Path) -> Iterator[Loops]:
    """Makes loop devices: loops(size, "--read-only"), gone at the end."""
    made: list[Loop] = []

    def make(size: int = SIZE, *options: str, folder: Path = tmp_path) -> Loop:
        file = folder / f"medium-{len(made)}"
        with file.open("xb") as medium:
            medium.truncate(size)
        made.append(Loop(attached(file, options), file))
        return made[-1]

    yield make
    for loop in made:
        run("losetup", "--detach", loop.path)


def attached(file: Path, options: tuple[str, ...]) -> str:
    """Two who look for a free loop device at once may find the same one: the second looks again."""
    for _ in range(20):
        try:
            return run("losetup", "--find", "--show", *options, file).strip()
        except subprocess.CalledProcessError:
            continue
    raise AssertionError("no loop device is free")


@pytest.fixture
def words(release: Release, tmp_path: Path) -> list[str]:
    """Options of every call."""
    return options(release, tmp_path)
