"""When something was last taken from each station: entries, or word that there are none."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime

revision = "register_0002"
down_revision = "register_0001"


def upgrade() -> None:
    """Add the column; it is empty until a station hands something in."""
    op.add_column("stations", Column("last_accepted", DateTime(timezone=True)))


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("stations", "last_accepted")
