"""`python -m tests.image`: flashes the image into a file and tries it in an emulator. By hand and nightly; no pytest test.

What it shows and what it cannot is in docs/image.md and docs/decisions/0017-the-image.md.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.journal.journal_file import JournalError
from firmware.protocol.envelope import public_key_text
from tests.image.street import EmulatedStreet, TrialError
from tests.image.trial import Trial
from workshop.common.release_key import USUAL, release_key

ROOT = Path(__file__).parents[2]
OUT = ROOT / "out"
UNIT = {
    "station": "75011-0042",
    "zone": "1",
    "sector": "11D",
    "address": "12 rue Oberkampf",
    "nearest": "5 passage Saint-Pierre-Amelot",
    "central": "https://central.invalid",
}
"""The demonstration's station, so that the desk can tell what its glass must show."""


def main() -> int:
    """The exit status: 0 if the image passes, 1 if not."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the emulator ends too
    parser = argparse.ArgumentParser(prog="python -m tests.image", description=__doc__)
    parser.add_argument("--image", type=Path, help="NAME.img.xz (default: the newest of out/image)")
    parser.add_argument("--release-key", type=Path, default=USUAL, metavar="FILE", help="the key that signed it")
    parser.add_argument("--folder", type=Path, default=OUT / "image-test", help="for the card and what is found on it")
    chosen = parser.parse_args()
    begun = time.monotonic()
    try:
        image = chosen.image or max((OUT / "image").glob("*.img.xz"), key=lambda file: file.stat().st_mtime)
        shutil.rmtree(chosen.folder, ignore_errors=True)
        chosen.folder.mkdir(parents=True)
        card = _flashed(image, chosen.release_key, chosen.folder)
        bill = image.with_name(image.name.removesuffix(".img.xz") + ".sbom.json").read_text("utf-8")
        Trial(card, chosen.folder, bill, EmulatedStreet(), _say).run()
    except (TrialError, JournalError, subprocess.CalledProcessError, OSError, ValueError) as error:
        sys.stderr.write(f"image-test: {error}\n")
        return 1
    _say(f"all of it in {time.monotonic() - begun:.0f} s")
    return 0


def _flashed(image: Path, key: Path, folder: Path) -> Path:
    """Flash a card with flash.sh; the file that stands for it. Its city's key is one nobody has."""
    public, card = folder / "release.pub", folder / "card.img"
    public.write_text(public_key_text(release_key(key).public_key()) + "\n")
    city = public_key_text(Ed25519PrivateKey.generate().public_key())
    unit = [word for name, value in UNIT.items() for word in (f"--{name}", value)]
    records = ["--register", str(folder / "register.csv"), "--certificates", str(folder / "certificates")]
    made = ["--image", str(image), "--release-key", str(public), "--to-file", str(card), "--central-key", city]
    begun = time.monotonic()
    subprocess.run([str(ROOT / "flash.sh"), *made, *unit, *records], check=True, capture_output=True)
    _say(f"flashed into a file in {time.monotonic() - begun:.0f} s")
    return card


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


sys.exit(main())
