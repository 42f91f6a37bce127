"""One card: what is laid on it, in which order, and how it is proven. Knows no clock."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from workshop.common.errors import FlashError, ImageError, ProofError, ToolError, WriteError
from workshop.common.pieces import Piece, Region, data_size, outside, pieces_in
from workshop.flash.bundle import Bundle
from workshop.flash.image import Image, Manifest, ProgressCallback, pieces_of
from workshop.flash.medium import Card
from workshop.flash.prove import file_at, prove_boot, prove_packed, prove_python, prove_root, prove_state
from workshop.flash.provision import STATION, Provisioned, provisioned, state_file_system
from workshop.flash.stock import SYSTEM, additions, boot_copy, boot_region, format_of, place
from workshop.flash.unit import StationUnit
from workshop.flash.write import burn


@dataclass(frozen=True)
class CardSource:
    """What cards are made from: an image of ours, or a stock one and the bundle that makes a station of it."""

    image: Image
    bundle: Bundle | None

    @property
    def title(self) -> str:
        """As certificates name it."""
        return f"{self.image.title}; {self.bundle.title}" if self.bundle else self.image.title

    @property
    def tariffs_sha256(self) -> str:
        """Of the prices on the card."""
        return self.bundle.tariffs_sha256 if self.bundle else self.image.manifest.tariffs_sha256 if self.image.manifest else ""


class Done(NamedTuple):
    """A card that is proven."""

    public_key: str
    written: int
    """Bytes, each of which was read back too."""


class _Laid(NamedTuple):
    pieces: Iterator[Piece]
    ends: Sequence[Region]
    total: int
    prove: Callable[[], None]


def source_of(image: Image, bundle: Bundle | None) -> CardSource:
    """Raises ImageError for a stock image without a bundle, and for ours with one."""
    if not image.manifest and not bundle:
        raise ImageError(f"{image.path}: a stock image needs the station beside it: --bundle FILE")
    if image.manifest and bundle:
        raise ImageError(f"{image.path}: has the station in it, and takes no --bundle")
    return CardSource(image, bundle)


def flash(source: CardSource, unit: StationUnit, card: Card, scratch: Path, tell: ProgressCallback) -> Done:
    """Make the station and its card. Until the first byte is written everything that can be refused has been.

    Raises WriteError or ProofError: then the card does not boot. `scratch` holds the key meanwhile: wipe it.
    """
    folder = scratch / "state"
    with _trouble(ToolError, "before the card was touched"):
        folder.mkdir(mode=0o700)
        made = provisioned(unit, folder)
        laid = _laid(source, made, card, scratch)
    with _trouble(WriteError, "while the card was being written"):
        burn(card, laid.pieces, laid.ends, laid.prove, laid.total, tell)
    return Done(made.public_key, laid.total)


@contextlib.contextmanager
def _trouble(kind: type[FlashError], when: str) -> Iterator[None]:
    """This computer's own trouble, such as a scratch folder that is full."""
    try:
        yield
    except OSError as error:
        raise kind(f"{when}: {error}") from error


def _laid(source: CardSource, made: Provisioned, card: Card, scratch: Path) -> _Laid:
    if source.image.manifest:
        return _ours(source.image, source.image.manifest, made, card, scratch)
    if source.bundle:
        return _stock(source.image, source.bundle, made, card, scratch)
    raise ImageError("neither an image of ours nor a bundle")


def _ours(image: Image, manifest: Manifest, made: Provisioned, card: Card, scratch: Path) -> _Laid:
    region, file = image.table.region(manifest.state_partition), scratch / "state.img"
    state_file_system(made, file, region.size, manifest.owner)

    def prove() -> None:
        prove_state(card, region, made.unit, made.public_key, manifest.owner, scratch / "read-back")
        prove_root(card, image.table.region(manifest.root_partition), manifest, made.unit, scratch)

    return _with(image, region, file, prove, sparse=True)


def _stock(image: Image, bundle: Bundle, made: Provisioned, card: Card, scratch: Path) -> _Laid:
    region, file = boot_region(image), scratch / "boot.img"
    boot_copy(image, file)
    placed = additions(file, format_of(file), made, bundle)
    place(file, placed, scratch)

    def prove() -> None:
        prove_boot(card, region, placed)
        prove_packed(card, region, made.unit, made.public_key, bundle, scratch / "read-back")
        if bundle.manifest.python:
            prove_python(card, image.table.region(SYSTEM), bundle.manifest.python)

    return _with(image, region, file, prove, sparse=False)


def _with(image: Image, region: Region, file: Path, prove: Callable[[], None], *, sparse: bool) -> _Laid:
    """The image, with this file in place of one of its partitions."""
    pieces = itertools.chain(outside(pieces_of(image), [region]), pieces_in(file, region.start, sparse=sparse))
    replaced = sum(max(0, min(m.region.end, region.end) - max(m.region.start, region.start)) for m in image.ranges)
    added = data_size(file) if sparse else region.size
    return _Laid(pieces, image.table.ends(image.size), image.mapped - replaced + added, prove)


def station_on(card: Card, image: Image) -> str:
    """The station file of a card of ours; empty where there is none. Looks where this image has its state."""
    if not image.manifest or image.size > card.size:
        return ""
    try:
        return file_at(card, image.table.region(image.manifest.state_partition), f"/{STATION}").decode("utf-8", "replace")
    except ProofError:
        return ""
