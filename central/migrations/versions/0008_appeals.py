"""Appeals: what was filed, its documents, what became of it; cases before the court and their judgments."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Integer, Text, UniqueConstraint

revision = "register_0008"
down_revision = "register_0007"

BIG = BigInteger().with_variant(Integer, "sqlite")
INSTANT = DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; they are empty."""
    op.create_table(
        "appeals",
        Column("id", BIG, primary_key=True, autoincrement=True),
        Column("number", Text, ForeignKey("notices.number"), nullable=False),
        *(Column(name, Text, nullable=False) for name in ("way", "appellant")),
        Column("resident", Boolean, nullable=False),
        Column("statement", Text, nullable=False),
        Column("filed_on", Date, nullable=False),
        *(Column(name, INSTANT, nullable=False) for name in ("received_at", "recorded_at")),
        Column("recorded_by", Text, nullable=False),
        UniqueConstraint("number"),
    )
    op.create_index("appeals_by_reception", "appeals", ["received_at"])
    _create_parts()
    _create_court()


def _create_parts() -> None:
    op.create_table(
        "appeal_documents",
        Column("appeal", BIG, ForeignKey("appeals.id"), primary_key=True),
        Column("seq", Integer, primary_key=True),
        *(Column(name, Text, nullable=False) for name in ("kind", "name")),
        Column("size", BIG, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("received_at", INSTANT, nullable=False),
        Column("recorded_by", Text, nullable=False),
    )
    op.create_table(
        "appeal_events",
        Column("appeal", BIG, ForeignKey("appeals.id"), primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("at", INSTANT, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("by", "reason")),
        Column("cents", Integer, nullable=False),
        Column("ground", Text),
        Column("until", Date),
    )


def _create_court() -> None:
    op.create_table(
        "court_cases",
        Column("id", BIG, primary_key=True, autoincrement=True),
        Column("number", Text, ForeignKey("notices.number"), nullable=False),
        *(Column(name, Text, nullable=False) for name in ("against", "reference")),
        *(Column(name, Date, nullable=False) for name in ("referred_on", "open_until")),
        Column("recorded_at", INSTANT, nullable=False),
        Column("recorded_by", Text, nullable=False),
        UniqueConstraint("number", "against"),
    )
    op.create_table(
        "judgments",
        Column("case", BIG, ForeignKey("court_cases.id"), primary_key=True),
        Column("judgment", Text, nullable=False),
        Column("cents", Integer, nullable=False),
        Column("judged_on", Date, nullable=False),
        Column("reason", Text, nullable=False),
        Column("recorded_at", INSTANT, nullable=False),
        Column("recorded_by", Text, nullable=False),
    )


def downgrade() -> None:
    """Drop them: an earlier version takes no appeal."""
    for name in ("judgments", "court_cases", "appeal_events", "appeal_documents"):
        op.drop_table(name)
    op.drop_index("appeals_by_reception", "appeals")
    op.drop_table("appeals")
