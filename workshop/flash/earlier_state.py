"""State of a station that a card already holds: whose it is, how long its journal is, and what the city has not acknowledged.

Looked for in every partition: at the top of our image's state partition, in /var/lib/horodateur of a stock system that has
started, and in the archive on the boot partition of one that has not. What cannot be read is never taken for nothing.
"""

from __future__ import annotations

import contextlib
import io
import re
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from firmware.backoffice.delivery_status import LAST_ACCEPTED
from firmware.domain.errors import FileError, error_text
from firmware.domain.station_name import is_station_name
from firmware.journal.journal_file import JournalError, JournalReader
from firmware.journal.marks import CITY_MARK, acknowledged_of, shortfall
from firmware.protocol.envelope import public_key_text
from firmware.station.state_folder import JOURNAL, KEY, open_signing_key
from workshop.common.errors import ImageError, WorkshopError
from workshop.common.partitions import PartitionTable
from workshop.common.pieces import Region
from workshop.common.unpack import unpack
from workshop.flash.card_files import Ext4Volume, copy_out, is_ext4, is_fat, names_in, open_ext4, regions_on
from workshop.flash.medium import Card
from workshop.flash.provision import STATION
from workshop.flash.stock import FOLDER, read_file

FOLDERS = ("", "/var/lib/horodateur")
"""State folders: of our state partition, of a stock system."""
UNKNOWN = "unknown"
"""Name of a station that cannot be read."""
ARCHIVE = f"{FOLDER}/state.tar"
NOT_CLOSED = "its file system was not closed, there may be more"
_JOURNAL = re.compile(r"journal[\w-]*\.db")
_JOURNAL_FILE = re.compile(r"journal[\w.-]*")


@dataclass(frozen=True)
class EarlierState:
    """A station's state on a card."""

    station: str
    """UNKNOWN where it cannot be read."""
    public_key: str = ""
    """Of its key; empty where that cannot be read."""
    entries: int = 0
    """Of its journal, as far as they can be counted."""
    unsent: int = 0
    """Entries the city is not known to have acknowledged."""
    flaw: str = ""
    """Why the entries cannot be counted, or not to the last one; empty where they can."""

    @property
    def has_sales(self) -> bool:
        """Whether there may be sales in it. What cannot be counted may be sales."""
        return bool(self.entries or self.flaw)

    def __str__(self) -> str:
        if not self.has_sales:
            return f"holds the card of {self.station}, whose journal is empty"
        if self.flaw and not self.entries:
            return f"holds sales of {self.station} that cannot be counted ({self.flaw}); let the city have them first"
        known = f"at least {self.entries}" if self.flaw else f"{self.entries}"
        doubt = f" ({self.flaw})" if self.flaw else ""
        unsent = f"{self.unsent} not acknowledged by the city" if self.unsent else "all acknowledged by the city"
        remedy = "; let the city have them first" if self.unsent or self.flaw else ""
        return f"holds {known} entries of {self.station}, {unsent}{doubt}{remedy}"


def states_on(card: Card, table: PartitionTable | None, scratch: Path) -> tuple[EarlierState, ...]:
    """Every station's state on a card. `table`: another's, for a card without one; `scratch`: a folder in memory."""
    try:
        regions = regions_on(card, table)
    except WorkshopError as error:
        return (EarlierState(UNKNOWN, flaw=str(error)),)
    return tuple(state for region in regions for state in _states_in(card, region, scratch))


def _states_in(card: Card, region: Region, scratch: Path) -> Iterator[EarlierState]:
    with tempfile.TemporaryDirectory(dir=scratch) as place:
        try:
            yield from (state_of(copy.folder, copy.doubt) for copy in copies_in(card, region, Path(place)))
        except (OSError, WorkshopError) as error:
            yield EarlierState(UNKNOWN, flaw=" ".join(error_text(error).split()))


class StateCopy(NamedTuple):
    """A copy of a station's state folder."""

    folder: Path
    doubt: str
    """Why there may be more than is in the copy; empty where there is not."""


def copies_in(card: Card, region: Region, place: Path) -> Iterator[StateCopy]:
    """State folders in a partition, copied into an empty folder. Raises OSError or WorkshopError where it cannot be read."""
    if is_fat(card, region):
        yield from _archived_state(card, region, place)
    if is_ext4(card, region):
        volume = open_ext4(card, region, place / "copy.img")
        for number, folder in enumerate(FOLDERS):
            yield from _state_in_folder(volume, folder, place / str(number))
        (place / "copy.img").unlink(missing_ok=True)


def is_of_state(name: str) -> bool:
    """Whether a file of this name in a state folder tells whose it is, or is one of its journals or what is known of them."""
    return name in (STATION, KEY, CITY_MARK, LAST_ACCEPTED) or bool(_JOURNAL_FILE.fullmatch(name))


def _archived_state(card: Card, region: Region, place: Path) -> Iterator[StateCopy]:
    try:
        packed = read_file(f"{card.path}@@{region.start}", ARCHIVE, descriptor=card.descriptor)
    except ImageError:  # the ordinary case: a boot partition without one
        return
    try:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            unpack(archive, place)
    except tarfile.TarError as error:
        raise OSError(f"{ARCHIVE}: {error}") from error
    yield StateCopy(place, "")


def _state_in_folder(volume: Ext4Volume, folder: str, place: Path) -> Iterator[StateCopy]:
    names = names_in(volume, folder or "/")
    if KEY not in names and not any(_JOURNAL.fullmatch(name) for name in names):
        return
    place.mkdir()
    for name in sorted(filter(is_of_state, names)):
        copy_out(volume, f"{folder}/{name}", place / name)
    yield StateCopy(place, NOT_CLOSED if volume.in_doubt else "")


class _Count(NamedTuple):
    station: str
    entries: int
    unsent: int
    flaw: str


def state_of(folder: Path, doubt: str = "") -> EarlierState:
    """The state in a copy of a station's folder. `doubt`: why there may be more than is in the copy."""
    counts = [_count(file) for file in sorted(folder.glob("journal*.db")) or [folder / JOURNAL]]
    names = (name for name in (*(count.station for count in counts), _station_in(folder / STATION)) if is_station_name(name))
    return EarlierState(
        next(names, UNKNOWN),
        _public_key(folder),
        sum(count.entries for count in counts),
        sum(count.unsent for count in counts),
        "; ".join(filter(None, (*(count.flaw for count in counts), doubt))),
    )


def _count(file: Path) -> _Count:
    try:
        with contextlib.closing(JournalReader(file)) as reader:
            return _count_entries(reader)
    except JournalError as error:
        return _Count("", 0, 0, f"{file.name}: {error.reason}")


def _count_entries(reader: JournalReader) -> _Count:
    try:
        head = reader.verify().seq
        missing = shortfall(reader)
        return _Count(reader.station, head, head - acknowledged_of(reader), f"{reader.path.name}: {missing}" if missing else "")
    except JournalError as error:
        place = f"{error.place}: " if error.place else ""
        return _Count(reader.station, 0, 0, f"{reader.path.name}: {place}{error.reason}")


def _station_in(file: Path) -> str:
    try:
        return str(tomllib.loads(file.read_text("utf-8")).get("station", ""))
    except (OSError, ValueError, RecursionError):
        return ""


def _public_key(folder: Path) -> str:
    try:
        return public_key_text(open_signing_key(folder).public_key())
    except FileError:
        return ""
