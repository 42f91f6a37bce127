"""The language that letters to an account are written in."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "register_0024"
down_revision = "register_0021"


def upgrade() -> None:
    """Add the column: whoever has not signed in since reads French."""
    op.add_column("accounts", Column("language", Text))


def downgrade() -> None:
    """Drop it: letters to accounts are no longer written."""
    op.drop_column("accounts", "language")
