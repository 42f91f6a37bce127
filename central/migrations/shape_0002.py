"""The tables as the second release makes them: stations by their key, rights with since when they were known, people.

Frozen once released; until then central/db/tables.py and this are edited together, and a test says when they differ.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

Big = BigInteger().with_variant(Integer, "sqlite")
Moment = DateTime(timezone=True)

metadata = MetaData()

stations = Table(
    "stations",
    metadata,
    Column("station", Text, primary_key=True),
    Column("public_key", LargeBinary),
    Column("zone", Integer),
    Column("sector", Text),
    Column("enrolled_at", Moment),
    Column("revoked_at", Moment),
    Column("contact", Big, nullable=False, server_default=text("0")),
    Column("next", Big, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("last_contact", Moment),
    Column("complete_until", Moment),
    Column("queue", Big),
    Column("software", Text),
    Column("holding", JSON),
    Column("clock", Text),
    Column("clock_offset", Float),
    Index("stations_by_sector", "sector"),
)

silences = Table(
    "silences",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("since", Moment, primary_key=True),
    Column("until", Moment, nullable=False),
)

alarms = Table(
    "alarms",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("seq", Big, primary_key=True),
    Column("alarm", Text, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("cleared_at", Moment),
)

entries = Table(
    "entries",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("seq", Big, primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", Moment, nullable=False),
)

statements = Table(
    "statements",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("last", Big, primary_key=True),
    Column("document", LargeBinary, nullable=False),
    Column("signature", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
)

dead_letters = Table(
    "dead_letters",
    metadata,
    Column("station", Text, primary_key=True),
    Column("seq", Big, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("cleared_at", Moment),
    Column("cleared_by", Text),
    Column("note", Text),
    ForeignKeyConstraint(["station", "seq"], ["entries.station", "entries.seq"]),
)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("station", Text, ForeignKey("stations.station"), nullable=False),
    Column("seq", Big, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("cleared_at", Moment),
    Column("cleared_by", Text),
    Column("note", Text),
    UniqueConstraint("station", "seq", "hash"),
)

rights = Table(
    "rights",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("seq", Big, primary_key=True),
    Column("known_from", Moment, nullable=False),
    Column("known_until", Moment),
    Column("status", Text, nullable=False),
    Column("plate", Text, nullable=False),
    Column("alike", Text, nullable=False),
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
    Index("rights_alike", "alike", "end"),
)

generations = Table(
    "generations",
    metadata,
    Column("series", Text, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("known_from", Moment, nullable=False),
    Column("known_until", Moment),
    Column("size", Integer, nullable=False),
    Column("loaded_by", Text, nullable=False),
)

holdings = Table(
    "holdings",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("series", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("plate", Text, nullable=False),
    Column("holding", Text, nullable=False),
    Column("sectors", JSON, nullable=False),
    Column("valid_from", Moment, nullable=False),
    Column("valid_until", Moment),
    ForeignKeyConstraint(["series", "generation"], ["generations.series", "generations.generation"]),
    Index("holdings_by_plate", "plate"),
    Index("holdings_by_generation", "series", "generation"),
)

publications = Table(
    "publications",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("audience", Text, primary_key=True),
    Column("version", Big, primary_key=True),
    Column("effective_from", Moment, nullable=False),
    Column("envelope", LargeBinary, nullable=False),
    Column("made_of", Text, nullable=False),
    Column("published_at", Moment, nullable=False),
    Column("published_by", Text, nullable=False),
)

checks = Table(
    "checks",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("checked_at", Moment, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("plate", Text, nullable=False),
    Column("zone", Integer, nullable=False),
    Column("sector", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("because", Text),
    Column("station", Text),
    Column("reference", Text),
    Column("complete_until", Moment),
    Column("silent", JSON, nullable=False),
    Index("checks_by_moment", "checked_at"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("who", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
)
