"""An image is believed only if everything that vouches for it agrees."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.protocol.envelope import message_of, public_key_text, sign_envelope
from tests.workshop.flash.cards import Release, silent
from workshop.common.bmap import ranges_in
from workshop.common.errors import ImageError, PartitionTableError, WriteError
from workshop.common.manifests import ImageManifest
from workshop.common.partitions import HEAD, table_in
from workshop.common.pieces import Piece, Region, outside
from workshop.flash.bundle import check_bundle
from workshop.flash.card_layout import source_of
from workshop.flash.image import Image, check_image, pieces_of

STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))


def beside(release: Release, suffix: str) -> Path:
    return release.image.with_name("horodateur" + suffix)


def turn_a_byte(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def test_a_released_image_is_taken(release: Release) -> None:
    image = check_image(release.image, release.key_file, silent)
    assert image.title == "horodateur 1.0, signed"
    assert image.table.kind == "gpt"
    assert [partition.number for partition in image.table.partitions] == [1, 2, 3, 4]
    assert image.mapped < image.size


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda r: turn_a_byte(r.image), r"img\.xz: its sha256 is not the one that was signed"),
        (lambda r: turn_a_byte(beside(r, ".bmap")), r"bmap: its sha256 is not the one that was signed"),
        (lambda r: turn_a_byte(beside(r, ".manifest")), r"horodateur\.manifest: "),
        (lambda r: beside(r, ".bmap").unlink(), r"bmap: there is no such file"),
        (lambda r: beside(r, ".manifest").unlink(), r"nothing vouches for it: neither a \.manifest nor"),
        (lambda r: r.image.unlink(), "there is no such image"),
        (lambda r: r.key_file.unlink(), r"release\.pub: .*No such file"),
        (lambda r: r.key_file.write_text("short"), r"release\.pub: a public key is 43 characters"),
        (lambda r: r.key_file.write_text(public_key_text(STRANGER.public_key())), "not signed for image by the expected key"),
    ],
    ids=["image", "bmap", "manifest", "no bmap", "no manifest", "no image", "no key", "no real key", "another key"],
)
def test_a_spoilt_release_is_refused(release: Release, spoil: Callable[[Release], object], reason: str) -> None:
    spoil(release)
    with pytest.raises(ImageError, match=reason):
        check_image(release.image, release.key_file, silent)


def test_a_document_signed_for_something_else_is_no_manifest(release: Release) -> None:
    manifest = beside(release, ".manifest")
    signed = manifest.read_bytes()
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    document = signed[signed.index(b'"signed":') + 9 : signed.index(b',"signature"')]
    manifest.write_bytes(message_of(sign_envelope("bundle", document, key)))
    with pytest.raises(ImageError, match="not signed for image"):
        check_image(release.image, release.key_file, silent)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"size": 25165825}, "ImageSize is not 25165825"),
        ({"size": "large"}, r"Expected `int`, got `str` - at `\$\.size`"),
        ({"sha256_xz": "abc"}, r"Expected `str` matching regex"),
        ({"state_partition": 9}, "there is no partition 9"),
    ],
)
def test_a_mistaken_release_is_refused(release: Release, changed: dict[str, object], reason: str) -> None:
    resign(release, changed)
    with pytest.raises(ImageError, match=reason):
        check_image(release.image, release.key_file, silent)


def resign(release: Release, changed: dict[str, object]) -> None:
    """What a mistaken build would publish: another manifest, signed by the right key."""
    manifest = beside(release, ".manifest")
    document = msgspec.json.decode(msgspec.json.decode(manifest.read_bytes(), type=dict[str, msgspec.Raw])["signed"])
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    manifest.write_bytes(message_of(sign_envelope("image", msgspec.json.encode({**document, **changed}), key)))


def test_a_block_map_that_does_not_fit_its_image_stops_the_writing(release: Release, image: Image) -> None:
    wrong = tuple(mapped._replace(sha256="0" * 64) for mapped in image.ranges)
    with pytest.raises(WriteError, match="are not those of its block map"):
        list(pieces_of(Image(image.path, image.size, image.sha256, wrong, image.table, image.manifest)))


def test_an_image_that_changes_after_the_check_is_found_out_at_the_end(raw_image: bytes, tmp_path: Path) -> None:
    """One that is not packed: nothing but its sum could tell."""
    file = tmp_path / "raspios.img"
    file.write_bytes(raw_image)
    file.with_name("raspios.img.sha256").write_text(hashlib.sha256(raw_image).hexdigest())
    image = check_image(file, tmp_path / "none", silent)
    assert sum(len(piece.data) for piece in pieces_of(image)) == len(raw_image)
    turn_a_byte(file)
    with pytest.raises(WriteError, match="it changed while it was being written"):
        list(pieces_of(image))


# --- block maps -----------------------------------------------------------------------------------------------------

BMAP = (
    '<bmap version="2.0"><ImageSize> {size} </ImageSize><BlockSize>4096</BlockSize>'
    "<ChecksumType>sha256</ChecksumType>{map}</bmap>"
)
SUM = hashlib.sha256(b"").hexdigest()


def bmap(*ranges: str, size: int = 40960) -> bytes:
    inside = "".join(f'<Range chksum="{SUM}"> {each} </Range>' for each in ranges)
    return BMAP.format(size=size, map=f"<BlockMap>{inside}</BlockMap>").encode()


def test_ranges_are_blocks_and_the_last_may_be_short() -> None:
    found = ranges_in(bmap("0", "2-3", "9", size=40000), "x.bmap", 40000)
    assert [tuple(each.region) for each in found] == [(0, 4096), (8192, 16384), (36864, 40000)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"not xml", "is not XML"),
        (b"<bmap version='1.3'/>", "no block map of version 2"),
        (bmap("0", size=1), "ImageSize is not 40960"),
        (bmap("0").replace(b"sha256<", b"sha1<"), "ChecksumType is not sha256"),
        (bmap("x"), "range 1: needs block numbers"),
        (bmap("0").replace(SUM.encode(), b"abc"), "range 1: needs block numbers and a sha256"),
        (bmap("3", "1"), "range 2: out of order"),
        (bmap("0-3", "3-4"), "range 2: out of order"),
        (bmap("3-1"), "range 1: out of order"),
        (bmap("11"), "range 1: out of order or outside the image"),
    ],
)
def test_a_malformed_block_map_is_refused(text: bytes, reason: str) -> None:
    with pytest.raises(ImageError, match=reason):
        ranges_in(text, "x.bmap", 40960)


# --- partition tables -----------------------------------------------------------------------------------------------


def test_a_gpt_with_one_turned_byte_is_no_table(raw_image: bytes) -> None:
    for position in (512 + 40, 1024 + 33):
        head = bytearray(raw_image[:HEAD])
        head[position] ^= 1
        with pytest.raises(PartitionTableError, match="damaged"):
            table_in(bytes(head))
    with pytest.raises(PartitionTableError, match="no partition table"):
        table_in(bytes(HEAD))


def test_pieces_are_cut_at_borders() -> None:
    left = list(outside([Piece(0, b"abcdefgh"), Piece(8, b"ijkl")], [Region(2, 5), Region(7, 9)]))
    assert left == [Piece(0, b"ab"), Piece(5, b"fg"), Piece(9, b"jkl")]


# --- stock images and bundles ---------------------------------------------------------------------------------------


def test_a_stock_image_needs_its_sum(stock: Path, tmp_path: Path) -> None:
    assert check_image(stock, tmp_path / "none", silent).title == "raspios.img.xz, not signed"
    turn_a_byte(stock)
    with pytest.raises(ImageError, match=r"its sha256 is \w+, raspios\.img\.xz\.sha256 says"):
        check_image(stock, tmp_path / "none", silent)


def test_a_stock_image_needs_a_bundle_and_ours_takes_none(stock: Path, image: Image, bundle: Path, tmp_path: Path) -> None:
    checked = check_bundle(bundle, tmp_path / "release.pub", silent)
    with pytest.raises(ImageError, match="needs the station beside it"):
        source_of(check_image(stock, tmp_path / "none", silent), None)
    with pytest.raises(ImageError, match="takes no --bundle"):
        source_of(image, checked)


def test_a_bundle_is_believed_only_if_signed_and_whole(bundle: Path, tmp_path: Path) -> None:
    assert check_bundle(bundle, tmp_path / "release.pub", silent).title == "station 0.1.0, signed"
    turn_a_byte(bundle)
    with pytest.raises(ImageError, match=r"station\.tar: its sha256 is not the one that was signed"):
        check_bundle(bundle, tmp_path / "release.pub", silent)
    (tmp_path / "release.pub").write_text(public_key_text(STRANGER.public_key()))
    with pytest.raises(ImageError, match="not signed for bundle"):
        check_bundle(bundle, tmp_path / "release.pub", silent)


def test_the_manifest_says_where_the_state_is_unless_told() -> None:
    assert ImageManifest("x", "1", 1, SUM, SUM, SUM, SUM).state_partition == 4
