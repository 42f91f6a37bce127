"""Refunds that the public accountant transfers, and the reference of the transfer."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Text, false

revision = "register_0013"
down_revision = "register_0012"


def upgrade() -> None:
    """Add the columns: what was owed before goes back the way it came."""
    op.add_column("card_refunds", Column("by_transfer", Boolean, nullable=False, server_default=false()))
    op.add_column("card_refunds", Column("reference", Text))


def downgrade() -> None:
    """Drop them: an earlier version gives everything back by the provider."""
    op.drop_column("card_refunds", "reference")
    op.drop_column("card_refunds", "by_transfer")
