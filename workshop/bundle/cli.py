"""`python -m workshop.bundle`: build a bundle and sign it."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from firmware.domain.errors import FileError
from firmware.protocol.envelope import public_key_text
from workshop.bundle.build import BundleOrder, build, require_tools
from workshop.common.recipe import ROOT, read_recipe
from workshop.image import release
from workshop.image.archive import sources_here
from workshop.image.tools import BuildError

OUT = ROOT / "out" / "horodateur-bundle.tar"


def main(arguments: Sequence[str] | None = None) -> int:
    """0; 1 if nothing came of it; 2 for a wrong command line."""
    parser = argparse.ArgumentParser(prog="python -m workshop.bundle", description="The station for a stock Raspberry Pi OS.")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FILE.tar", help="(default: out/horodateur-bundle.tar)")
    parser.add_argument("--release-key", type=Path, default=release.USUAL, metavar="FILE", help="(default: %(default)s)")
    parser.add_argument("--sources", type=Path, metavar="FILE", help="lines of an apt sources.list (default: this computer's)")
    chosen = parser.parse_args(arguments)
    try:
        return _build(chosen)
    except (FileError, BuildError, OSError) as error:
        print(f"bundle: {error}", file=sys.stderr)
        return 1


def _build(chosen: argparse.Namespace) -> int:
    if chosen.out.suffix != ".tar":
        raise BuildError(f"--out {chosen.out}: must end in .tar; flash.sh looks for its .manifest beside it")
    require_tools()
    recipe, signing_key = read_recipe(), release.release_key(chosen.release_key)
    sources = tuple(chosen.sources.read_text("utf-8").splitlines()) if chosen.sources else sources_here(recipe)
    with tempfile.TemporaryDirectory(prefix="horodateur-bundle-") as scratch:
        manifest = build(BundleOrder(recipe, sources, chosen.out, Path(scratch), signing_key))
    size, key = chosen.out.stat().st_size / 1e6, public_key_text(signing_key.public_key())
    print(f"{chosen.out}: {manifest.name} {manifest.version}, {size:.1f} MB, sha256 {manifest.sha256}, signed by {key}")
    return 0
