"""`python -m workshop.drawings.manual`: refreshes docs/technician.md (exit statuses, session of flash.sh), its sheet and label.

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

from firmware.cli import diag, rescue, selftest
from firmware.protocol.envelope import public_key_text
from firmware.tariff import load_tariffs
from hal.time_zone import PARIS
from workshop.common.checkout import BOARD, BOARDS, DOCS, IMAGE_FILES, ROOT, TARIFFS
from workshop.common.errors import STATUSES
from workshop.common.manifests import ImageManifest, sign_manifest
from workshop.common.recipe import PartitionRecipe
from workshop.common.sums import sha256_of, sha256_of_file
from workshop.drawings.technician_sheet import back, front
from workshop.flash.certificate import Certificate, label_of
from workshop.flash.unit import UnitReferences, unit_of
from workshop.image.disk import assemble_disk, block_map, compress_disk
from workshop.image.filesystems import make_boot, make_root
from workshop.image.plan import PlannedPartition, planned_partitions

PAGE, SHEET, CODES = DOCS / "technician.md", DOCS / "technician-sheet.svg", DOCS / "technician-codes.svg"
LABEL = DOCS / "pictures" / "label.png"
EPOCH = 1_740_000_000
"""Date of the demonstration's files."""
CITY, STATION = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (7, 8))
"""Keys for the demonstration alone: their private halves stand here."""
FIELDS = {
    "station": "75011-0042",
    "zone": "1",
    "sector": "11D",
    "address": "12 rue Oberkampf",
    "nearest": "5 passage Saint-Pierre-Amelot",
    "central": "https://city.example",
    "central_key": public_key_text(CITY.public_key()),
}
PARTITIONS = (
    PartitionRecipe(label="HDT-BOOT", kind="vfat", mebibytes=36),
    PartitionRecipe(label="HDT-ROOT-A", kind="ext4", mebibytes=8),
    PartitionRecipe(label="HDT-ROOT-B", kind="ext4", mebibytes=8),
    PartitionRecipe(label="HDT-STATE", kind="ext4", mebibytes=12),
)


def main() -> None:
    """Write page, sheet and label."""
    PAGE.write_text(refresh_blocks(PAGE.read_text("utf-8"), {**statuses(), "session": run_session()}), "utf-8")
    SHEET.write_text(front(), "utf-8")
    CODES.write_text(back(), "utf-8")
    label_of(certificate()).save(LABEL)


def refresh_blocks(page: str, blocks: Mapping[str, str]) -> str:
    """The page with these blocks replaced. Raises KeyError for a block the page has not."""
    for name, text in blocks.items():
        before, begin, rest = page.partition(f"<!-- made: {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        if not begin or not end:
            raise KeyError(name)
        page = f"{before}{begin}{text}{end}{after}"
    return page


def statuses() -> dict[str, str]:
    """Tables of each command's exit statuses, by the name of the block."""
    tables = {"flash": STATUSES, "selftest": selftest.STATUSES, "diag": diag.STATUSES, "rescue": rescue.STATUSES}
    return {f"statuses {name}": _table(table) for name, table in tables.items()}


def _table(table: Mapping[int, str]) -> str:
    rows = "".join(f"| {status} | {meaning} |\n" for status, meaning in sorted(table.items()))
    return f"| status | meaning |\n|-|-|\n{rows}"


def certificate() -> Certificate:
    """Certificate of a card that was never made, for the picture of its label."""
    unit = unit_of(FIELDS, UnitReferences(load_tariffs(TARIFFS), BOARDS))
    at = datetime(2026, 3, 2, 9, 12, tzinfo=PARIS)
    return Certificate(unit, public_key_text(STATION.public_key()), "horodateur 1.0", "", "", 0, 0.0, at)


# --- the session --------------------------------------------------------------------------------------------------


def run_session() -> str:
    """Run a session of flash.sh; what a technician sees of it, and the certificate it makes."""
    with tempfile.TemporaryDirectory(prefix="horodateur-manual-") as place:
        folder = Path(place)
        make_release(folder)
        words = [part for name, word in FIELDS.items() for part in (f"--{name.replace('_', '-')}", word)]
        command = ["--image", "horodateur.img.xz", "--to-file", "card.img", "--release-key", "release.pub", *words]
        done = subprocess.run(
            [ROOT / "flash.sh", *command],
            cwd=folder,
            env={**os.environ, "TMPDIR": place, "HOME": place},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        page = (folder / "certificates" / f"{FIELDS['station']}.txt").read_text("utf-8")
    return f"```\n$ {_typed(command)}\n{_without_variables(done.stdout)}```\n\n```\n{_without_variables(page)}```\n"


def _typed(command: list[str]) -> str:
    """The command as one would type it, an option a line."""
    text = " ".join(f'"{word}"' if " " in word else word for word in command)
    return "./flash.sh " + text.replace(" --", " \\\n    --")


def _without_variables(text: str) -> str:
    """The text without what changes from one session to the next."""
    city = FIELDS["central_key"]
    text = re.sub(r"(?<![\w-])[\w-]{43}(?![\w-])", lambda key: key[0] if key[0] == city else "<key, 43 characters>", text)
    text = re.sub(r"(?<![\w-])[\w-]{86}(?![\w-])", "<signature, 86 characters>", text)
    text = re.sub(r"^by  .*", "by          <who>", text, flags=re.MULTILINE)
    text = re.sub(r"\b[0-9a-f]{64}\b", lambda digest: f"{digest[0][:8]}…", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:+]+", "<now>", text)
    text = re.sub(r"\b\d+ s\b", "<n> s", text)
    return re.sub(r"[\d.]+ [kMG]?B/s +(both|\S+ left)", lambda rate: "<n> MB/s" + (" both" if rate[1] == "both" else ""), text)


def make_release(folder: Path) -> None:
    """Make an image of ours with nothing to boot, as a release is published: image, map, manifest, and public key."""
    contents = _make_file_systems(folder, planned_partitions(PARTITIONS))
    image = folder / "horodateur.img"
    assemble_disk(image, contents, "0x48445431")
    bmap, archive = block_map(image), compress_disk(image)
    (folder / "horodateur.bmap").write_bytes(bmap)
    manifest = ImageManifest(
        name="horodateur",
        version="1.0",
        size=image.stat().st_size,
        sha256_xz=sha256_of_file(archive),
        sha256_img=sha256_of_file(image),
        sha256_bmap=sha256_of(bmap),
        tariffs_sha256=sha256_of_file(TARIFFS),
    )
    signing_key = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)
    (folder / "horodateur.manifest").write_bytes(sign_manifest(manifest, signing_key))
    (folder / "release.pub").write_text(public_key_text(signing_key.public_key()) + "\n")


def _make_file_systems(folder: Path, partitions: tuple[PlannedPartition, ...]) -> dict[PlannedPartition, Path]:
    files = {partition: folder / f"{partition.label}.img" for partition in partitions}
    boot, root, spare, state = partitions
    (folder / "boot").mkdir()
    (folder / "boot" / "config.txt").write_bytes((IMAGE_FILES / "config.txt").read_bytes())
    share = folder / "root" / "opt" / "horodateur"
    (share / "board").mkdir(parents=True)
    (share / "tariffs.json").write_bytes(TARIFFS.read_bytes())
    (share / "board" / "paris-v1.toml").write_bytes(BOARD.read_bytes())
    make_boot(files[boot], boot, EPOCH, folder / "boot")
    make_root(files[root], root, EPOCH, folder / "root")
    make_root(files[spare], spare, EPOCH)
    make_root(files[state], state, EPOCH)
    return files


if __name__ == "__main__":
    main()
