"""The register's tables, as of the first release: stations, journals, parking rights, holdings, publications, checks, people.

Frozen: it imports nothing of the city's, so that it makes the same tables whatever central/db/tables.py becomes. Databases made
before the release had revisions 0001 and 0002: the identifier of this one is neither. See central/db/store.py.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)

revision = "register_0001"
down_revision = None

Big = BigInteger().with_variant(Integer, "sqlite")
Moment = DateTime(timezone=True)
TABLES = (
    "stations",
    "silences",
    "alarms",
    "entries",
    "statements",
    "dead_letters",
    "incidents",
    "rights",
    "generations",
    "holdings",
    "publications",
    "checks",
    "tokens",
    "audit",
)
"""Each after those it refers to."""


def upgrade() -> None:
    """Make every table, in an empty database."""
    _stations()
    _journals()
    _exceptions()
    _rights()
    _holdings()
    _publications()
    _checks()
    _people()


def downgrade() -> None:
    """Drop every table, with all that stations ever sent: the database is empty."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _stations() -> None:
    op.create_table(
        "stations",
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
    )
    op.create_index("stations_by_sector", "stations", ["sector"])
    op.create_table(
        "silences",
        Column("station", Text, ForeignKey("stations.station"), primary_key=True),
        Column("since", Moment, primary_key=True),
        Column("until", Moment, nullable=False),
    )
    op.create_table(
        "alarms",
        Column("station", Text, ForeignKey("stations.station"), primary_key=True),
        Column("seq", Big, primary_key=True),
        Column("alarm", Text, nullable=False),
        Column("raised_at", Moment, nullable=False),
        Column("cleared_at", Moment),
    )


def _journals() -> None:
    op.create_table(
        "entries",
        Column("station", Text, ForeignKey("stations.station"), primary_key=True),
        Column("seq", Big, primary_key=True),
        Column("hash", LargeBinary, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("received_at", Moment, nullable=False),
    )
    op.create_table(
        "statements",
        Column("station", Text, ForeignKey("stations.station"), primary_key=True),
        Column("last", Big, primary_key=True),
        Column("document", LargeBinary, nullable=False),
        Column("signature", Text, nullable=False),
        Column("received_at", Moment, nullable=False),
    )


def _exceptions() -> None:
    op.create_table(
        "dead_letters",
        Column("station", Text, primary_key=True),
        Column("seq", Big, primary_key=True),
        Column("reason", Text, nullable=False),
        Column("received_at", Moment, nullable=False),
        Column("cleared_at", Moment),
        Column("cleared_by", Text),
        Column("note", Text),
        ForeignKeyConstraint(["station", "seq"], ["entries.station", "entries.seq"]),
    )
    op.create_table(
        "incidents",
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


def _rights() -> None:
    op.create_table(
        "rights",
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
    )
    op.create_index("rights_alike", "rights", ["alike", "end"])


def _holdings() -> None:
    op.create_table(
        "generations",
        Column("series", Text, primary_key=True),
        Column("generation", Integer, primary_key=True),
        Column("known_from", Moment, nullable=False),
        Column("known_until", Moment),
        Column("size", Integer, nullable=False),
        Column("loaded_by", Text, nullable=False),
    )
    op.create_table(
        "holdings",
        Column("id", Big, primary_key=True, autoincrement=True),
        Column("series", Text, nullable=False),
        Column("generation", Integer, nullable=False),
        Column("plate", Text, nullable=False),
        Column("holding", Text, nullable=False),
        Column("sectors", JSON, nullable=False),
        Column("valid_from", Moment, nullable=False),
        Column("valid_until", Moment),
        ForeignKeyConstraint(["series", "generation"], ["generations.series", "generations.generation"]),
    )
    op.create_index("holdings_by_plate", "holdings", ["plate"])
    op.create_index("holdings_by_generation", "holdings", ["series", "generation"])


def _publications() -> None:
    op.create_table(
        "publications",
        Column("kind", Text, primary_key=True),
        Column("audience", Text, primary_key=True),
        Column("version", Big, primary_key=True),
        Column("effective_from", Moment, nullable=False),
        Column("envelope", LargeBinary, nullable=False),
        Column("made_of", Text, nullable=False),
        Column("published_at", Moment, nullable=False),
        Column("published_by", Text, nullable=False),
    )


def _checks() -> None:
    op.create_table(
        "checks",
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
    )
    op.create_index("checks_by_moment", "checks", ["checked_at"])


def _people() -> None:
    op.create_table(
        "tokens",
        Column("id", Text, primary_key=True),
        Column("digest", LargeBinary, nullable=False),
        Column("who", Text, nullable=False),
        Column("scopes", JSON, nullable=False),
        Column("created_at", Moment, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("expires_at", Moment, nullable=False),
        Column("revoked_at", Moment),
    )
    op.create_table(
        "audit",
        Column("id", Big, primary_key=True, autoincrement=True),
        Column("at", Moment, nullable=False),
        Column("who", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("detail", JSON, nullable=False),
    )
