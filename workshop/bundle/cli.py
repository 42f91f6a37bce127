"""Command line of `python -m workshop.bundle`: builds and signs a bundle."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from firmware.protocol.envelope import public_key_text
from hal.command_line import run_program
from hal.toml import read_text
from workshop.bundle.build import TOOLS, BundleOrder, build
from workshop.common.checkout import OUT
from workshop.common.errors import BuildError
from workshop.common.progress import amount
from workshop.common.recipe import read_recipe
from workshop.common.release_key import USUAL, release_key
from workshop.common.tools import require_tools
from workshop.image.debian_sources import sources_here


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0; 1 if no bundle was built; 2 for a wrong command line."""
    return run_program("bundle", _parser, arguments)


def _parser(_: Sequence[str]) -> argparse.ArgumentParser:
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
    parser.set_defaults(run=_build)
    return parser


def _build(chosen: argparse.Namespace) -> int:
    if chosen.out.suffix != ".tar":
        raise BuildError(f"--out {chosen.out}: must end in .tar; flash.sh looks for its .manifest beside it")
    require_tools(TOOLS)
    recipe, signing_key = read_recipe(), release_key(chosen.release_key)
    sources = tuple(read_text(chosen.sources).splitlines()) if chosen.sources else sources_here(recipe)
    with tempfile.TemporaryDirectory(prefix="horodateur-bundle-") as scratch:
        manifest = build(BundleOrder(recipe, sources, chosen.out, Path(scratch), signing_key))
    size, key = amount(chosen.out.stat().st_size), public_key_text(signing_key.public_key())
    print(f"{chosen.out}: {manifest.name} {manifest.version}, {size}, sha256 {manifest.sha256}, signed by {key}")
    return 0
