"""`python -m workshop.drawings.manual`: what docs/technician.md shows of commands, made by running them; and the sheet.

A block between `<!-- made: NAME -->` and `<!-- end -->` is replaced. Exit statuses are those of the code. The session is a real
one: an image of 80 MB that boots nothing, made and signed for it, and `flash.sh` writing a card of it into a file. What differs
from one session to the next (the station's key, seconds) is shown by a sign.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.cli import diag, selftest
from firmware.protocol.envelope import public_key_text
from firmware.tariff import load_tariffs
from hal.clock import PARIS
from hal.shipped import ROOT
from workshop.common.errors import STATUSES
from workshop.common.recipe import Slot
from workshop.drawings.technician_sheet import sheet
from workshop.flash.certificate import Certificate, label_of
from workshop.flash.image import Manifest
from workshop.flash.unit import UnitReferences, unit_of
from workshop.image.disk import assembled, mapped, packed, sum_of
from workshop.image.filesystems import ext4, fat
from workshop.image.plan import PlannedPartition, placed
from workshop.image.release import signed

PAGE, SHEET = ROOT / "docs" / "technician.md", ROOT / "docs" / "technician-sheet.svg"
LABEL = ROOT / "docs" / "pictures" / "label.png"
EPOCH = 1_740_000_000
"""Of the demonstration's files."""
CITY, STATION = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (7, 8))
"""Keys of nobody: their private halves stand here."""
SAID = {
    "station": "75011-0042",
    "zone": "1",
    "sector": "11D",
    "address": "12 rue Oberkampf",
    "nearest": "5 passage Saint-Pierre-Amelot",
    "central": "https://city.example",
    "central_key": public_key_text(CITY.public_key()),
}
SLOTS = (
    Slot(label="HDT-BOOT", kind="vfat", mebibytes=36),
    Slot(label="HDT-ROOT-A", kind="ext4", mebibytes=8),
    Slot(label="HDT-ROOT-B", kind="ext4", mebibytes=8),
    Slot(label="HDT-STATE", kind="ext4", mebibytes=12),
)


def main() -> None:
    """Write all of it."""
    PAGE.write_text(refreshed(PAGE.read_text("utf-8"), {**statuses(), "session": session()}), "utf-8")
    SHEET.write_text(sheet(), "utf-8")
    label_of(certificate()).save(LABEL)


def refreshed(page: str, blocks: Mapping[str, str]) -> str:
    """The page, with these blocks. Raises KeyError for a block the page has not."""
    for name, text in blocks.items():
        before, begin, rest = page.partition(f"<!-- made: {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        if not begin or not end:
            raise KeyError(name)
        page = f"{before}{begin}{text}{end}{after}"
    return page


def statuses() -> dict[str, str]:
    """Each command's exit statuses, by the name of its block."""
    tables = {"flash": STATUSES, "selftest": selftest.STATUSES, "diag": diag.STATUSES}
    return {f"statuses {name}": _table(table) for name, table in tables.items()}


def _table(table: Mapping[int, str]) -> str:
    rows = "".join(f"| {status} | {meaning} |\n" for status, meaning in sorted(table.items()))
    return f"| status | meaning |\n|-|-|\n{rows}"


def certificate() -> Certificate:
    """Of a card that was never made, for the picture of its label."""
    unit = unit_of(SAID, UnitReferences(load_tariffs(ROOT / "tariffs.json"), ROOT / "board"))
    at = datetime(2026, 3, 2, 9, 12, tzinfo=PARIS)
    return Certificate(unit, public_key_text(STATION.public_key()), "horodateur 1.0", "", "", 0, 0.0, at)


# --- the session --------------------------------------------------------------------------------------------------


def session() -> str:
    """A session of flash.sh, as a technician sees it."""
    with tempfile.TemporaryDirectory(prefix="horodateur-manual-") as place:
        folder = Path(place)
        release(folder)
        words = [part for name, word in SAID.items() for part in (f"--{name.replace('_', '-')}", word)]
        command = ["--image", "horodateur.img.xz", "--to-file", "card.img", "--release-key", "release.pub", *words]
        done = subprocess.run(
            [ROOT / "flash.sh", *command],
            cwd=folder,
            env={**os.environ, "TMPDIR": place},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        paper = (folder / "certificates" / f"{SAID['station']}.txt").read_text("utf-8")
    return f"```\n$ {_typed(command)}\n{_settled(done.stdout)}```\n\n```\n{_settled(paper)}```\n"


def _typed(command: list[str]) -> str:
    """As one would type it, an option a line."""
    text = " ".join(f'"{word}"' if " " in word else word for word in command)
    return "./flash.sh " + text.replace(" --", " \\\n    --")


def _settled(text: str) -> str:
    """Without what is another the next time."""
    city = SAID["central_key"]
    text = re.sub(r"(?<![\w-])[\w-]{43}(?![\w-])", lambda key: key[0] if key[0] == city else "<key, 43 characters>", text)
    text = re.sub(r"\b[0-9a-f]{64}\b", lambda digest: f"{digest[0][:8]}…", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+", "<now>", text)
    text = re.sub(r"\b\d+ s\b", "<n> s", text)
    return re.sub(r"[\d.]+ [kMG]?B/s +(both|\S+ left)", lambda rate: "<n> MB/s" + (" both" if rate[1] == "both" else ""), text)


def release(folder: Path) -> None:
    """An image of ours with nothing to boot, as a release is published: image, map, manifest, and the key that signed it."""
    contents = _file_systems(folder, placed(SLOTS))
    image = folder / "horodateur.img"
    assembled(image, contents, "0x48445431")
    map_, archive = mapped(image), packed(image)
    manifest = Manifest(
        name="horodateur",
        version="1.0",
        size=image.stat().st_size,
        sha256_xz=sum_of(archive),
        sha256_img=sum_of(image),
        sha256_bmap=_sum(folder / "horodateur.bmap", map_),
        tariffs_sha256=sum_of(ROOT / "tariffs.json"),
    )
    signing_key = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)
    (folder / "horodateur.manifest").write_bytes(signed(manifest, signing_key))
    (folder / "release.pub").write_text(public_key_text(signing_key.public_key()) + "\n")


def _sum(file: Path, data: bytes) -> str:
    file.write_bytes(data)
    return sum_of(file)


def _file_systems(folder: Path, partitions: tuple[PlannedPartition, ...]) -> dict[PlannedPartition, Path]:
    files = {partition: folder / f"{partition.label}.img" for partition in partitions}
    boot, root, spare, state = partitions
    (folder / "boot").mkdir()
    (folder / "boot" / "config.txt").write_bytes((ROOT / "board" / "image" / "config.txt").read_bytes())
    share = folder / "root" / "opt" / "horodateur"
    (share / "board").mkdir(parents=True)
    (share / "tariffs.json").write_bytes((ROOT / "tariffs.json").read_bytes())
    (share / "board" / "paris-v1.toml").write_bytes((ROOT / "board" / "paris-v1.toml").read_bytes())
    fat(files[boot], boot, EPOCH, folder / "boot")
    ext4(files[root], root, EPOCH, folder / "root")
    ext4(files[spare], spare, EPOCH)
    ext4(files[state], state, EPOCH)
    return files


if __name__ == "__main__":
    main()
