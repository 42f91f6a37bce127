"""Command line of `python -m workshop.bundle`: builds and signs a bundle."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from firmware.domain.errors import FileError, error_text
from firmware.protocol.envelope import public_key_text
from workshop.bundle.build import TOOLS, BundleOrder, build
from workshop.common.checkout import OUT
from workshop.common.errors import BuildError, WorkshopError
from workshop.common.progress import amount
from workshop.common.recipe import read_recipe
from workshop.common.release_key import USUAL, release_key
from workshop.common.tools import require_tools
from workshop.image.debian_sources import sources_here


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0; 1 if no bundle was built; 2 for a wrong command line."""
    parser = argparse.ArgumentParser(
        prog="python -m workshop.bundle",
        description="Build and sign the station as a bundle that flash.sh adds to a stock Raspberry Pi OS.",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=OUT / "horodateur-bundle.tar",
        metavar="FILE.tar",
        help="where to write it; FILE.manifest goes beside it (default: out/horodateur-bundle.tar)",
    )
    parser.add_argument(
        "--release-key", type=Path, default=USUAL, metavar="FILE", help="the key that signs it (default: %(default)s)"
    )
    parser.add_argument("--sources", type=Path, metavar="FILE", help="lines of an apt sources.list (default: this computer's)")
    chosen = parser.parse_args(arguments)
    try:
        return _build(chosen)
    except (WorkshopError, FileError, OSError) as error:
        print(f"bundle: {error_text(error)}", file=sys.stderr)
        return 1


def _build(chosen: argparse.Namespace) -> int:
    if chosen.out.suffix != ".tar":
        raise BuildError(f"--out {chosen.out}: must end in .tar; flash.sh looks for its .manifest beside it")
    require_tools(TOOLS)
    recipe, signing_key = read_recipe(), release_key(chosen.release_key)
    sources = tuple(chosen.sources.read_text("utf-8").splitlines()) if chosen.sources else sources_here(recipe)
    with tempfile.TemporaryDirectory(prefix="horodateur-bundle-") as scratch:
        manifest = build(BundleOrder(recipe, sources, chosen.out, Path(scratch), signing_key))
    size, key = amount(chosen.out.stat().st_size), public_key_text(signing_key.public_key())
    print(f"{chosen.out}: {manifest.name} {manifest.version}, {size}, sha256 {manifest.sha256}, signed by {key}")
    return 0
