"""A station that signs its requests, for the tests of intake: its journal is hashed here, not by the code under test."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict, Unpack

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs
from sqlalchemy import Engine, Row, Table, select

from central.core.city import City
from central.db.tables import stations
from central.intake import intake
from central.operations.fleet import Enrolment, enrol
from firmware.domain.parking_right import ParkingRight
from firmware.protocol.entry import EntryContent, body_of
from firmware.protocol.envelope import STATEMENT, sign_envelope
from firmware.protocol.facts import Fact
from firmware.protocol.messages import Batch, ClockQuality, Sent, StationStatement, StatusReport
from firmware.tariff import load_tariffs

STATION = "75011-0042"
THERE = "75012-0001"
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
WRITTEN = NOW - timedelta(hours=1)
"""When all entries are, by the station's clock, unless another time is given."""
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
REPORT = StatusReport("2.1.0", ClockQuality.SYNCHRONISED, {"tariffs": 3})
TARIFFS = load_tariffs(Path(__file__).parents[2] / "tariffs.json")
EntryText = tuple[str, str]
"""A body and its hash, as they travel."""
BEFORE: dict[str, str] = {}
"""What each hash that was ever made here continues from: nobody can tell by looking at it."""
PERSONAL: dict[str, str] = {}
"""The personal part of the entry with each hash, where it has one."""


class StatementFields(TypedDict, total=False):
    """The members of a statement that a test can set."""

    sent_at: datetime
    base: str
    last: int
    head: str
    held: int
    generation: int
    genesis: str
    newest: int
    report: StatusReport


def key_of(station: str) -> Ed25519PrivateKey:
    """The signing key of a station, the same each time."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(station.encode()).digest())


def enrolment_of(station: str, key: str = "") -> Enrolment:
    """A station in sector D of its arrondissement, with its own key or that of another."""
    arrondissement = int(station[3:5])
    zone = TARIFFS.zone_of(arrondissement)
    assert zone is not None
    return Enrolment(station, key_of(key or station).public_key(), zone, f"{arrondissement}D")


def city_of(store: Engine, *names: str) -> City:
    """A city that enrolled these stations yesterday."""
    for station in names:
        enrol(store, TARIFFS, enrolment_of(station), "the test", NOW - DAY)
    return City(store, key_of("the city"), TARIFFS)


def chain(facts: Sequence[Fact | dict[str, str]], station: str = STATION, at: datetime = WRITTEN) -> list[EntryText]:
    """A station's journal."""
    texts: list[EntryText] = []
    for seq, fact in enumerate(facts, 1):
        texts.append(chained(texts[-1][1] if texts else genesis(station), entry_text(seq, fact, station, at)))
    return texts


def chained(previous: str, body: bytes) -> EntryText:
    """An entry after the one with that hash."""
    digest = hashlib.sha256(bytes.fromhex(previous) + body).hexdigest()
    BEFORE[digest] = previous
    return body.decode(), digest


def right(number: int = 1, **other: Any) -> ParkingRight:
    """A visitor's hour in zone 1, from now on."""
    reference = f"{STATION}-{number:06d}"
    hour = timedelta(hours=1)
    return structs.replace(
        ParkingRight(reference, "AB123CD", 1, "11D", "visitor", "car", NOW, NOW + hour, 4, 600, "2021-08-01"), **other
    )


def genesis(station: str = STATION, document: str = "") -> str:
    """What the first entry of a journal continues from; without a document, of one of before generations."""
    if document:
        return hashlib.sha256(b"horodateur journal 2\n" + document.encode()).hexdigest()
    return hashlib.sha256(b"horodateur journal " + station.encode()).hexdigest()


def entry_text(seq: int, fact: Fact | dict[str, str], station: str, at: datetime) -> bytes:
    """The text of an entry; a fact of no known kind is a dictionary."""
    if not isinstance(fact, dict):
        return body_of(EntryContent(seq, station, at, float(seq), "boot-1", fact))
    place = {"seq": seq, "station": station, "at": at.isoformat(), "instant": 1.0, "boot": "boot-1"}
    return json.dumps({**place, "fact": fact}).encode()


@dataclass
class SigningStation:
    """A station that signs and numbers its requests, true unless told otherwise."""

    city: City
    station: str = STATION
    request_number: int = 0
    signer: str = ""
    """Whose key it signs with, if not that of its name."""
    holds: object = None
    """The end of what the city holds of its newest generation, as the last answer that took a batch said."""

    def hand_in(self, texts: Sequence[EntryText], now: datetime = NOW, **said: Unpack[StatementFields]) -> tuple[int, object]:
        """Hand in entries, and nothing more to come unless it is to say otherwise. Returns the status and the answer."""
        said.setdefault("sent_at", now)
        return self.send(self.request(texts, **said), now)

    def send(self, request: bytes, now: datetime = NOW) -> tuple[int, object]:
        """Hand in these bytes. Returns the status and the answer, without `holds`."""
        reply = intake.take(self.city, self.station, request, now)
        answer = json.loads(reply.body)
        self.holds = answer.pop("holds", self.holds)
        return reply.status, answer

    def request(self, texts: Sequence[EntryText], **said: Unpack[StatementFields]) -> bytes:
        """A request under the next request number."""
        self.request_number += 1
        beginning = genesis(self.station, said.get("genesis", ""))
        last, head = (json.loads(texts[-1][0])["seq"], texts[-1][1]) if texts else (0, beginning)
        said.setdefault("newest", said.get("generation", 1))
        base = BEFORE.get(texts[0][1], "00" * 32) if texts else said.get("head", head)
        truth: StatementFields = {"sent_at": NOW, "base": base, "last": last, "head": head, "held": said.get("last", last)}
        truth["report"] = REPORT
        statement = StationStatement(station=self.station, request_number=self.request_number, **(truth | said))
        sent = tuple(Sent(*text, PERSONAL.get(text[1])) for text in texts)
        envelope = sign_envelope(STATEMENT, msgspec.json.encode(statement), key_of(self.signer or self.station))
        return msgspec.json.encode(Batch(envelope.signed, envelope.signature, sent))


def all_of(city: City, table: Table) -> Sequence[Row[tuple[object, ...]]]:
    """Every row, in the order of the key."""
    with city.store.begin() as connection:
        return connection.execute(select(table).order_by(*table.primary_key.columns)).all()


def count(city: City, table: Table) -> int:
    """How many rows there are."""
    return len(all_of(city, table))


def station_row(city: City, station: str = STATION) -> Row[tuple[object, ...]]:
    """The row of a station."""
    (row,) = [row for row in all_of(city, stations) if row.station == station]
    return row
