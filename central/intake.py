"""Taking a station's entries: what a batch does to the register. Knows no clock and no wire.

The theory. For each station the city keeps one number and one hash: the entry it wants next, and the head of the chain it
continues from. A batch is looked at whole, then taken whole or not at all:

    every entry already here, with the same hash        a repeat: a success, nothing changes
    the rest begins with the entry wanted next          taken
    the rest begins later                               a gap: "send from N"
    another hash under a number already taken, or a
    text that does not continue the head                a fork: refused, kept as an incident

So repeats, reordering, truncation and gaps all end in the same register. A body inside a good chain is stored whatever its
fact says; one that cannot be understood also waits in `dead_letters`. The answer is given after the commit, never before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

import msgspec
from sqlalchemy import Connection, Engine, insert, select, update

from central import rights
from central.problems import MEDIA_TYPE, Problem, Wrong, unprocessable
from central.store import dead_letters, entries, incidents, stations
from firmware.entry import Answer, Batch, Entry, Recorded, batch_in, chained, genesis, place_of, recorded_in

LONGEST_BODY = 1 << 20
LARGEST_BATCH = 1000
LONGEST_STATION = 40


@dataclass(frozen=True)
class Reply:
    """What the station is answered."""

    status: int
    """As in HTTP."""
    body: bytes
    media_type: str = "application/json"


@dataclass(frozen=True)
class Known:
    """Where the city is with a station."""

    next: int
    head: bytes
    complete_until: datetime | None


@dataclass(frozen=True)
class Gap:
    """The batch begins after what is wanted."""


@dataclass(frozen=True)
class Fork:
    """This entry is not the one the city holds, or does not continue what it holds."""

    entry: Entry


class _MalformedError(Exception):
    """The batch is not one, wherever the city stands."""

    def __init__(self, field: str, reason: str) -> None:
        self.wrong = Wrong(field, reason)


def take(store: Engine, station: str, body: bytes, now: datetime) -> Reply:
    """What the city does with one request of a station. Raises sqlalchemy.exc.SQLAlchemyError, with nothing stored, if the
    database fails.
    """
    if len(body) > LONGEST_BODY:
        return _problem(Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a batch has at most {LONGEST_BODY} bytes"))
    try:
        batch, arrived = _understood(station, body)
    except _MalformedError as error:
        return _problem(unprocessable([error.wrong]))
    with store.begin() as connection:
        known = _contact(connection, station, now)
        match placed(known, arrived, _stored(connection, station, arrived)):
            case Gap():
                return _reply(HTTPStatus.CONFLICT, Answer(send_from=known.next))
            case Fork(entry):
                _remember(connection, station, entry, now)
                return _reply(HTTPStatus.CONFLICT, Answer(fork=entry.seq))
            case fresh:
                known = _keep(connection, station, known, fresh, now)
                _advance(connection, station, known, _complete_until(known, batch, arrived, now))
                return _reply(HTTPStatus.OK, Answer(next=known.next))


def placed(known: Known, arrived: Sequence[Entry], stored: Mapping[int, bytes]) -> list[Entry] | Gap | Fork:
    """What of a well-formed batch is new. `stored`: the hashes the city holds for the numbers of the batch."""
    for entry in arrived:
        if entry.seq < known.next and stored[entry.seq] != entry.hash:
            return Fork(entry)
    fresh = [entry for entry in arrived if entry.seq >= known.next]
    if not fresh:
        return []
    if fresh[0].seq > known.next:
        return Gap()
    return fresh if chained(known.head, fresh[0].body) == fresh[0].hash else Fork(fresh[0])


def _understood(station: str, body: bytes) -> tuple[Batch, list[Entry]]:
    """The batch of a request, its entries in one unbroken chain. Raises _MalformedError naming the field that is wrong."""
    if len(station) > LONGEST_STATION:
        raise _MalformedError("station", f"a station's name has at most {LONGEST_STATION} characters")
    try:
        batch = batch_in(body)
    except ValueError as error:
        reason, _, path = str(error).partition(" - at `$.")
        raise _MalformedError(path.rstrip("`"), reason) from error
    if len(batch.entries) > LARGEST_BATCH:
        raise _MalformedError("entries", f"a batch has at most {LARGEST_BATCH} entries")
    arrived: list[Entry] = []
    for index, sent in enumerate(batch.entries):
        arrived.append(_entry(station, f"entries[{index}]", sent.body.encode(), bytes.fromhex(sent.hash), arrived[-1:]))
    return batch, arrived


def _entry(station: str, field: str, body: bytes, digest: bytes, previous: list[Entry]) -> Entry:
    try:
        place = place_of(body)
    except ValueError as error:
        raise _MalformedError(f"{field}.body", f"not the text of an entry: {error}") from error
    if place.station != station:
        raise _MalformedError(f"{field}.body", f"an entry of station {place.station}, sent by {station}")
    for before in previous:
        if place.seq != before.seq + 1:
            raise _MalformedError(f"{field}.body", f"entry {place.seq} cannot follow entry {before.seq}")
        if chained(before.hash, body) != digest:
            raise _MalformedError(f"{field}.hash", "not the hash of this text after the entry before")
    return Entry(place.seq, body, digest)


def _contact(connection: Connection, station: str, now: datetime) -> Known:
    """Note that the station spoke, and where the city is with it. A station is known from its first batch on."""
    this = stations.c.station == station
    row = connection.execute(select(stations).where(this).with_for_update()).one_or_none()
    if row is None:
        known = Known(1, genesis(station), None)
        values = {"station": station, "next": known.next, "head": known.head, "last_contact": now}
        connection.execute(insert(stations).values(values))
        return known
    connection.execute(update(stations).where(this).values(last_contact=now))
    return Known(row.next, row.head, row.complete_until)


def _stored(connection: Connection, station: str, arrived: Sequence[Entry]) -> dict[int, bytes]:
    if not arrived:
        return {}
    these = entries.c.seq.between(arrived[0].seq, min(arrived[-1].seq, 2**31))
    rows = connection.execute(select(entries.c.seq, entries.c.hash).where(entries.c.station == station, these))
    return {row.seq: row.hash for row in rows}


def _keep(connection: Connection, station: str, known: Known, fresh: Sequence[Entry], now: datetime) -> Known:
    """Store entries that continue the chain and let each change the register."""
    if not fresh:
        return known
    connection.execute(
        insert(entries),
        [{"station": station, "seq": e.seq, "hash": e.hash, "body": e.body, "received_at": now} for e in fresh],
    )
    for entry in fresh:
        meaning = _meaning(entry)
        if isinstance(meaning, Recorded):
            rights.apply(connection, meaning)
        else:
            values = {"station": station, "seq": entry.seq, "reason": meaning, "received_at": now}
            connection.execute(insert(dead_letters).values(values))
    return Known(fresh[-1].seq + 1, fresh[-1].hash, known.complete_until)


def _meaning(entry: Entry) -> Recorded | str:
    """What an entry says, or why the register cannot use it."""
    try:
        recorded = recorded_in(entry.body)
    except ValueError as error:
        return str(error)
    return rights.unfit(recorded) or recorded


def _complete_until(known: Known, batch: Batch, arrived: Sequence[Entry], now: datetime) -> datetime | None:
    """Until when everything this station wrote is here, once the batch is taken. Never goes back.

    Until now, if it says that there is no more; else until its last entry was written; an old repeat proves nothing.
    """
    before = known.complete_until
    if arrived and arrived[-1].seq < known.next - 1:
        return before
    if not batch.more:
        return now
    meaning = _meaning(arrived[-1]) if arrived else ""
    if not isinstance(meaning, Recorded) or not rights.plausible(meaning.at):
        return before
    written = min(meaning.at, now)
    return written if before is None else max(before, written)


def _advance(connection: Connection, station: str, known: Known, complete_until: datetime | None) -> None:
    values = {"next": known.next, "head": known.head, "complete_until": complete_until}
    connection.execute(update(stations).where(stations.c.station == station).values(values))


def _remember(connection: Connection, station: str, entry: Entry, now: datetime) -> None:
    """Keep what was refused, once, for a person to look at."""
    columns = incidents.c
    same = (columns.station == station) & (columns.seq == entry.seq) & (columns.hash == entry.hash)
    if connection.scalar(select(columns.id).where(same)) is None:
        values = {"station": station, "seq": entry.seq, "hash": entry.hash, "body": entry.body, "first_seen": now}
        connection.execute(insert(incidents).values(values))


def _reply(status: int, answer: Answer) -> Reply:
    return Reply(status, msgspec.json.encode(answer))


def _problem(problem: Problem) -> Reply:
    return Reply(problem.status, problem.body, MEDIA_TYPE)
