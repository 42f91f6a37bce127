"""Alarms of stations, raised and cleared by their journals.

A station that starts looks at its devices anew and raises again whatever is still wrong: so its start ends every alarm before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from central.core.fields import plausible
from central.core.outbox import WebhookKind, emit
from central.db.bulk_insert import insert_all
from central.db.prepared import change
from central.db.tables import alarms
from central.rules.journals import entry_position
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import AlarmCleared, AlarmRaised, Started

EVERY = None
"""In place of an alarm's name: whichever was up."""
_END_EVERY = update(alarms).where(alarms.c.station == bindparam("of"), alarms.c.cleared_at.is_(None))
_END_ONE = _END_EVERY.where(alarms.c.alarm == bindparam("name"))


@dataclass
class StationAlarm:
    """One alarm of a station, from its raising to its end."""

    seq: int
    """The number of the entry that raised it."""
    alarm: str
    raised_at: datetime
    cleared_at: datetime | None = None


@dataclass(frozen=True)
class AlarmChanges:
    """The changes that entries, one after the other, make to a station's alarms."""

    ended: Mapping[str | None, datetime]
    """When those that were up before ended, by name; EVERY comes last, for all that are left."""
    raised: Sequence[StationAlarm]


def alarm_changes(records: Sequence[EntryContent], now: datetime) -> AlarmChanges:
    """The changes that entries of one station, in order, make to its alarms. Where its clock is wrong, ours dates them."""
    ended: dict[str | None, datetime] = {}
    raised: list[StationAlarm] = []
    for content in records:
        at = content.at if plausible(content.at) else now
        match content.fact:
            case AlarmRaised(name):
                raised.append(StationAlarm(content.seq, name, at))
            case AlarmCleared(name):
                _end(ended, raised, name, at)
            case Started():
                _end(ended, raised, EVERY, at)
    return AlarmChanges(ended, raised)


def _end(ended: dict[str | None, datetime], raised: Sequence[StationAlarm], name: str | None, at: datetime) -> None:
    if EVERY not in ended:
        ended.setdefault(name, at)
    for alarm in raised:
        if alarm.cleared_at is None and name in (EVERY, alarm.alarm):
            alarm.cleared_at = at


def apply_entries(connection: Connection, station: str, number: int, records: Sequence[EntryContent], now: datetime) -> None:
    """Let entries of the journal that a station writes, in their order, change its alarms. `number`: of that journal."""
    changes = alarm_changes(records, now)
    for name, at in changes.ended.items():
        ended = {"of": station, "cleared_at": at}
        change(connection, *((_END_EVERY, ended) if name is EVERY else (_END_ONE, {**ended, "name": name})))
    rows = [{"station": station, **vars(alarm), "seq": entry_position(number, alarm.seq)} for alarm in changes.raised]
    insert_all(connection, alarms, rows)
    for alarm in changes.raised:
        told = {"station": station, "alarm": alarm.alarm, "raised_at": alarm.raised_at.isoformat()}
        emit(connection, WebhookKind.ALARM_RAISED, f"{station} {entry_position(number, alarm.seq)}", told, now)


def active_alarms(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The names of the alarms that are active now, sorted, by station."""
    query = select(alarms.c.station, alarms.c.alarm).where(alarms.c.cleared_at.is_(None)).distinct()
    found: dict[str, tuple[str, ...]] = {}
    for station, alarm in connection.execute(query.order_by(alarms.c.station, alarms.c.alarm)):
        found[station] = (*found.get(station, ()), alarm)
    return found
