"""`python -m workshop.common.release_key`: the key that signs images and bundles, made at first use; prints its public half.

    python -m workshop.common.release_key > board/release.pub

That line is how a person says whose releases this checkout believes. The private half never enters it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from firmware.domain.errors import FileError
from firmware.protocol.envelope import public_key_text
from workshop.image.release import USUAL, release_key
from workshop.image.tools import BuildError


def main(arguments: Sequence[str] | None = None) -> int:
    """0; 1 if there is no key and none could be made."""
    parser = argparse.ArgumentParser(prog="python -m workshop.common.release_key", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", default=USUAL, help="its private half (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    try:
        signing_key = release_key(chosen.file)
    except (FileError, BuildError, OSError) as error:
        print(f"release_key: {error}", file=sys.stderr)
        return 1
    print(f"the private half is in {chosen.file.expanduser()}: whoever has it can make cards this city trusts", file=sys.stderr)
    print(public_key_text(signing_key.public_key()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
