"""What stations suffer from, as their journals say it.

A station that starts looks at its devices anew and raises again whatever is still wrong: so its start ends every alarm before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from central.db.bulk_insert import insert_all
from central.db.tables import alarms
from central.register.parking_rights import plausible
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import AlarmCleared, AlarmRaised, Started

EVERY = None
"""In place of an alarm's name: whichever was up."""


@dataclass
class StationAlarm:
    """One alarm of a station, from its raising to its end."""

    seq: int
    """The entry that raised it."""
    alarm: str
    raised_at: datetime
    cleared_at: datetime | None = None


@dataclass(frozen=True)
class Changes:
    """What some entries, one after the other, do to a station's alarms."""

    ended: Mapping[str | None, datetime]
    """When those that were up before ended, by name; EVERY comes last, for all that are left."""
    raised: Sequence[StationAlarm]


def changes(records: Sequence[EntryContent], now: datetime) -> Changes:
    """What entries of one station, in their order, do to its alarms. Where its clock cannot be right, ours dates them."""
    ended: dict[str | None, datetime] = {}
    raised: list[StationAlarm] = []
    for recorded in records:
        at = recorded.at if plausible(recorded.at) else now
        match recorded.fact:
            case AlarmRaised(name):
                raised.append(StationAlarm(recorded.seq, name, at))
            case AlarmCleared(name):
                _end(ended, raised, name, at)
            case Started():
                _end(ended, raised, EVERY, at)
    return Changes(ended, raised)


def _end(ended: dict[str | None, datetime], raised: Sequence[StationAlarm], name: str | None, at: datetime) -> None:
    if EVERY not in ended:
        ended.setdefault(name, at)
    for alarm in raised:
        if alarm.cleared_at is None and name in (EVERY, alarm.alarm):
            alarm.cleared_at = at


def apply(connection: Connection, station: str, records: Sequence[EntryContent], now: datetime) -> None:
    """Let entries of one station, taken in their turn, change its alarms."""
    done = changes(records, now)
    up = (alarms.c.station == station) & alarms.c.cleared_at.is_(None)
    for name, at in done.ended.items():
        these = up if name is EVERY else up & (alarms.c.alarm == name)
        connection.execute(update(alarms).where(these).values(cleared_at=at))
    insert_all(connection, alarms, [{"station": station, **vars(alarm)} for alarm in done.raised])


def up(connection: Connection) -> dict[str, tuple[str, ...]]:
    """The names of the alarms up now, sorted, by station."""
    query = select(alarms.c.station, alarms.c.alarm).where(alarms.c.cleared_at.is_(None)).distinct()
    found: dict[str, tuple[str, ...]] = {}
    for station, alarm in connection.execute(query.order_by(alarms.c.station, alarms.c.alarm)):
        found[station] = (*found.get(station, ()), alarm)
    return found
