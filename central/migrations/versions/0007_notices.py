"""Notices: what was proposed, what was issued, and what became of it."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, DateTime, ForeignKey, Integer, Text, UniqueConstraint

revision = "register_0007"
down_revision = "register_0006"

BIG = BigInteger().with_variant(Integer, "sqlite")
INSTANT = DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; they are empty."""
    op.create_table(
        "notice_proposals",
        Column("check", BIG, ForeignKey("checks.id"), primary_key=True),
        Column("proposed_at", INSTANT, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("proposed_by", "agent")),
        Column("device", Integer, nullable=False),
        Column("vehicle", Text, nullable=False),
        *(Column(name, Text) for name in ("make", "place")),
        Column("photos", JSON, nullable=False),
    )
    _create_notices()
    op.create_table(
        "notice_events",
        Column("number", Text, ForeignKey("notices.number"), primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("at", INSTANT, nullable=False),
        Column("cents", Integer, nullable=False),
        Column("reference", Text),
        Column("reason", Text, nullable=False),
        Column("recorded_at", INSTANT, nullable=False),
        Column("recorded_by", Text, nullable=False),
        UniqueConstraint("reference"),
    )


def _create_notices() -> None:
    op.create_table(
        "notices",
        Column("number", Text, primary_key=True),
        Column("check", BIG, ForeignKey("notice_proposals.check"), nullable=False),
        Column("issued_at", INSTANT, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("issued_by", "plate")),
        Column("zone", Integer, nullable=False),
        Column("sector", Text, nullable=False),
        *(Column(name, INSTANT, nullable=False) for name in ("control_at", "covers_until")),
        Column("fps_cents", Integer, nullable=False),
        *(Column(name, Text) for name in ("receipt_station", "receipt_reference")),
        Column("receipt_at", INSTANT),
        *(Column(name, Integer, nullable=False) for name in ("receipt_cents", "due_cents", "reduced_cents")),
        Column("tariff", Text, nullable=False),
        UniqueConstraint("check"),
    )
    op.create_index("notices_by_plate", "notices", ["plate", "zone"])


def downgrade() -> None:
    """Drop them: an earlier version issues none."""
    op.drop_table("notice_events")
    op.drop_index("notices_by_plate", "notices")
    op.drop_table("notices")
    op.drop_table("notice_proposals")
