"""What happens at the technician's desk: a target chosen and confirmed, a card made, its papers kept."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workshop.common.errors import FlashError, ImageError, TargetError, UnconfirmedError
from workshop.flash import register
from workshop.flash.batch import BatchRow
from workshop.flash.certificate import Certificate, kept, station_named
from workshop.flash.disks import BlockDevice, disks, named
from workshop.flash.image import ProgressCallback
from workshop.flash.medium import Card, created, opened
from workshop.flash.progress import duration
from workshop.flash.refusals import Wanted, amount, refusals, require_safe
from workshop.flash.register import RegisterLine
from workshop.flash.scratch import scratch
from workshop.flash.unit import StationUnit
from workshop.flash.work import CardSource, flash, station_on
from workshop.flash.write import bytes_moved

RATE = 20e6
"""Bytes a second of an ordinary card, for what is foretold."""


@dataclass(frozen=True)
class FlashSession:
    """The person and the clocks."""

    ask: Callable[[str], str]
    say: Callable[[str], None]
    tell: ProgressCallback
    seconds: Callable[[], float]
    """Monotonic."""
    now: Callable[[], datetime]
    """Wall, aware."""


@dataclass(frozen=True)
class Papers:
    """Where the papers go."""

    register: Path
    certificates: Path


@dataclass(frozen=True)
class Target:
    """What is written to: a device that was judged safe, or a file to be made."""

    place: BlockDevice | Path

    @property
    def title(self) -> str:
        """As certificates name it."""
        if isinstance(self.place, Path):
            return f"file {self.place.name}"
        return f"{self.place.model or 'unnamed'}, {self.place.token}, {amount(self.place.size)}"


def device(path: str, wanted: Wanted) -> Target:
    """The device of this name, judged as it is now. Raises TargetError with every reason against it."""
    disk = named(path, disks())
    require_safe(disk, wanted)
    return Target(disk)


def listing(found: Sequence[BlockDevice], wanted: Wanted) -> str:
    """The safe targets, and why the others are none. Partitions are not named: nobody writes to one."""
    whole = [disk for disk in found if not disk.parent]
    safe = [disk for disk in whole if not refusals(disk, wanted)]
    others = [disk for disk in whole if disk not in safe]
    lines = ["Cards that may be written:", *(f"  {_described(disk)}" for disk in safe)]
    if not safe:
        lines.append("  none: put one in, and ask again")
    lines += ["Never these:"] if others else []
    lines += [f"  {_described(disk)}\n      {'; '.join(refusals(disk, wanted))}" for disk in others]
    return "\n".join(lines)


def _described(disk: BlockDevice) -> str:
    bus = disk.bus or disk.kind
    return f"{disk.path:<14} {amount(disk.size):>9}  {disk.model or '-':<20} serial {disk.token:<24} {bus}"


def confirm(target: Target, serials: Sequence[str], desk: FlashSession) -> None:
    """Somebody names this very card. Raises UnconfirmedError."""
    if isinstance(target.place, Path):
        return
    token = target.place.token
    if not serials:
        desk.say(f"Everything on {target.place.path} will be gone: {target.title}.")
        serials = (desk.ask(f"Type its serial ({token}) to erase it: ").strip(),)
    if token not in serials:
        raise UnconfirmedError(f"{target.place.path}: its serial is {token}, not {' or '.join(serials) or 'nothing'}")


def foretold(source: CardSource) -> str:
    """How long it takes, from the bytes alone."""
    moved = bytes_moved(source.image.mapped)
    said = f"{amount(source.image.mapped)} of {amount(source.image.size)} to write, and to read back"
    return f"{said}: {duration(moved / RATE)} at {RATE / 1e6:.0f} MB/s"


def make(
    desk: FlashSession, source: CardSource, unit: StationUnit, target: Target, papers: Papers, strangers_only: frozenset[str]
) -> Certificate:
    """One card, proven, and its papers kept. Raises FlashError; then the register says why.

    `strangers_only`: stations whose card must not be erased by mistake, because this batch has just made it.
    """
    began = desk.seconds()
    try:
        with scratch() as folder, _open(target, source.image.size) as card:
            _require_stranger(station_named(station_on(card, source.image)), strangers_only, card)
            done = flash(source, unit, card, folder, desk.tell)
    except FlashError as error:
        register.add(papers.register, _line(desk, source, unit, target, outcome=f"{type(error).__name__}: {error}"))
        raise
    seconds = desk.seconds() - began
    certificate = Certificate(
        unit, done.public_key, source.title, source.tariffs_sha256, target.title, done.written, seconds, desk.now()
    )
    register.add(papers.register, _line(desk, source, unit, target, key=done.public_key, seconds=f"{seconds:.0f}"))
    desk.say(f"{kept(certificate, papers.certificates)}: proven in {seconds:.0f} s\n{certificate.enrolment}")
    return certificate


@contextlib.contextmanager
def _open(target: Target, size: int) -> Iterator[Card]:
    with created(target.place, size) if isinstance(target.place, Path) else opened(target.place) as card:
        yield card


def _require_stranger(station: str, strangers_only: frozenset[str], card: Card) -> None:
    if station in strangers_only:
        raise TargetError(f"{card.name}: this is the card made for {station}: put another one in")


def _line(
    desk: FlashSession,
    source: CardSource,
    unit: StationUnit,
    target: Target,
    *,
    key: str = "",
    seconds: str = "",
    outcome: str = register.PROVEN,
) -> RegisterLine:
    site, at = unit.site, desk.now().isoformat(timespec="seconds")
    return RegisterLine(at, site.station, str(site.zone), site.sector, key, source.title, target.title, seconds, outcome)


@dataclass(frozen=True)
class LineReader:
    """Where the cards of a batch go when its list names no device."""

    path: str
    allow_loop: bool
    serials: Sequence[str]


def make_all(desk: FlashSession, source: CardSource, rows: Sequence[BatchRow], reader: LineReader, papers: Papers) -> int:
    """Every unit not proven yet, one after the other; how many failed. One that fails does not stop the rest."""
    failed = 0
    for number, row in enumerate(rows, 1):
        station = row.unit.site.station
        desk.say(f"{station}: {number} of {len(rows)}")
        try:
            _make_one(desk, source, row, reader, papers)
        except ImageError:
            raise
        except FlashError as error:
            failed += 1
            desk.say(f"{station}: FAILED: {error}")
    return failed


def _make_one(desk: FlashSession, source: CardSource, row: BatchRow, reader: LineReader, papers: Papers) -> None:
    path = row.device or reader.path
    if not row.device:
        desk.ask(f"The card for {row.unit.site.station} into {path}, then Enter: ")
    target = device(path, Wanted(source.image.size, reader.allow_loop))
    confirm(target, reader.serials, desk)
    made = register.proven(register.read(papers.register))
    make(desk, source, row.unit, target, papers, frozenset(made))
