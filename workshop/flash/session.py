"""Flashing session: target confirmed, card made, outcome registered, certificate saved; one card or a batch."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.station.replaced_card import ReplacedCard
from workshop.common.errors import ImageError, UnconfirmedError, WorkshopError
from workshop.common.progress import ProgressCallback, amount, duration
from workshop.flash import register
from workshop.flash.batch import BatchRow
from workshop.flash.card_layout import CardSource, bytes_to_write, flash_card
from workshop.flash.certificate import Certificate, save_certificate
from workshop.flash.disks import BlockDevice, device_named, disks
from workshop.flash.earlier_state import states_on
from workshop.flash.erasure import (
    ErasePermission,
    contents_of,
    new_card_of,
    require_permitted,
    states_of_device,
    stations_named,
)
from workshop.flash.medium import Card, create_card_file, open_device
from workshop.flash.refusals import TargetRequirements, refusals, require_safe
from workshop.flash.register import RegisterLine
from workshop.flash.replacement import ReplacementOrder, instructions, read_old_card
from workshop.flash.scratch import memory_scratch
from workshop.flash.unit import StationUnit
from workshop.flash.write import bytes_moved

RATE = 20e6
"""Bytes a second of an ordinary card, for estimates."""


@dataclass(frozen=True)
class FlashSession:
    """Prompts, output and clocks of one run of `flash.sh`."""

    ask: Callable[[str], str]
    say: Callable[[str], None]
    report: ProgressCallback
    seconds: Callable[[], float]
    """Monotonic clock."""
    now: Callable[[], datetime]
    """Wall clock, aware."""


@dataclass(frozen=True)
class CardRecords:
    """Register file and certificate folder, and whose hand writes them."""

    register: Path
    certificates: Path
    by: str
    """Who flashes."""
    signing_key: Ed25519PrivateKey
    """Theirs: certificates are signed with it."""


@dataclass(frozen=True)
class Target:
    """Target of a card: a device that was checked, or a file to be made."""

    place: BlockDevice | Path

    @property
    def title(self) -> str:
        """Model, serial and size, as certificates have them."""
        if isinstance(self.place, Path):
            return f"file {self.place.name}"
        return f"{self.place.model or 'unnamed'}, {self.place.token}, {amount(self.place.size)}"


def device_target(path: str, required: TargetRequirements) -> Target:
    """The device of this name, checked as it is now. Raises TargetError with every reason against it."""
    disk = device_named(path, disks())
    require_safe(disk, required)
    return Target(disk)


def device_list(found: Sequence[BlockDevice], required: TargetRequirements) -> str:
    """List of the safe targets, and of the others with the reasons. Partitions are left out: nobody writes to one."""
    whole = [disk for disk in found if not disk.parent]
    safe = [disk for disk in whole if not refusals(disk, required)]
    others = [disk for disk in whole if disk not in safe]
    lines = ["Cards that may be written:"]
    for disk in safe:
        lines += [f"  {_described(disk)}", *(f"      {line}" for line in contents_of(disk).splitlines())]
    if not safe:
        lines.append("  none: put one in, and ask again")
    lines += ["Never these:"] if others else []
    lines += [f"  {_described(disk)}\n      {'; '.join(refusals(disk, required))}" for disk in others]
    return "\n".join(lines)


def _described(disk: BlockDevice) -> str:
    bus = disk.bus or disk.kind
    return f"{disk.path:<14} {amount(disk.size):>9}  {disk.model or '-':<20} serial {disk.token:<24} {bus}"


def confirm(target: Target, serials: Sequence[str], session: FlashSession) -> None:
    """Require the serial of the device, from the command line or typed. Raises UnconfirmedError."""
    if isinstance(target.place, Path):
        return
    token = target.place.token
    if not serials:
        session.say(f"Everything on {target.place.path} will be gone: {target.title}.")
        serials = (session.ask(f"Type its serial ({token}) to erase it: ").strip(),)
    if token not in serials:
        raise UnconfirmedError(f"{target.place.path}: its serial is {token}, not {' or '.join(serials) or 'nothing'}")


def time_estimate(source: CardSource) -> str:
    """Bytes to write and how long that takes on an ordinary card."""
    total = bytes_to_write(source)
    amounts = f"{amount(total)} of {amount(source.image.size)} to write, and to read back"
    return f"{amounts}: {duration(bytes_moved(total) / RATE)} at {RATE / 1e6:.0f} MB/s"


def unwritten_rest(source: CardSource, target: Target) -> str:
    """That the image is smaller than the card, and what lies behind it stays; empty where there is nothing behind it."""
    if isinstance(target.place, Path) or target.place.size <= source.image.size:
        return ""
    rest = amount(target.place.size - source.image.size)
    return f"The {rest} behind the image belong to no partition of it: they are not written, and keep what they held"


def make_card(
    session: FlashSession,
    source: CardSource,
    unit: StationUnit,
    target: Target,
    records: CardRecords,
    permission: ErasePermission,
    order: ReplacementOrder | None = None,
) -> Certificate:
    """Make one card and its certificate. Raises WorkshopError; then the register says why.

    `permission`: the earlier states on the card that may be erased; `order`: the card that it takes the place of.
    """
    began = session.seconds()
    try:
        with memory_scratch() as folder, _open(target, source.image.size) as card:
            after = read_old_card(order, source.image.table, folder, card) if order else None
            require_permitted(card.name, states_on(card, source.image.table, folder), _permission(permission, order, card))
            to_do = instructions(order, after) if order and after else ""
            proven = flash_card(source, unit, card, folder, session.report, after)
    except WorkshopError as error:
        register.add(records.register, _line(session, source, unit, target, outcome=f"{type(error).__name__}: {error}"))
        raise
    seconds = session.seconds() - began
    made = proven.public_key, proven.written
    certificate = _certificate(source, unit, target, records, made, seconds, session.now(), after)
    register.add(records.register, _line(session, source, unit, target, key=proven.public_key, seconds=f"{seconds:.0f}"))
    page = save_certificate(certificate, records.certificates, records.signing_key)
    session.say("\n".join(filter(None, (f"{page}: proven in {seconds:.0f} s", to_do, certificate.enrolment))))
    return certificate


def _certificate(
    source: CardSource,
    unit: StationUnit,
    target: Target,
    records: CardRecords,
    made: tuple[str, int],
    seconds: float,
    at: datetime,
    after: ReplacedCard | None,
) -> Certificate:
    """`made`: the public key of the card, and the bytes that were written."""
    key, written = made
    image, prices = source.image.sha256, source.tariffs_sha256
    return Certificate(unit, key, source.title, prices, target.title, written, seconds, at, after, image, records.by)


def _permission(permission: ErasePermission, order: ReplacementOrder | None, card: Card) -> ErasePermission:
    """What is taken along from the very card that is written may be erased there."""
    if order and order.is_in(card):
        return replace(permission, stations=permission.stations | {order.station})
    return permission


@contextlib.contextmanager
def _open(target: Target, size: int) -> Iterator[Card]:
    with create_card_file(target.place, size) if isinstance(target.place, Path) else open_device(target.place) as card:
        yield card


def _line(
    session: FlashSession,
    source: CardSource,
    unit: StationUnit,
    target: Target,
    *,
    key: str = "",
    seconds: str = "",
    outcome: str = register.PROVEN,
) -> RegisterLine:
    site, at = unit.site, session.now().isoformat(timespec="seconds")
    return RegisterLine(at, site.station, str(site.zone), site.sector, key, source.title, target.title, seconds, outcome)


@dataclass(frozen=True)
class BatchReader:
    """Reader for a batch whose list names no device, and what was confirmed on the command line."""

    path: str
    allow_loop: bool
    serials: Sequence[str]
    erased: frozenset[str] = frozenset()
    """Stations whose sales may be erased."""


def make_cards(
    session: FlashSession, source: CardSource, rows: Sequence[BatchRow], reader: BatchReader, records: CardRecords
) -> int:
    """Make the card of every row, one after the other; how many failed. One that fails does not stop the rest."""
    failed = 0
    for number, row in enumerate(rows, 1):
        station = row.unit.site.station
        session.say(f"{station}: {number} of {len(rows)}")
        try:
            _make_one(session, source, row, reader, records)
        except ImageError:  # the same for every card to come
            raise
        except WorkshopError as error:
            failed += 1
            session.say(f"{station}: FAILED: {error}")
    return failed


def _make_one(session: FlashSession, source: CardSource, row: BatchRow, reader: BatchReader, records: CardRecords) -> None:
    proven = register.proven_cards(register.read(records.register))
    made = {line.public_key: station for station, line in proven.items()}
    target = _row_target(session, source, row, reader, made)
    confirm(target, reader.serials, session)
    permission = ErasePermission(reader.erased | stations_named([row.erases]), None, made)
    make_card(session, source, row.unit, target, records, permission)


def _row_target(
    session: FlashSession, source: CardSource, row: BatchRow, reader: BatchReader, made: Mapping[str, str]
) -> Target:
    """The card for a row. In a reader for all it is asked for, and again while the one made before is still in it."""
    required = TargetRequirements(source.image.size, reader.allow_loop)
    if row.device:
        return device_target(row.device, required)
    wanted = f"The card for {row.unit.site.station} into {reader.path}, then Enter: "
    session.ask(wanted)
    target = device_target(reader.path, required)
    while station := _card_left(target, source, made):
        session.ask(f"{reader.path}: the card made for {station} is still in it. {wanted}")
        target = device_target(reader.path, required)
    return target


def _card_left(target: Target, source: CardSource, made: Mapping[str, str]) -> str:
    """Station of a card that was made and left in the reader; empty for any other card."""
    if isinstance(target.place, Path):
        return ""
    return new_card_of(states_of_device(target.place, source.image.table), made)
