"""`python -m workshop.image`: build an image, compare two builds."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from firmware.envelope import public_key_text
from firmware.seal import SealError
from hal.board import BoardError
from workshop.image import release
from workshop.image.archive import sources_here
from workshop.image.build import Order, build, epoch_now
from workshop.image.listing import differences
from workshop.image.recipe import ROOT, read_recipe
from workshop.image.station import card_python
from workshop.image.tools import BuildError, require_tools


def main(arguments: Sequence[str] | None = None) -> int:
    """0; 1 if nothing came of it or two builds differ; 2 for a wrong command line."""
    parser = argparse.ArgumentParser(prog="python -m workshop.image", description="The card's image.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    make = commands.add_parser("build", help="build and sign one; needs root, for it unpacks files of many owners")
    make.add_argument("--out", type=Path, default=ROOT / "out" / "image", metavar="DIR", help="(default: out/image)")
    make.add_argument("--work", type=Path, metavar="DIR", help="keep what is built in between here (default: removed again)")
    make.add_argument("--release-key", type=Path, default=release.USUAL, metavar="FILE", help="(default: %(default)s)")
    make.add_argument("--sources", type=Path, metavar="FILE", help="lines of an apt sources.list (default: this computer's)")
    make.set_defaults(run=_build)
    compare = commands.add_parser("compare", help="what the file lists of two builds (NAME.files) do not agree on")
    compare.add_argument("one", type=Path)
    compare.add_argument("other", type=Path)
    compare.set_defaults(run=_compare)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except (BuildError, BoardError, SealError, OSError) as error:
        print(f"image: {error}", file=sys.stderr)
        return 1


def _build(arguments: argparse.Namespace) -> int:
    if os.geteuid() != 0:
        raise BuildError("needs root: sudo make image")
    require_tools()
    card_python()  # known before an hour of building, not after
    recipe, seal = read_recipe(), release.release_key(arguments.release_key)
    sources = tuple(arguments.sources.read_text("utf-8").splitlines()) if arguments.sources else sources_here(recipe)
    work = arguments.work or Path(tempfile.mkdtemp(prefix="horodateur-image-"))
    try:
        manifest = build(Order(recipe, sources, arguments.out, work, seal, epoch_now()), print)
    finally:
        if not arguments.work:
            shutil.rmtree(work)
    print(f"{arguments.out}: {manifest.name} {manifest.version}, signed by {public_key_text(seal.public)}")
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    found = differences(arguments.one.read_text("utf-8"), arguments.other.read_text("utf-8"))
    print("\n".join(found) or "the same files, with the same content")
    return 1 if found else 0
