"""Intake of journal entries: what a batch does to the register.

The theory. A station has one journal for each generation, and a card that was copied makes two of one. The city takes them all.
A batch is looked at whole, then taken whole or not at all; `placing.py` says where it belongs:

    every entry already here, with the same hash        a repeat: a success, nothing changes
    the rest begins with the entry wanted next          taken
    the rest begins later                               a gap: "send from N"
    another hash under a number already taken, or a
    text that does not continue the head                taken, as a branch; kept as an incident, and the station is told

So repeats, reordering, truncation and gaps all end in the same register. A body inside a good chain is stored whatever its
fact says; one that cannot be understood also waits in `dead_letters`. The answer is given after the commit, never before.

A request number is used up by a request that is authentic and makes sense, whether it is taken or not; one that does not make
sense leaves nothing at all, so whoever alters a batch on its way cannot use up the number of the true one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

import msgspec
from sqlalchemy import Connection

from central.access.station_auth import STATEMENTS, AcceptedRequest, authenticate, use_up
from central.core.city import City
from central.core.fields import plausible
from central.core.problems import Problem, Reply, too_long, unprocessable
from central.db.row_update import insert_row
from central.db.tables import statements
from central.intake import station_alarms
from central.intake.batches import JournalRun, ReceivedEntry, check_agreement, parse_batch, run_of
from central.intake.clones import ALIVE, count_returns, record_clone
from central.intake.losses import record_loss
from central.intake.placing import Divergence, Gap
from central.intake.taking import StationRecord, Taken, no_further_than, take_run
from central.register.journals import end_silence, read_journals, record_incident, save_journal, with_journal
from central.rules.journals import StationJournal, entry_position, newest, station_complete_until, unsettled
from firmware.domain.errors import FieldError
from firmware.protocol.entry import EntryContent
from firmware.protocol.genesis import first_hash
from firmware.protocol.messages import Batch, CityAnswer, StationStatement

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
            accepted = authenticate(connection, station, batch.envelope, STATEMENTS)
            if isinstance(accepted, Problem):
                return accepted.reply
            reply, values = _take_batch(connection, accepted, batch, arrived, city.rules.silent_after, now)
            use_up(connection, accepted, now, values)
            return reply
    except FieldError as error:  # on its way here it has undone the transaction, the request number with it
        return unprocessable(error).reply


def _take_batch(
    connection: Connection,
    accepted: AcceptedRequest[StationStatement],
    batch: Batch,
    arrived: Sequence[ReceivedEntry],
    silent_after: timedelta,
    now: datetime,
) -> tuple[Reply, dict[str, object]]:
    """Returns the answer, and what becomes of the station's row besides."""
    statement = accepted.request
    check_agreement(statement, arrived)
    before = read_journals(connection, accepted.station)
    run = run_of(statement, arrived)
    match take_run(connection, run, StationRecord(before, accepted.standing.current, accepted.standing.complete_until), now):
        case Gap(send_from):
            _keep_held(connection, statement, run, before)
            return _answer(HTTPStatus.CONFLICT, CityAnswer(send_from=send_from)), {}
        case Divergence(number, seq):
            position = entry_position(number, seq)
            record_incident(connection, "fork", accepted.station, position, run.head, accepted.document, now)
            return _taken(before, accepted.standing.returns, statement.last + 1, seq), {}
        case Taken() as taken:
            journals = _advance_journal(connection, statement, batch, before, taken, now)
            returns, values = _advance_station(connection, accepted, before, journals, taken.number, silent_after, now)
            return _taken(journals, returns, taken.journal.next, taken.fork), values


def _advance_journal(
    connection: Connection,
    statement: StationStatement,
    batch: Batch,
    before: Sequence[StationJournal],
    taken: Taken,
    now: datetime,
) -> tuple[StationJournal, ...]:
    """Keep the proof of what was taken, and where the journal is now. Returns the station's journals."""
    journal = taken.journal
    if taken.fresh:
        last = entry_position(journal.number, taken.fresh[-1].seq)
        proof = {"last": last, "document": bytes(batch.signed), "signature": batch.signature, "received_at": now}
        insert_row(connection, statements, {"station": statement.station, **proof})
    journal = replace(journal, complete_until=complete_until(journal, statement, taken.records, now), last_contact=now)
    if _is_live(statement):
        record_loss(connection, journal, statement.held, now)
        journal = replace(journal, held=statement.held)
        station_alarms.apply_entries(connection, statement.station, journal.number, taken.records, now)
    if _is_live(statement) or taken.fresh:
        journal = replace(journal, closed_at=None)
    save_journal(connection, journal, before)
    return with_journal(taken.journals, journal)


def _keep_held(connection: Connection, statement: StationStatement, run: JournalRun, before: Sequence[StationJournal]) -> None:
    """Keep how many entries a station says it has, though it is asked for earlier ones first: its card may die before that."""
    alike = [each for each in before if each.first_hash == first_hash(run.station, run.genesis)]
    if _is_live(statement) and len(alike) == 1:
        save_journal(connection, replace(alike[0], held=max(alike[0].held, statement.held)), before)


def _is_live(statement: StationStatement) -> bool:
    """Whether the statement is of the journal that the station writes now."""
    return statement.generation == statement.newest


def complete_until(
    journal: StationJournal, statement: StationStatement, records: Sequence[EntryContent], now: datetime
) -> datetime | None:
    """Until when everything written in a journal is here. Goes back only from a future that a clock of ours has seen, and where
    entries come that were written before, with more behind them: a copy of the card held them.

    Only a station that writes this journal and has nothing more to come says anything about it, and only until it said so by
    its own clock: a request that was held up on its way does not speak for the meantime, and a clock that lags makes us more
    careful. Nor does a station speak for itself whose folder cannot be written: what happens there is in no journal.
    """
    before, following = journal.complete_until, journal.next
    if following <= statement.held:
        return no_further_than(journal, records)
    if not _is_live(statement) or journal.lacks_its_past or statement.report.unwritable:
        return before
    if statement.last != following - 1 or not plausible(statement.sent_at):
        return before
    until = min(now, statement.sent_at)
    return until if before is None or before > now else max(before, until)


def _advance_station(
    connection: Connection,
    accepted: AcceptedRequest[StationStatement],
    before: Sequence[StationJournal],
    journals: tuple[StationJournal, ...],
    number: int,
    silent_after: timedelta,
    now: datetime,
) -> tuple[int, dict[str, object]]:
    """How often a journal of the station came back, and its row: how it is now and how far its data goes."""
    statement, standing = accepted.request, accepted.standing
    until = station_complete_until(journals, standing.complete_until)
    end_silence(connection, accepted.station, standing.complete_until or standing.enrolled_at, until, silent_after, now)
    journal = next(each for each in journals if each.number == number)
    values = _reported(statement, now) | {"complete_until": until, "unsettled": bool(unsettled(journals))}
    returns = standing.returns
    if _is_live(statement):
        returns = count_returns(returns, standing.current, before, number)
        values |= {"current": number, "returns": returns, "queue": max(0, statement.held - journal.next + 1)}
        if standing.returns < ALIVE <= returns and standing.current is not None:
            record_clone(connection, journal, journals, standing.current, now)
    if number == 0:
        values |= {"next": journal.next, "head": journal.head}
    return returns, values


def _reported(statement: StationStatement, now: datetime) -> dict[str, object]:
    report = statement.report
    return {
        "software": report.software,
        "holding": report.holding,
        "clock": report.clock.value,
        "clock_offset": (statement.sent_at - now).total_seconds(),
        "last_accepted": now,
    }


def _taken(journals: Sequence[StationJournal], returns: int, following: int, fork: int | None) -> Reply:
    """The answer to a batch that was taken: what the city holds, and whether that is another journal or another machine's."""
    answer = CityAnswer(next=following, fork=fork, holds=newest(journals).end, clone=returns >= ALIVE)
    return _answer(HTTPStatus.OK, answer)


def _answer(status: int, answer: CityAnswer) -> Reply:
    return Reply(status, msgspec.json.encode(answer))
