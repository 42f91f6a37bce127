"""Signature of a flashing certificate: `python -m workshop.flash.signed_page FILE` says whose it is, or that it was changed.

The key is the technician's own, made at first use beside the release key: the city keeps its public half with the technician's
name. It says who flashed, not that the card is good: that is what was read back.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.domain.base64url import base64url_decode, base64url_encode
from firmware.domain.errors import error_text
from firmware.protocol.envelope import public_key_in, public_key_text

USUAL = Path("~/.config/horodateur/flash.key")
PURPOSE = b"horodateur flashing certificate\n"
"""What is signed begins with it: the same key signs nothing else by mistake."""
SIGNED_BY, SIGNATURE = "signed by   ", "signature   "


def sign_page(page: str, key: Ed25519PrivateKey) -> str:
    """The page with two lines more: the key, and its signature over all before it."""
    signed = f"{page}{SIGNED_BY}{public_key_text(key.public_key())}\n"
    return f"{signed}{SIGNATURE}{base64url_encode(key.sign(PURPOSE + signed.encode()))}\n"


def signer_of(page: str) -> str:
    """The public key that signed this page as it is. Raises ValueError where none did."""
    signed, _, signature = page.partition(SIGNATURE)
    key = signed.rpartition(SIGNED_BY)[2].strip()
    try:
        public_key_in(key).verify(base64url_decode(signature.strip()), PURPOSE + signed.encode())
    except (InvalidSignature, ValueError) as error:
        raise ValueError("the page is not signed, or was changed since") from error
    return key


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0, and the key on standard output; 1 if the page is not as it was signed."""
    parser = argparse.ArgumentParser(prog="python -m workshop.flash.signed_page", description="Verify a flashing certificate.")
    parser.add_argument("file", type=Path, help="STATION.txt")
    chosen = parser.parse_args(arguments)
    try:
        print(signer_of(chosen.file.read_text("utf-8")))
    except (OSError, ValueError) as error:
        print(f"{chosen.file}: {error_text(error)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
