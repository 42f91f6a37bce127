"""Refunds of the counter: when they are tried again, which the provider refused for good, and what it answered."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, Text

revision = "register_0015"
down_revision = "register_0014"

INSTANT = DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns: what is owed is tried at once."""
    op.add_column("card_refunds", Column("due_at", INSTANT))
    op.add_column("card_refunds", Column("refused_at", INSTANT))
    op.add_column("card_refunds", Column("answer", Text))


def downgrade() -> None:
    """Forget them: an earlier version asks for a refused refund again."""
    op.drop_column("card_refunds", "answer")
    op.drop_column("card_refunds", "refused_at")
    op.drop_column("card_refunds", "due_at")
