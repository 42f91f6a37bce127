"""The tables as the first release made them. Never edited: databases in this shape are out there."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

Moment = DateTime(timezone=True)

metadata = MetaData()

stations = Table(
    "stations",
    metadata,
    Column("station", Text, primary_key=True),
    Column("next", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("last_contact", Moment, nullable=False),
    Column("complete_until", Moment),
)

entries = Table(
    "entries",
    metadata,
    Column("station", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
)

rights = Table(
    "rights",
    metadata,
    Column("station", Text, primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("plate", Text, nullable=False),
    Column("zone", Integer, nullable=False),
    Column("sector", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column("vehicle", Text, nullable=False),
    Column("bought_at", Moment, nullable=False),
    Column("start", Moment, nullable=False),
    Column("end", Moment, nullable=False),
    Column("units", Integer, nullable=False),
    Column("cents", Integer, nullable=False),
    Column("tariff", Text, nullable=False),
    Index("rights_by_plate", "plate", "zone", "end"),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("station", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("station", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("first_seen", Moment, nullable=False),
    UniqueConstraint("station", "seq", "hash"),
)

checks = Table(
    "checks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("checked_at", Moment, nullable=False),
    Column("plate", Text, nullable=False),
    Column("zone", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("station", Text),
    Column("reference", Text),
    Column("complete_until", Moment),
    Column("silent", JSON, nullable=False),
)
