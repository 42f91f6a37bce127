"""By which means money for a parking card came."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text, text

revision = "register_0020"
down_revision = "register_0019"


def upgrade() -> None:
    """Add the column: all that came before came by card."""
    op.add_column("card_captures", Column("means", Text, nullable=False, server_default=text("'card'")))


def downgrade() -> None:
    """Forget it: an earlier version asks the provider to give a payment order back, which refuses."""
    op.drop_column("card_captures", "means")
