"""Command line of `python -m workshop.image`: builds an image, or compares two builds."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from firmware.protocol.envelope import public_key_text
from hal.command_line import run_program
from hal.toml import read_text
from workshop.common.checkout import OUT
from workshop.common.recipe import read_recipe
from workshop.common.release_key import USUAL, release_key
from workshop.image.build import TOOLS, ImageOrder, build, epoch_now
from workshop.image.computer import check_computer, this_computer, trying_needs
from workshop.image.debian_sources import sources_here
from workshop.image.listing import differences


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0; 1 if no image was built or two builds differ; 2 for a wrong command line."""
    return run_program("image", _parser, arguments)


def _parser(_: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m workshop.image", description="Build the image of a station's card, or compare two builds."
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    make = commands.add_parser("build", help="build and sign an image; needs root to unpack files of many owners")
    make.add_argument("--out", type=Path, default=OUT / "image", metavar="DIR", help="where to write it (default: out/image)")
    make.add_argument(
        "--work", type=Path, metavar="DIR", help="new folder for intermediate files, kept (default: a temporary one)"
    )
    make.add_argument(
        "--release-key", type=Path, default=USUAL, metavar="FILE", help="the key that signs it (default: %(default)s)"
    )
    make.add_argument("--sources", type=Path, metavar="FILE", help="lines of an apt sources.list (default: this computer's)")
    make.set_defaults(run=_build)
    compare = commands.add_parser("compare", help="list the differences of two builds, by their file lists (NAME.files)")
    compare.add_argument("one", type=Path, metavar="ONE.files")
    compare.add_argument("other", type=Path, metavar="OTHER.files")
    compare.set_defaults(run=_compare)
    return parser


def _build(arguments: argparse.Namespace) -> int:
    computer = this_computer()
    check_computer(computer, TOOLS)  # known before an hour of building, not after
    if lack := trying_needs(computer):
        print(lack)
    recipe, signing_key = read_recipe(), release_key(arguments.release_key)
    sources = tuple(read_text(arguments.sources).splitlines()) if arguments.sources else sources_here(recipe)
    work = arguments.work or Path(tempfile.mkdtemp(prefix="horodateur-image-"))
    try:
        manifest = build(ImageOrder(recipe, sources, arguments.out, work, signing_key, epoch_now()), partial(print, flush=True))
    finally:
        if not arguments.work:
            shutil.rmtree(work)
    print(f"{arguments.out}: {manifest.name} {manifest.version}, signed by {public_key_text(signing_key.public_key())}")
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    found = differences(read_text(arguments.one), read_text(arguments.other))
    print("\n".join(found) or "the same files, with the same content")
    return 1 if found else 0
