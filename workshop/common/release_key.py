"""`python -m workshop.common.release_key`: the private key that signs images and bundles; prints its public half.

    python -m workshop.common.release_key > board/release.pub

It is made at first use, outside the checkout, readable by its owner alone. flash.sh verifies releases against
board/release.pub: with that line a person says whose releases this checkout trusts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.protocol.envelope import public_key_text
from firmware.station.signing_key import load_signing_key
from hal.command_line import run_program
from hal.key_file import create_key_file
from workshop.common.checkout import ROOT
from workshop.common.errors import BuildError

USUAL = Path("~/.config/horodateur/release.key")


def release_key(file: Path) -> Ed25519PrivateKey:
    """The key in this file, made if there is none. Raises BuildError for a file in the checkout, which would be published."""
    place = file.expanduser().resolve()
    if place.is_relative_to(ROOT):
        raise BuildError(f"{file}: a private key does not belong in the checkout; try --release-key {USUAL}")
    if not place.exists():
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return create_key_file(place)
    return load_signing_key(place)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0; 1 if there is no key and none could be made."""
    return run_program("release_key", _parser, arguments)


def _parser(_: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m workshop.common.release_key",
        description="Print the public half of the key that signs images and bundles; make the key if there is none.",
    )
    parser.add_argument("file", type=Path, nargs="?", default=USUAL, help="its private half (default: %(default)s)")
    parser.set_defaults(run=_show)
    return parser


def _show(chosen: argparse.Namespace) -> int:
    signing_key = release_key(chosen.file)
    print(f"the private half is in {chosen.file.expanduser()}: whoever has it can make cards this city trusts", file=sys.stderr)
    print(public_key_text(signing_key.public_key()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
