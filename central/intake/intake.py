"""Intake of journal entries: what a batch does to the register.

The theory. For each station the city keeps one number and one hash: the entry it wants next, and the head of the chain it
continues from. A batch is looked at whole, then taken whole or not at all:

    every entry already here, with the same hash        a repeat: a success, nothing changes
    the rest begins with the entry wanted next          taken
    the rest begins later                               a gap: "send from N"
    another hash under a number already taken, or a
    text that does not continue the head                a fork: refused, kept as an incident

So repeats, reordering, truncation and gaps all end in the same register. A body inside a good chain is stored whatever its
fact says; one that cannot be understood also waits in `dead_letters`. The answer is given after the commit, never before.

A request number is used up by a request that is authentic and makes sense, whether it is taken or not; one that does not make
sense leaves nothing at all, so whoever alters a batch on its way cannot use up the number of the true one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus

import msgspec
from sqlalchemy import Connection, insert, select, update

from central.access.station_auth import AcceptedRequest, authenticate
from central.core.city import City
from central.core.fields import plausible
from central.core.problems import NOT_TEXT, Problem, Reply, too_long, unprocessable
from central.db.bulk_insert import insert_all
from central.db.tables import dead_letters, entries, incidents, silences, statements, stations
from central.intake import station_alarms
from central.intake.batches import Fork, Gap, check_agreement, parse_batch, place_empty_batch, place_entries
from central.register import parking_rights
from firmware.domain.errors import FieldError
from firmware.protocol.entry import Entry, EntryContent, content_in
from firmware.protocol.envelope import STATEMENT
from firmware.protocol.messages import Batch, CityAnswer, StationStatement, statement_in

LONGEST_BODY = 1 << 20
"""Bytes."""


def take(city: City, station: str, body: bytes, now: datetime) -> Reply:
    """Take one request of a station: authenticate it, store its entries, answer.

    Raises sqlalchemy.exc.SQLAlchemyError, with nothing stored, if the database fails.
    """
    if len(body) > LONGEST_BODY:
        return too_long("a batch", LONGEST_BODY).reply
    try:
        batch, arrived = parse_batch(station, body)
        with city.store.begin() as connection:
            accepted = authenticate(connection, station, batch.envelope, STATEMENT, now)
            if isinstance(accepted, Problem):
                return accepted.reply
            return _take_batch(connection, accepted, batch, arrived, city.rules.silent_after, now)
    except FieldError as error:  # on its way here it has undone the transaction, the request number with it
        return unprocessable(error).reply


def _take_batch(
    connection: Connection,
    accepted: AcceptedRequest,
    batch: Batch,
    arrived: Sequence[Entry],
    silent_after: timedelta,
    now: datetime,
) -> Reply:
    statement = statement_in(accepted.document)
    check_agreement(statement, arrived)
    match _place(connection, accepted, statement, arrived):
        case Gap():
            return _answer(HTTPStatus.CONFLICT, CityAnswer(send_from=accepted.next))
        case Fork() as fork:
            _record_fork(connection, accepted.station, fork, now)
            return _answer(HTTPStatus.CONFLICT, CityAnswer(fork=fork.seq))
        case fresh:
            if fresh:
                _store_entries(connection, accepted, batch, fresh, now)
            following = fresh[-1].seq + 1 if fresh else accepted.next
            head = fresh[-1].hash if fresh else accepted.head
            until = complete_until(accepted, statement, following, now)
            _end_silence(connection, accepted, until, silent_after, now)
            _advance(connection, statement, following, head, until, now)
            return _answer(HTTPStatus.OK, CityAnswer(next=following))


def _place(
    connection: Connection, accepted: AcceptedRequest, statement: StationStatement, arrived: Sequence[Entry]
) -> list[Entry] | Gap | Fork:
    first = arrived[0].seq if arrived else statement.last
    stored = _stored(connection, accepted, first, statement.last) if first < accepted.next else {}
    if arrived:
        return place_entries(accepted.next, accepted.head, arrived, stored)
    return place_empty_batch(accepted.next, statement, accepted.document, stored)


def _stored(connection: Connection, accepted: AcceptedRequest, first: int, last: int) -> dict[int, bytes]:
    """The hashes the city holds from `first` to `last`."""
    if first == last == accepted.next - 1:
        return {last: accepted.head}
    these = entries.c.seq.between(first, min(last, accepted.next - 1))
    rows = connection.execute(select(entries.c.seq, entries.c.hash).where(entries.c.station == accepted.station, these))
    return {row.seq: row.hash for row in rows}


def _store_entries(
    connection: Connection, accepted: AcceptedRequest, batch: Batch, fresh: Sequence[Entry], now: datetime
) -> None:
    """Store entries that continue the chain, and who handed them in, and let them change the register."""
    this = {"station": accepted.station, "received_at": now}
    insert_all(connection, entries, [{**this, "seq": e.seq, "hash": e.hash, "body": e.body} for e in fresh])
    proof = {"last": fresh[-1].seq, "document": accepted.document, "signature": batch.signature}
    connection.execute(insert(statements).values({**this, **proof}))
    contents = {entry.seq: _content_of(entry) for entry in fresh}
    records = [content for content in contents.values() if isinstance(content, EntryContent)]
    station_alarms.apply_entries(connection, accepted.station, records, now)
    reasons = {seq: content for seq, content in contents.items() if isinstance(content, str)}
    reasons |= parking_rights.apply_entries(connection, accepted.station, records, now)
    insert_all(connection, dead_letters, [{**this, "seq": seq, "reason": reason} for seq, reason in reasons.items()])


def _content_of(entry: Entry) -> EntryContent | str:
    """What an entry says, or why the register cannot use it."""
    if NOT_TEXT in entry.body:
        return "it holds the character 0, which no text has"
    try:
        content = content_in(entry.body)
    except ValueError as error:
        return str(error)
    return parking_rights.reason_unfit(content) or content


def complete_until(accepted: AcceptedRequest, statement: StationStatement, following: int, now: datetime) -> datetime | None:
    """Until when everything this station wrote is here. Never goes back, but from a future that a clock of ours has seen.

    Only a station that has nothing more to come says anything about it, and only until it said so by its own clock: a request
    that was held up on its way does not speak for the meantime, and a clock that lags makes us more careful.
    """
    before = accepted.complete_until
    if following <= statement.held or statement.last != following - 1 or not plausible(statement.sent_at):
        return before
    until = min(now, statement.sent_at)
    return until if before is None or before > now else max(before, until)


def _end_silence(
    connection: Connection, accepted: AcceptedRequest, until: datetime | None, silent_after: timedelta, now: datetime
) -> None:
    """Keep what was not here while a station was silent, for whoever asks later what was known then."""
    since = accepted.complete_until or accepted.enrolled_at
    if until is not None and since < until and since < now - silent_after:
        connection.execute(insert(silences).values(station=accepted.station, since=since, until=now))


def _advance(
    connection: Connection, statement: StationStatement, following: int, head: bytes, until: datetime | None, now: datetime
) -> None:
    report = statement.report
    values = {
        "next": following,
        "head": head,
        "complete_until": until,
        "queue": max(0, statement.held - following + 1),
        "software": report.software,
        "holding": report.holding,
        "clock": report.clock.value,
        "clock_offset": (statement.sent_at - now).total_seconds(),
        "last_accepted": now,
    }
    connection.execute(update(stations).where(stations.c.station == statement.station).values(values))


def _record_fork(connection: Connection, station: str, fork: Fork, now: datetime) -> None:
    """Keep what was refused, once, for a person to look at."""
    columns = incidents.c
    same = (columns.station == station) & (columns.seq == fork.seq) & (columns.hash == fork.hash)
    if connection.scalar(select(columns.id).where(same)) is None:
        values = {"station": station, "seq": fork.seq, "hash": fork.hash, "body": fork.body, "first_seen": now}
        connection.execute(insert(incidents).values(values))


def _answer(status: int, answer: CityAnswer) -> Reply:
    return Reply(status, msgspec.json.encode(answer))
