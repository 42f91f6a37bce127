"""Corrective notices; figures of the yearly report that the city enters; rights found by the ends of their plates."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKey, Integer, Text, UniqueConstraint, text

revision = "register_0011"
down_revision = "register_0010"

BIG = BigInteger().with_variant(Integer, "sqlite")
INSTANT = DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, which are empty, and two indexes of the rights."""
    op.create_index("rights_heads", "rights", [text("substr(alike, 1, 4)"), "end"], if_not_exists=True)
    op.create_index("rights_tails", "rights", [text("substr(alike, length(alike) - 2)"), "end"], if_not_exists=True)
    op.create_table(
        "corrective_notices",
        Column("number", Text, primary_key=True),
        Column("corrects", Text, ForeignKey("notices.number"), nullable=False),
        Column("appeal_received_at", INSTANT, nullable=False),
        Column("mandated", Boolean, nullable=False),
        Column("due_cents", Integer, nullable=False),
        Column("issued_at", INSTANT, nullable=False),
        Column("issued_by", Text, nullable=False),
        UniqueConstraint("corrects"),
    )
    op.create_table(
        "report_figures",
        Column("id", BIG, primary_key=True, autoincrement=True),
        Column("year", Integer, nullable=False),
        Column("contractor", Text, nullable=False),
        Column("staff_hundredths", Integer),
        Column("spent_cents", BIG),
        Column("entered_at", INSTANT, nullable=False),
        Column("entered_by", Text, nullable=False),
    )
    op.create_index("report_figures_by_year", "report_figures", ["year"])


def downgrade() -> None:
    """Drop them: an earlier version knows a notice by its first number alone."""
    for name in ("rights_tails", "rights_heads"):
        op.drop_index(name, "rights")
    op.drop_index("report_figures_by_year", "report_figures")
    op.drop_table("report_figures")
    op.drop_table("corrective_notices")
