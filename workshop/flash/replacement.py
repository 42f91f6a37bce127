"""Replacement of a station's card: the old card read, if it can be, and what is left to do afterwards.

The old card is a folder (of a mounted card, or a copy), a card in a second reader, the image of one, or the very card that is
to be erased and written anew. It is always copied into memory first, and only read. Only a card in a reader, or where one is
mounted, says how far the station came; a folder or an image may be older than its last sale, and counts as a copy.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from firmware.domain.errors import FileError, error_text
from firmware.journal.journal_file import JournalError, generations_in
from firmware.station.replaced_card import ReplacedCard, read_replaced_card, unread_card
from firmware.station.state_folder import KEY, is_claimed
from workshop.common.errors import OldCardError, WorkshopError
from workshop.common.partitions import PartitionTable
from workshop.flash.card_files import regions_on
from workshop.flash.disks import BlockDevice, device_named, disks
from workshop.flash.earlier_state import FOLDERS, UNKNOWN, StateCopy, copies_in, is_of_state, state_of
from workshop.flash.medium import Card, open_to_read
from workshop.flash.scratch import memory_scratch


@dataclass(frozen=True)
class ReplacementOrder:
    """A card that is to take the place of a station's earlier one."""

    station: str
    generation: int
    """The greatest that certificates of this station name, at least 1."""
    at: datetime
    old: Path | None = None
    """The old card: its folder, its device or its image; None where it cannot be read."""

    def is_in(self, slot: Card) -> bool:
        """Whether the old card is this one."""
        if self.old is None or not self.old.exists():
            return False
        old, new = self.old.stat(), os.fstat(slot.descriptor)
        if stat.S_ISBLK(old.st_mode) and stat.S_ISBLK(new.st_mode):
            return old.st_rdev == new.st_rdev
        return os.path.samestat(old, new)


def read_old_card(order: ReplacementOrder, table: PartitionTable | None, scratch: Path, slot: Card | None) -> ReplacedCard:
    """What the new card goes on from. Raises OldCardError for an old card that is not whole, or not this station's.

    `table`: another's, for a card without one; `scratch`: a folder in memory; `slot`: the card to be written.
    """
    place = scratch / "old"
    place.mkdir(mode=0o700)
    try:
        if order.old is None:
            return unread_card(order.generation, order.at)
        is_copy = not (slot and order.is_in(slot)) and not is_card(order.old, disks())
        if order.old.is_dir():
            return replace(_read(order, order.old, _copy_folder(order.old, place)), is_copy=is_copy)
        with _opened(order, order.old, slot) as card:
            return replace(_read(order, order.old, _copy_card(order, order.old, card, table, place)), is_copy=is_copy)
    except (OSError, FileError) as error:
        whose, text = str(order.old or order.station), error_text(error)
        raise OldCardError(text if text.startswith(whose) else f"{whose}: {text}") from error


def is_card(old: Path, among: Iterable[BlockDevice]) -> bool:
    """Whether this is a card in a reader of this computer, or the state folder of one that is mounted: no copy of it."""
    cards = [disk for disk in among if disk.removable and not disk.soldered]
    mounts = (mount for disk in cards for use in disk.uses if use.filesystem == "ext4" for mount in use.mounts)
    return old.resolve() in {
        *(Path(disk.path) for disk in cards),
        *(Path(mount + folder) for mount in mounts for folder in FOLDERS),
    }


def preview(order: ReplacementOrder, table: PartitionTable | None) -> str:
    """What would be taken along. Raises WorkshopError as `read_old_card` does."""
    with memory_scratch() as scratch:
        after = read_old_card(order, table, scratch, None)
    entries = sum(end.seq for end in after.ends)
    return f"generation {after.next_generation} of {order.station}: {after.begun.detail}; {entries} entries are taken along"


def _read(order: ReplacementOrder, old: Path, copy: StateCopy) -> ReplacedCard:
    if not generations_in(copy.folder):
        raise OldCardError(f"{old}: there is no journal here: it is no card of a station")
    station = state_of(copy.folder).station
    if station not in (order.station, UNKNOWN):
        raise OldCardError(f"{old}: it is the card of {station}, not of {order.station}")
    if not (copy.folder / KEY).exists():
        raise OldCardError(f"{old}: {KEY} is missing: whose card it is cannot be told")
    if copy.doubt:
        raise OldCardError(f"{old}: {copy.doubt}: mount it, and name the folder")
    try:
        return read_replaced_card(copy.folder, order.station, order.generation, order.at)
    except JournalError as error:
        found = ": ".join(filter(None, (error.path.name, error.place, error.reason)))
        first = f"horodateur rescue {old}" if old.is_dir() else "horodateur rescue FOLDER on the mounted card"
        remedy = f"first `{first}`, then this again without --rescue"
        raise OldCardError(f"{old}: {found}; nothing is taken along that is not whole: {remedy}") from error
    except FileError as error:
        raise OldCardError(f"{old}: {Path(error.file).name}: {error.reason}") from error


def _copy_folder(old: Path, place: Path) -> StateCopy:
    if is_claimed(old):
        raise OldCardError(f"{old}: a station is running on this folder; stop it first")
    for file in old.iterdir():
        if file.is_file() and is_of_state(file.name):
            shutil.copyfile(file, place / file.name)
    return StateCopy(place, "")


def _copy_card(order: ReplacementOrder, old: Path, card: Card, table: PartitionTable | None, place: Path) -> StateCopy:
    """The state of this station on a card. Raises OldCardError if there is none, or more than one with entries."""
    copies, flaws = list[StateCopy](), list[str]()
    for number, region in enumerate(regions_on(card, table)):
        (place / str(number)).mkdir()
        try:
            copies += copies_in(card, region, place / str(number))
        except (OSError, WorkshopError) as error:
            flaws.append(" ".join(error_text(error).split()))
    if not copies:
        raise OldCardError(f"{old}: {'; '.join(flaws) or 'there is no journal here: it is no card of a station'}")
    used = [copy for copy in copies if state_of(copy.folder).has_sales] or copies[:1]
    if len(used) > 1:
        raise OldCardError(f"{old}: it holds more than one state; mount it, and name the folder of {order.station}")
    return used[0]


@contextlib.contextmanager
def _opened(order: ReplacementOrder, old: Path, slot: Card | None) -> Iterator[Card]:
    """The old card, to be read only. Raises OSError, or WorkshopError."""
    if slot and order.is_in(slot):
        yield slot
    elif old.is_block_device():
        with open_to_read(device_named(str(old), disks())) as card:
            yield card
    else:
        descriptor = os.open(old, os.O_RDONLY | os.O_CLOEXEC)
        try:
            yield Card(descriptor, str(old), os.fstat(descriptor).st_size)
        finally:
            os.close(descriptor)


def instructions(order: ReplacementOrder, card: ReplacedCard) -> str:
    """What is left to do, for the person at this computer."""
    waits = not card.parent or card.parent.generation < card.generation
    return "\n".join(filter(None, (_taken_along(order, card), _waited_for(order, card) if waits else "")))


def _taken_along(order: ReplacementOrder, card: ReplacedCard) -> str:
    if card.folder is None:
        return ""
    state, generation = state_of(card.folder), card.next_generation
    if card.is_copy:
        return f"""{order.station}: generation {generation} {card.begun.detail}, as OLD is no card in a reader of this computer.
The {state.entries} entries in it are on the new one, which hands in the {state.unsent} that the city is not known to have."""
    return f"""{order.station}: generation {generation} {card.begun.detail}.
The old card's {state.entries} entries are on the new one, which hands in the {state.unsent} that the city has not acknowledged.
Keep the old card, in no machine, until the city shows the station at generation {generation}."""


def _waited_for(order: ReplacementOrder, card: ReplacedCard) -> str:
    station, generation, begun = order.station, card.generation, card.next_generation
    unknown = (
        f"what generation {generation} sold{' after the copy was made' if card.is_copy else ''}, or a later one of that card"
    )
    return f"""{station}: generation {begun} begins without {unknown}.
The city counts the station as silent from its last complete instant on, until the old card is read after all:
    horodateur rescue FOLDER --out {station}.rescue
    horodateur-central accept {station}.rescue --by NAME
or, where it never can be, until somebody answers for closing each journal that `horodateur-central stations` shows as open:
    horodateur-central close {station} {generation} --by NAME --because TEXT"""
