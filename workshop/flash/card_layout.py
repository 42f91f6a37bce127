"""Layout of one card: the data written to it, in order, and the proof of what was provisioned."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from firmware.domain.errors import error_text
from firmware.station.replaced_card import ReplacedCard
from workshop.common.errors import ImageError, ToolError, WorkshopError, WriteError
from workshop.common.manifests import ImageManifest
from workshop.common.pieces import Piece, Region, outside, pieces_in
from workshop.common.progress import ProgressCallback
from workshop.flash.bundle import Bundle
from workshop.flash.image import Image, pieces_of
from workshop.flash.medium import Card
from workshop.flash.prove import Expected, prove_archives, prove_boot, prove_python, prove_root, prove_state
from workshop.flash.provision import ProvisionedStation, make_state_file_system, provision_station
from workshop.flash.stock import SYSTEM, boot_additions, boot_region, copy_boot, format_of, write_boot_files
from workshop.flash.unit import StationUnit
from workshop.flash.write import write_card


@dataclass(frozen=True)
class CardSource:
    """Image that cards are made from: one of ours, or a stock one and the bundle that makes a station of it."""

    image: Image
    bundle: Bundle | None

    @property
    def title(self) -> str:
        """Names and versions, as certificates have them."""
        return f"{self.image.title}; {self.bundle.title}" if self.bundle else self.image.title

    @property
    def tariffs_sha256(self) -> str:
        """Sum of the tariff file on the card."""
        return self.bundle.tariffs_sha256 if self.bundle else self.image.manifest.tariffs_sha256 if self.image.manifest else ""


class ProvenCard(NamedTuple):
    """Public key of a card that was proven, and the bytes written to it."""

    public_key: str
    written: int
    """Bytes, each of which was read back too."""


class _Layout(NamedTuple):
    pieces: Iterator[Piece]
    ends: Sequence[Region]
    total: int
    prove: Callable[[], None]


def source_of(image: Image, bundle: Bundle | None) -> CardSource:
    """The image with its bundle, if any. Raises ImageError for a stock image without a bundle, and for ours with one."""
    if not image.manifest and not bundle:
        raise ImageError(str(image.path), "", "a stock image needs the station beside it: --bundle FILE")
    if image.manifest and bundle:
        raise ImageError(str(image.path), "", "has the station in it, and takes no --bundle")
    return CardSource(image, bundle)


def flash_card(
    source: CardSource,
    unit: StationUnit,
    card: Card,
    scratch: Path,
    report: ProgressCallback,
    after: ReplacedCard | None = None,
) -> ProvenCard:
    """Provision a station and write its card. Until the first byte is written everything that can be refused has been.

    Raises WriteError or ProofError: then the card does not boot. `scratch` holds the key meanwhile: wipe it. `after`: the card
    it goes on from.
    """
    folder = scratch / "state"
    with _os_errors_as(ToolError, "before the card was touched"):
        folder.mkdir(mode=0o700)
        made = provision_station(unit, folder, after)
        layout = _layout(source, made, card, scratch)
    with _os_errors_as(WriteError, "while the card was being written"):
        write_card(card, layout.pieces, layout.ends, layout.prove, layout.total, report)
    return ProvenCard(made.public_key, layout.total)


@contextlib.contextmanager
def _os_errors_as(kind: type[WorkshopError], when: str) -> Iterator[None]:
    """Errors of this computer, such as a scratch folder that is full."""
    try:
        yield
    except OSError as error:
        raise kind(f"{when}: {error_text(error)}") from error


def _layout(source: CardSource, made: ProvisionedStation, card: Card, scratch: Path) -> _Layout:
    if source.image.manifest:
        return _own_layout(source.image, source.image.manifest, made, card, scratch)
    if source.bundle:
        return _stock_layout(source.image, source.bundle, made, card, scratch)
    raise ImageError(str(source.image.path), "", "is neither an image of ours nor one with a bundle")


def _own_layout(image: Image, manifest: ImageManifest, made: ProvisionedStation, card: Card, scratch: Path) -> _Layout:
    region, file = image.table.region(manifest.state_partition), scratch / "state.img"
    make_state_file_system(made, file, region.size, manifest.owner)

    def prove() -> None:
        prove_state(card, region, Expected(made.unit, made.public_key, made.after), manifest.owner, scratch / "read-back")
        prove_root(card, image.table.region(manifest.root_partition), manifest, made.unit, scratch)

    return _replacing(image, region, file, prove)


def _stock_layout(image: Image, bundle: Bundle, made: ProvisionedStation, card: Card, scratch: Path) -> _Layout:
    if made.unit.first_use and (reason := made.unit.first_use.why_unfit(bundle.calendar)):
        raise ImageError(str(bundle.path), "tariffs.json", reason)
    region, file = boot_region(image), scratch / "boot.img"
    copy_boot(image, file)
    files = boot_additions(file, format_of(file), made, bundle)
    write_boot_files(file, files, scratch)

    def prove() -> None:
        prove_boot(card, region, files)
        prove_archives(card, region, Expected(made.unit, made.public_key, made.after), bundle, scratch / "read-back")
        if bundle.manifest.python:
            prove_python(card, image.table.region(SYSTEM), bundle.manifest.python)

    return _replacing(image, region, file, prove)


def _replacing(image: Image, region: Region, file: Path, prove: Callable[[], None]) -> _Layout:
    """The image, with this file in place of one of its partitions: all of it, its free blocks as zeros.

    So nothing of an earlier card is left in that partition: plates of motorists, above all.
    """
    pieces = itertools.chain(outside(pieces_of(image), [region]), pieces_in(file, region.start, sparse=False))
    return _Layout(pieces, image.table.ends(image.size), _size_with(image, region), prove)


def _size_with(image: Image, region: Region) -> int:
    """Bytes of an image's data when one of its partitions is written whole."""
    replaced = sum(max(0, min(m.region.end, region.end) - max(m.region.start, region.start)) for m in image.ranges)
    return image.mapped - replaced + region.size


def bytes_to_write(source: CardSource) -> int:
    """Bytes written to a card: the image's data, and the partition a station is put in, whole."""
    manifest = source.image.manifest
    region = source.image.table.region(manifest.state_partition) if manifest else boot_region(source.image)
    return _size_with(source.image, region)
