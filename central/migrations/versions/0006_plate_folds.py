"""Which way of writing plates the register is kept in: a table of its own.

The rows themselves are folded by central/db/plate_folds.py, after this: a revision rewrites none.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, Integer

revision = "register_0006"
down_revision = "register_0005"


def upgrade() -> None:
    """Make the table; it is empty until the plates are folded."""
    op.create_table(
        "plate_folds",
        Column("fold", Integer, primary_key=True),
        Column("folded_at", DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Drop it: the plates stay as they were folded, which an earlier version reads as it would its own."""
    op.drop_table("plate_folds")
