"""Appeals that are filed after a stranger's was found inadmissible because of who filed it."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Integer, Text

revision = "register_0016"
down_revision = "register_0015"

BIG = BigInteger().with_variant(Integer, "sqlite")
INSTANT = DateTime(timezone=True)


def upgrade() -> None:
    """Make the table, which is empty."""
    op.create_table(
        "appeal_filings",
        Column("appeal", BIG, ForeignKey("appeals.id"), primary_key=True),
        Column("seq", Integer, primary_key=True),
        *(Column(name, Text, nullable=False) for name in ("way", "appellant")),
        Column("resident", Boolean, nullable=False),
        Column("statement", Text, nullable=False),
        Column("filed_on", Date, nullable=False),
        *(Column(name, INSTANT, nullable=False) for name in ("received_at", "recorded_at")),
        Column("recorded_by", Text, nullable=False),
        *(Column(name, Integer, nullable=False) for name in ("documents_before", "events_before")),
    )


def downgrade() -> None:
    """Drop it: an earlier version knows the first filing only."""
    op.drop_table("appeal_filings")
