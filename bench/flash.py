"""How long a card takes: computed from its bytes, and what flashing itself adds, measured on a loop device (or a file)."""

from __future__ import annotations

import contextlib
import hashlib
import lzma
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.desk import scratch
from bench.table import Figure
from firmware.protocol.envelope import message_of, public_key_text, sealed
from firmware.tariff import load_tariffs
from workshop.flash.card_layout import CardSource, flash_card
from workshop.flash.disks import device_named, disks
from workshop.flash.image import Image, check_image
from workshop.flash.medium import Card, create_card_file, open_device
from workshop.flash.scratch import memory_scratch
from workshop.flash.session import RATE
from workshop.flash.unit import UnitReferences, unit_of
from workshop.flash.write import bytes_moved

ROOT = Path(__file__).parents[1]
MIB = 1 << 20
TABLE = "label: gpt\nstart=2048, size=8192\nsize=163840\nsize=2048\nsize=65536\n"
ORDINARY = 1_200_000_000
"""Bytes an image of ours holds, of the four billion it spans."""
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def figures() -> tuple[Figure, ...]:
    """One card, and what follows for an ordinary one."""
    with scratch() as folder:
        image = _image(folder)
        seconds, written = _flashed(image, folder)
    own = seconds / written
    card = bytes_moved(ORDINARY) / RATE
    return (
        Figure(
            "a card, from its bytes",
            card,
            "s",
            f"{ORDINARY / 1e9:.1f} GB written and read back at {RATE / 1e6:.0f} MB/s; computed",
            at_most=180,
        ),
        Figure(
            "a card, with what flashing adds",
            card + own * ORDINARY,
            "s",
            "the same, and the time measured here to unpack, hash, write to a loop device, read back and prove, per byte",
            at_most=180,
        ),
        Figure("flashing alone", 1 / own / 1e6, "MB/s", f"{written / 1e6:.0f} MB onto a loop device, read back and proven"),
    )


def _flashed(image: Image, folder: Path) -> tuple[float, int]:
    words = {"station": "75011-0042", "zone": "1", "sector": "11D", "address": "12 rue Oberkampf"}
    words |= {"central": "https://central.example", "central_key": public_key_text(KEY.public_key())}
    unit = unit_of(words, UnitReferences(load_tariffs(ROOT / "tariffs.json"), ROOT / "board"))
    with _card(folder, image.size) as card, memory_scratch() as secret:
        began = time.perf_counter()
        done = flash_card(CardSource(image, None), unit, card, secret, lambda what, done, total: None)
        return time.perf_counter() - began, done.written


@contextlib.contextmanager
def _card(folder: Path, size: int) -> Iterator[Card]:
    if os.geteuid():
        with create_card_file(folder / "card.img", size) as card:
            yield card
        return
    medium = folder / "medium"
    with medium.open("wb") as file:
        file.truncate(size)
    loop = _ran("losetup", "--find", "--show", str(medium)).strip()
    try:
        with open_device(device_named(loop, disks())) as card:
            yield card
    finally:
        _ran("losetup", "--detach", loop)


def _image(folder: Path) -> Image:
    """A hundred megabytes, half of them as dense as programs are."""
    share = folder / "root" / "opt" / "horodateur"
    (share / "board").mkdir(parents=True)
    (share / "tariffs.json").write_bytes((ROOT / "tariffs.json").read_bytes())
    (share / "board" / "paris-v1.toml").write_bytes((ROOT / "board" / "paris-v1.toml").read_bytes())
    (share / "dense").write_bytes(hashlib.shake_256(b"dense").digest(36 * MIB))
    (share / "loose").write_bytes(b"0123456789abcdef" * (36 * MIB // 16))
    raw = folder / "disk.img"
    with raw.open("wb") as file:
        file.truncate(120 * MIB)
    _ran("sfdisk", "-q", "--no-reread", "--no-tell-kernel", str(raw), given=TABLE)
    system = ("-O", "^has_journal", "-d", str(folder / "root"), "-E", f"offset={5 * MIB}")
    _ran("mke2fs", "-q", "-F", "-t", "ext4", *system, str(raw), f"{80 * 1024}k")
    return _signed(folder, raw.read_bytes())


def _signed(folder: Path, raw: bytes) -> Image:
    packed = lzma.compress(raw, preset=0)
    first = f'<Range chksum="{hashlib.sha256(raw).hexdigest()}">0-{len(raw) // 4096 - 1}</Range>'
    sizes = f"<ImageSize>{len(raw)}</ImageSize><BlockSize>4096</BlockSize><ChecksumType>sha256</ChecksumType>"
    bmap = f'<bmap version="2.0">{sizes}<BlockMap>{first}</BlockMap></bmap>'.encode()
    sums = {"sha256_xz": packed, "sha256_img": raw, "sha256_bmap": bmap, "tariffs_sha256": (ROOT / "tariffs.json").read_bytes()}
    manifest = {"name": "bench", "version": "1", "size": len(raw)}
    document = msgspec.json.encode(manifest | {name: hashlib.sha256(data).hexdigest() for name, data in sums.items()})
    (folder / "bench.img.xz").write_bytes(packed)
    (folder / "bench.bmap").write_bytes(bmap)
    (folder / "bench.manifest").write_bytes(message_of(sealed("image", document, KEY)))
    (folder / "release.pub").write_text(public_key_text(KEY.public_key()))
    return check_image(folder / "bench.img.xz", folder / "release.pub", lambda what, done, total: None)


def _ran(*command: str, given: str = "") -> str:
    environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
    return subprocess.run(command, input=given, capture_output=True, text=True, check=True, env=environment).stdout
