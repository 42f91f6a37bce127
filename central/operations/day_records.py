"""Reads a day's payments: the rows of the register, and the stored entries they should come from.

Entries are read from a day before the payments began, or from when the first of the day's rights became known: a station's
clock that ran ahead of ours by less than a day hides nothing. They are read one station after the other, so that entries of the
whole city need the memory of one station's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, select, tuple_

from central.core.chunks import chunks_of
from central.core.problems import NOT_TEXT
from central.db.tables import dead_letters, entries, rights, stations
from central.operations.recorded_payments import (
    JournalsByStation,
    PaymentKey,
    RegisterSide,
    StoredEntry,
    as_registered,
    granted_in,
    recorded_payments,
)
from central.register.journals import read_all_journals
from central.register.parking_rights import RightState, reason_unfit, reference_in
from central.register.resolutions import Resolution, read_all_resolutions
from central.register.sellers import is_machine
from central.rules.differences import RecordedPayment, UnaskedDebit, WaitingEntry, paris_day
from central.rules.evidence import RightStatus
from central.rules.journals import place_in
from central.rules.reconciliation import DayRecords
from firmware.domain.reference import SaleNumber, bank_parts, reference_of, station_place
from firmware.protocol.entry import content_in
from firmware.protocol.facts import UnexpectedEvent
from firmware.protocol.personal import has_no_plate
from hal.time_zone import PARIS

PAGE = 400
"""Payments looked up together, and entries fetched together."""
_COLUMNS = (
    rights.c.station,
    rights.c.known_from,
    rights.c.known_until,
    *(rights.c[n] for n in RightState.__dataclass_fields__),
)
_KEY = tuple_(rights.c.station, rights.c.reference)


@dataclass(frozen=True)
class _Held:
    """What the entries of each station are held against."""

    day: date
    register: Mapping[PaymentKey, RegisterSide]
    """The payments of the day."""
    resolved: Mapping[PaymentKey, Sequence[Resolution]]
    journals: JournalsByStation


def read_day(connection: Connection, day: date, banks: Iterable[str] = ()) -> DayRecords:
    """All that is held of a day, and of the payments with these references at the bank, whichever day they are of."""
    begins, ends = (datetime.combine(day + timedelta(days=each), time(), PARIS) for each in (0, 1))
    query = select(stations.c.station, stations.c.complete_until).where(is_machine(stations.c.station))
    until = {row.station: row.complete_until for row in connection.execute(query)}
    held = _Held(day, _register_of_day(connection, begins, ends), _resolved(connection), read_all_journals(connection))
    since = min([begins - timedelta(days=1), *(each.known_from for each in held.register.values())])
    payments: list[RecordedPayment] = []
    unasked: list[UnaskedDebit] = []
    for station, written in groupby(_money_entries(connection, since), key=lambda each: each[0]):
        theirs = [entry for _, entry in written]
        payments += _payments(held, station, theirs)
        unasked += _unasked(held, station, theirs)
    there = {PaymentKey(each.station, each.reference) for each in payments}
    for key in held.register.keys() - there:
        payments += _payment(held, key, ())
    for key, side in _sides_of(connection, _keys_of(banks, until) - there - held.register.keys()).items():
        payments += as_registered(key, side, held.journals)
    return DayRecords(day, payments, unasked, _waiting(connection, begins, ends, held.journals), until)


# --- the register --------------------------------------------------------------------------------------------------


def _register_of_day(connection: Connection, begins: datetime, ends: datetime) -> dict[PaymentKey, RegisterSide]:
    bought = (rights.c.bought_at >= begins) & (rights.c.bought_at < ends) & is_machine(rights.c.station)
    return _sides(connection, _KEY.in_(select(rights.c.station, rights.c.reference).where(bought)))


def _sides_of(connection: Connection, keys: Iterable[PaymentKey]) -> dict[PaymentKey, RegisterSide]:
    found: dict[PaymentKey, RegisterSide] = {}
    for page in chunks_of(sorted(keys), PAGE):
        found |= _sides(connection, _KEY.in_(page))
    return found


def _sides(connection: Connection, these: ColumnElement[bool]) -> dict[PaymentKey, RegisterSide]:
    query = select(*_COLUMNS).where(these).order_by(rights.c.station, rights.c.reference, rights.c.known_from, rights.c.seq)
    found: dict[PaymentKey, RegisterSide] = {}
    for row in connection.execute(query).mappings():
        state = RightState(**{**{n: row[n] for n in RightState.__dataclass_fields__}, "status": RightStatus(row["status"])})
        key = PaymentKey(row["station"], row["reference"])
        side = found.get(key) or RegisterSide(state, row["known_from"], ())
        now = () if row["known_until"] else (state,)
        found[key] = RegisterSide(side.first, side.known_from, (*side.present, *now))
    return found


def _keys_of(banks: Iterable[str], known: Iterable[str]) -> set[PaymentKey]:
    """The payments that references at the bank can be of, by the stations that are known."""
    by_place: dict[int, list[str]] = {}
    for station in known:
        by_place.setdefault(station_place(station), []).append(station)
    keys = set()
    for bank in banks:
        try:
            place, generation, number = bank_parts(bank)
        except ValueError:
            continue
        keys |= {PaymentKey(name, reference_of(SaleNumber(name, generation, number))) for name in by_place.get(place, ())}
    return keys


def _resolved(connection: Connection) -> dict[PaymentKey, list[Resolution]]:
    found: dict[PaymentKey, list[Resolution]] = {}
    for each in read_all_resolutions(connection):
        found.setdefault(PaymentKey(each.station, each.reference), []).append(each)
    return found


# --- the entries ---------------------------------------------------------------------------------------------------


def _money_entries(connection: Connection, since: datetime) -> Iterator[tuple[str, StoredEntry]]:
    """The entries about payments that arrived since, with their stations: by station, in the order in which they arrived."""
    columns = (entries.c.station, entries.c.seq, entries.c.received_at, entries.c.body, entries.c.personal)
    query = select(*columns).where(entries.c.received_at >= since)
    query = query.order_by(entries.c.station, entries.c.received_at, entries.c.seq).execution_options(yield_per=PAGE)
    for row in connection.execute(query):
        if (entry := _stored(row.seq, row.received_at, row.body, row.personal)) is not None:
            yield row.station, entry


def _stored(seq: int, received_at: datetime, body: bytes, personal: bytes | None) -> StoredEntry | None:
    """An entry, if it is about money and could be used; what could not is a dead letter."""
    if NOT_TEXT in body:
        return None
    try:
        entry = StoredEntry(place_in(seq), received_at, content_in(body, personal))
    except ValueError:
        return None
    if reference_in(entry.content.fact) is None and not isinstance(entry.content.fact, UnexpectedEvent):
        return None
    right = granted_in(entry)
    return entry if right is None or has_no_plate(right) or reason_unfit(entry.content) is None else None


def _payments(held: _Held, station: str, written: Iterable[StoredEntry]) -> Iterator[RecordedPayment]:
    by_reference: dict[str, list[StoredEntry]] = {}
    for entry in written:
        if (reference := reference_in(entry.content.fact)) is not None:
            by_reference.setdefault(reference, []).append(entry)
    for reference, theirs in by_reference.items():
        key = PaymentKey(station, reference)
        if key in held.register or _begins_on(held.day, theirs):
            yield from _payment(held, key, theirs)


def _begins_on(day: date, written: Sequence[StoredEntry]) -> bool:
    """Whether the first entry that grants something is of a day: a lone refusal is of nothing."""
    return next((paris_day(each.content.at) == day for each in written if granted_in(each)), False)


def _payment(held: _Held, key: PaymentKey, written: Sequence[StoredEntry]) -> Iterator[RecordedPayment]:
    return recorded_payments(key, written, held.register.get(key), held.resolved.get(key, ()), held.journals)


def _unasked(held: _Held, station: str, written: Iterable[StoredEntry]) -> Iterator[UnaskedDebit]:
    for entry in written:
        fact = entry.content.fact
        if isinstance(fact, UnexpectedEvent) and fact.cents is not None and paris_day(entry.content.at) == held.day:
            generation, seq, at = entry.content.generation, entry.place.seq, entry.content.at
            yield UnaskedDebit(station, generation, seq, at, fact.reference, fact.cents, fact.currency)


def _waiting(connection: Connection, begins: datetime, ends: datetime, journals: JournalsByStation) -> tuple[WaitingEntry, ...]:
    letter = dead_letters.c
    of_day = (letter.received_at >= begins) & (letter.received_at < ends) & letter.cleared_at.is_(None)
    found = []
    for row in connection.execute(select(letter.station, letter.seq, letter.reason).where(of_day)):
        number, seq = place_in(row.seq)
        generation = next((each.generation for each in journals.get(row.station, ()) if each.number == number), 1)
        found.append(WaitingEntry(row.station, generation, seq, row.reason))
    return tuple(found)
