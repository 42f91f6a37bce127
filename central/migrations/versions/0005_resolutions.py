"""How payments without a known end ended, by the acquirer's statement: a table of its own."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Integer, Text

revision = "register_0005"
down_revision = "register_0004"

Big = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make the table; it is empty until a day is reconciled."""
    op.create_table(
        "resolutions",
        Column("station", Text, ForeignKey("stations.station"), primary_key=True),
        Column("reference", Text, primary_key=True),
        Column("seq", Big, primary_key=True),
        Column("outcome", Text, nullable=False),
        Column("day", Text, nullable=False),
        Column("file", Text, nullable=False),
        Column("sha256", Text, nullable=False),
        Column("line", Integer),
        Column("resolved_at", DateTime(timezone=True), nullable=False),
        Column("resolved_by", Text, nullable=False),
    )


def downgrade() -> None:
    """Drop it: what was resolved stays in the rights, and who resolved it in the audit trail."""
    op.drop_table("resolutions")
