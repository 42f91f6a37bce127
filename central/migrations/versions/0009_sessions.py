"""People who sign in: accounts by e-mail address, one-time links, sessions. Positions of stations, and their collections."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, Float, ForeignKey, Integer, LargeBinary, Text, UniqueConstraint

revision = "register_0009"
down_revision = "register_0008"

BIG = BigInteger().with_variant(Integer, "sqlite")
INSTANT = DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; they are empty."""
    op.create_table(
        "accounts",
        Column("id", BIG, primary_key=True, autoincrement=True),
        *(Column(name, Text, nullable=False) for name in ("email", "name", "role")),
        Column("created_at", INSTANT, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("closed_at", INSTANT),
        UniqueConstraint("email"),
    )
    op.create_table(
        "sign_in_links",
        Column("digest", LargeBinary, primary_key=True),
        *(Column(name, Text, nullable=False) for name in ("email", "goes_to")),
        *(Column(name, INSTANT, nullable=False) for name in ("asked_at", "expires_at")),
        Column("used_at", INSTANT),
    )
    op.create_index("sign_in_links_by_email", "sign_in_links", ["email", "asked_at"])
    op.create_table(
        "sessions",
        Column("digest", LargeBinary, primary_key=True),
        Column("account", BIG, ForeignKey("accounts.id")),
        Column("token", Text, ForeignKey("tokens.id")),
        *(Column(name, INSTANT, nullable=False) for name in ("opened_at", "expires_at")),
        Column("ended_at", INSTANT),
    )
    _create_fleet()


def _create_fleet() -> None:
    op.create_table(
        "station_positions",
        Column("station", Text, ForeignKey("stations.station"), primary_key=True),
        *(Column(name, Float, nullable=False) for name in ("latitude", "longitude")),
        Column("address", Text, nullable=False),
        Column("set_at", INSTANT, nullable=False),
        Column("set_by", Text, nullable=False),
    )
    op.create_table(
        "collections",
        Column("station", Text, ForeignKey("stations.station"), primary_key=True),
        Column("seq", BIG, primary_key=True),
        Column("at", INSTANT, nullable=False),
        Column("person", Text, nullable=False),
        Column("number", Integer, nullable=False),
        Column("since_seq", BIG, nullable=False),
        Column("sales", Integer, nullable=False),
        Column("cents", BIG, nullable=False),
    )


def downgrade() -> None:
    """Drop them: an earlier version signs nobody in."""
    op.drop_table("collections")
    op.drop_table("station_positions")
    op.drop_table("sessions")
    op.drop_index("sign_in_links_by_email", "sign_in_links")
    op.drop_table("sign_in_links")
    op.drop_table("accounts")
