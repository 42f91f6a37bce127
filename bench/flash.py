"""How long a card takes: computed from its bytes, and what flashing itself adds, measured on a loop device (or a file)."""

from __future__ import annotations

import contextlib
import hashlib
import lzma
import os
import time
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.desk import scratch
from bench.table import Figure
from firmware.protocol.envelope import public_key_text
from firmware.tariff import load_tariffs
from workshop.common.bmap import bmap_text, mapped_ranges
from workshop.common.checkout import BOARD, BOARDS, TARIFFS
from workshop.common.ext4 import create_sparse
from workshop.common.manifests import ImageManifest, sign_manifest
from workshop.common.pieces import pieces_in
from workshop.common.progress import ignore_progress
from workshop.common.sums import sha256_of, sha256_of_file
from workshop.common.tools import run_checked
from workshop.flash.card_layout import CardSource, flash_card
from workshop.flash.disks import device_named, disks
from workshop.flash.image import Image, check_image
from workshop.flash.medium import Card, create_card_file, open_device
from workshop.flash.scratch import memory_scratch
from workshop.flash.session import RATE
from workshop.flash.unit import UnitReferences, unit_of
from workshop.flash.write import bytes_moved

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
    unit = unit_of(words, UnitReferences(load_tariffs(TARIFFS), BOARDS))
    with _card(folder, image.size) as card, memory_scratch() as secret:
        began = time.perf_counter()
        done = flash_card(CardSource(image, None), unit, card, secret, ignore_progress)
        return time.perf_counter() - began, done.written


@contextlib.contextmanager
def _card(folder: Path, size: int) -> Iterator[Card]:
    if os.geteuid():
        with create_card_file(folder / "card.img", size) as card:
            yield card
        return
    medium = folder / "medium"
    create_sparse(medium, size)
    loop = run_checked("losetup", "--find", "--show", medium).strip()
    try:
        with open_device(device_named(loop, disks())) as card:
            yield card
    finally:
        run_checked("losetup", "--detach", loop)


def _image(folder: Path) -> Image:
    """A hundred megabytes, half of them as dense as programs are."""
    share = folder / "root" / "opt" / "horodateur"
    (share / "board").mkdir(parents=True)
    (share / "tariffs.json").write_bytes(TARIFFS.read_bytes())
    (share / "board" / "paris-v1.toml").write_bytes(BOARD.read_bytes())
    (share / "dense").write_bytes(hashlib.shake_256(b"dense").digest(36 * MIB))
    (share / "loose").write_bytes(b"0123456789abcdef" * (36 * MIB // 16))
    raw = folder / "disk.img"
    create_sparse(raw, 120 * MIB)
    run_checked("sfdisk", "-q", "--no-reread", "--no-tell-kernel", raw, stdin=TABLE)
    system = ("-O", "^has_journal", "-d", folder / "root", "-E", f"offset={5 * MIB}")
    run_checked("mke2fs", "-q", "-F", "-t", "ext4", *system, raw, f"{80 * 1024}k")
    return _signed(folder, raw)


def _signed(folder: Path, raw: Path) -> Image:
    """The image as a release is published, and checked."""
    packed = folder / "bench.img.xz"
    packed.write_bytes(lzma.compress(raw.read_bytes(), preset=0))
    bmap = bmap_text(raw.stat().st_size, mapped_ranges(pieces_in(raw, 0, sparse=False)))
    (folder / "bench.bmap").write_bytes(bmap)
    manifest = ImageManifest(
        name="bench",
        version="1",
        size=raw.stat().st_size,
        sha256_xz=sha256_of_file(packed),
        sha256_img=sha256_of_file(raw),
        sha256_bmap=sha256_of(bmap),
        tariffs_sha256=sha256_of_file(TARIFFS),
    )
    (folder / "bench.manifest").write_bytes(sign_manifest(manifest, KEY))
    (folder / "release.pub").write_text(public_key_text(KEY.public_key()))
    return check_image(packed, folder / "release.pub", ignore_progress)
