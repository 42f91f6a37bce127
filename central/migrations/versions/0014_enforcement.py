"""What retention deleted of the rights, and when; receipts that became known after their notice was issued."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Integer, Text

revision = "register_0014"
down_revision = "register_0013"

BIG = BigInteger().with_variant(Integer, "sqlite")
INSTANT = DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, which are empty: what earlier runs deleted is told by the next one, a day later."""
    op.create_table(
        "retention_runs",
        Column("id", BIG, primary_key=True, autoincrement=True),
        Column("run_at", INSTANT, nullable=False),
        Column("rights_since", INSTANT, nullable=False),
    )
    op.create_index("retention_runs_since", "retention_runs", ["rights_since"])
    op.create_table(
        "late_receipts",
        Column("number", Text, ForeignKey("notices.number"), primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("recorded_at", INSTANT, nullable=False),
        Column("sent", Boolean, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("receipt_station", "receipt_reference")),
        Column("receipt_at", INSTANT, nullable=False),
        *(Column(name, Integer, nullable=False) for name in ("receipt_cents", "due_cents", "reduced_cents")),
        Column("covers_until", INSTANT, nullable=False),
    )


def downgrade() -> None:
    """Drop them: an earlier version asks for no lower end, and deducts no late receipt."""
    op.drop_table("late_receipts")
    op.drop_index("retention_runs_since", "retention_runs")
    op.drop_table("retention_runs")
