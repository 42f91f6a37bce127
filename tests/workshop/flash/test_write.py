"""The writer: a card is right, or does not boot, wherever it was stopped; and nothing it got wrong goes unseen."""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workshop.flash.cards import MIB, Loop, Loops, silent
from workshop.common.errors import PartitionTableError, WriteError
from workshop.common.partitions import HEAD, table_in
from workshop.common.pieces import Piece, Region
from workshop.flash.image import Image, pieces_of
from workshop.flash.medium import Card
from workshop.flash.write import BLOCK, WrittenPiece, differing, write_card

SECTOR = 512
POINTS = 200
FLIPS = 1000


def proven() -> None:
    """Nothing to ask: these cards have no identity."""


class Killed(BaseException):
    """Nobody may catch this and go on."""


class Memory:
    """A card in memory that dies after so many bytes; the sector that is being written then is whole or untouched."""

    def __init__(self, content: bytes, until: int) -> None:
        self.content = bytearray(content)
        self.size = len(content)
        self.taken = 0
        self._until = until

    def write(self, offset: int, data: bytes) -> None:
        room = self._until - self.taken
        part = data[:room] if room < len(data) else data
        self.content[offset : offset + len(part)] = part
        self.taken += len(part)
        if len(part) < len(data):
            raise Killed

    def read(self, offset: int, size: int) -> bytes:
        return bytes(self.content[offset : offset + size])

    def settle(self) -> None:
        """It is all there."""


def burnt(medium: Memory, image: Image) -> None:
    write_card(medium, pieces_of(image), image.table.ends(image.size), proven, image.mapped, silent)


def boots(content: bytes | bytearray) -> bool:
    try:
        table_in(bytes(content[:HEAD]))
    except PartitionTableError:
        return False
    return True


def test_a_written_card_is_the_image(image: Image, raw_image: bytes) -> None:
    medium = Memory(bytes(len(raw_image)), 10**12)
    burnt(medium, image)
    assert bytes(medium.content) == raw_image


def test_what_the_image_does_not_use_is_left_as_it_was(image: Image, raw_image: bytes) -> None:
    medium = Memory(b"\xaa" * len(raw_image), 10**12)
    burnt(medium, image)
    mapped = [range(each.region.start, each.region.end) for each in image.ranges]
    untouched = len(raw_image) - sum(len(each) for each in mapped)
    assert image.mapped < len(raw_image) // 2
    assert medium.content.count(0xAA) > untouched - 4 * MIB


def test_stopped_at_200_points_the_card_never_boots(image: Image, raw_image: bytes) -> None:
    """On a card that booted before, and would boot again from what the writer lays down."""
    pieces = list(pieces_of(image))

    def burnt(medium: Memory) -> None:
        write_card(medium, pieces, image.table.ends(image.size), proven, image.mapped, silent)

    whole = Memory(raw_image, 10**12)
    burnt(whole)
    sectors = (whole.taken - BLOCK) // SECTOR
    points = {1, 2, 8, 9, sectors, *(1 + (sectors - 1) * n // POINTS for n in range(POINTS))}
    for point in sorted(points):
        medium = Memory(raw_image, point * SECTOR)
        with pytest.raises(Killed):
            burnt(medium)
        assert not boots(medium.content), f"boots after {point} sectors"
    assert boots(whole.content)
    assert len(points) >= POINTS


def test_the_first_thing_that_goes_and_the_last_that_comes_is_the_first_block(image: Image, raw_image: bytes) -> None:
    log: list[Piece] = []

    class Told(Memory):
        def write(self, offset: int, data: bytes) -> None:
            log.append(Piece(offset, bytes(data)))
            super().write(offset, data)

    burnt(Told(raw_image, 10**12), image)
    assert log[0] == (0, bytes(BLOCK))
    assert log[-1] == (0, raw_image[:BLOCK])
    assert [piece for piece in log[1:-1] if piece.offset < BLOCK and any(piece.data)] == []


def test_what_makes_it_boot_comes_only_after_the_proof(image: Image, raw_image: bytes) -> None:
    medium = Memory(raw_image, 10**12)

    def unproven() -> None:
        state = image.table.region(4)
        assert medium.content[state.start : state.end] == raw_image[state.start : state.end]
        assert not any(medium.content[:MIB])
        assert not any(medium.content[-33 * SECTOR :])  # nor the copy of the GPT
        raise WriteError("it is not what was asked")

    with pytest.raises(WriteError, match="not what was asked"):
        write_card(medium, pieces_of(image), image.table.ends(image.size), unproven, image.mapped, silent)
    assert not boots(medium.content)


def test_an_old_partition_table_is_gone_from_both_ends(image: Image, raw_image: bytes) -> None:
    """A larger card keeps the copy of its old GPT where the new image does not reach."""
    medium = Memory(raw_image + b"EFI PART" * MIB, 10**12)
    burnt(medium, image)
    assert not any(medium.content[-33 * SECTOR :])


def test_a_card_that_does_not_keep_zeros_is_refused_at_once(image: Image, raw_image: bytes) -> None:
    class Fake(Memory):
        def write(self, offset: int, data: bytes) -> None:
            self.taken += len(data)

    medium = Fake(raw_image, 10**12)
    with pytest.raises(WriteError, match="does not keep it: throw it away"):
        burnt(medium, image)
    assert medium.taken <= 3 * MIB


def test_a_card_smaller_than_it_says_is_found_out(image: Image, raw_image: bytes) -> None:
    """The fraud that is sold: half the memory, and addresses that begin again from the start."""

    class Folded(Memory):
        def write(self, offset: int, data: bytes) -> None:
            super().write(offset % (8 * MIB), data)

        def read(self, offset: int, size: int) -> bytes:
            return super().read(offset % (8 * MIB), size)

    medium = Folded(bytes(len(raw_image)), 10**12)
    with pytest.raises(WriteError):
        burnt(medium, image)
    assert not boots(medium.content)


# --- bytes that turn on the medium, behind the device's cache -----------------------------------------------------


def turned(file: Path, positions: list[int]) -> None:
    """Each of these bytes, changed on the medium itself."""
    descriptor = os.open(file, os.O_RDWR)
    for position in positions:
        os.pwrite(descriptor, bytes([os.pread(descriptor, 1, position)[0] ^ 0x10]), position)
    os.close(descriptor)


def places_of(loop: Loop, size: int) -> Iterator[tuple[Card, list[WrittenPiece]]]:
    descriptor = os.open(loop.path, os.O_RDWR)
    card, kept = Card(descriptor, loop.path, size), list[WrittenPiece]()
    for offset in range(0, size, 16384):
        data = hashlib.shake_256(offset.to_bytes(8, "big")).digest(16384)
        card.write(offset, data)
        kept.append(WrittenPiece(offset, len(data), hashlib.sha256(data).digest()))
    card.settle()
    yield card, kept
    os.close(descriptor)


def test_each_of_1000_turned_bytes_is_found_where_it_is(loops: Loops) -> None:
    size, chance = 256 * 1024, random.Random(13)
    loop = loops(size)
    for card, kept in places_of(loop, size):
        assert differing(card, kept) == []
        for position in chance.sample(range(size), FLIPS):
            turned(loop.file, [position])
            card.settle()
            assert [place.offset for place in differing(card, kept)] == [position // 16384 * 16384]
            turned(loop.file, [position])
        card.settle()
        assert differing(card, kept) == []


class Spoilt(Card):
    """A card whose medium loses bytes once everything is written, before it is read back."""

    def __init__(self, descriptor: int, loop: Loop, positions: list[int]) -> None:
        super().__init__(descriptor, loop.path, loop.file.stat().st_size)
        self._loop, self._positions, self._settled = loop, positions, 0

    def settle(self) -> None:
        super().settle()
        self._settled += 1
        if self._settled == 3:  # twice when the old ends are erased
            turned(self._loop.file, self._positions)


def test_1000_bytes_turned_between_writing_and_reading_back_are_all_found(image: Image, loops: Loops) -> None:
    loop, chance = loops(image.size), random.Random(14)
    body = [region for region in (each.region for each in image.ranges) if region.start >= MIB and region.end < 23 * MIB]
    positions = chance.sample([position for region in body for position in range(region.start, region.end)], FLIPS)
    descriptor = os.open(loop.path, os.O_RDWR)
    expected = {position // MIB for position in positions}
    try:
        with pytest.raises(WriteError, match=r"read back otherwise than written, in (\d+) of \d+ places") as refusal:
            write_card(
                Spoilt(descriptor, loop, positions),
                pieces_of(image),
                image.table.ends(image.size),
                proven,
                image.mapped,
                silent,
            )
    finally:
        os.close(descriptor)
    assert int(str(refusal.value).split(" in ")[1].split()[0]) >= len(expected)
    assert not boots(loop.file.read_bytes())


def test_one_turned_byte_anywhere_is_enough(image: Image, loops: Loops) -> None:
    """Any block the image uses: the first and the last byte of each range."""
    loop = loops(image.size)
    edges = [edge for mapped in image.ranges for edge in _edges(mapped.region) if MIB <= edge < 23 * MIB]
    for position in edges[:40]:
        descriptor = os.open(loop.path, os.O_RDWR)
        spoilt = Spoilt(descriptor, loop, [position])
        with pytest.raises(WriteError, match="in 1 of"):
            write_card(spoilt, pieces_of(image), image.table.ends(image.size), proven, image.mapped, silent)
        os.close(descriptor)


def _edges(region: Region) -> tuple[int, int]:
    return region.start, region.end - 1
