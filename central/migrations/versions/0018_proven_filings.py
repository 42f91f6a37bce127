"""Whether an appeal was filed by who had the code of the letter; the class on the last right of a plate that was fined."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Text, false

revision = "register_0018"
down_revision = "register_0017"


def upgrade() -> None:
    """Add the columns: nobody had a code before."""
    op.add_column("appeals", Column("coded", Boolean, nullable=False, server_default=false()))
    op.add_column("appeal_filings", Column("coded", Boolean, nullable=False, server_default=false()))
    op.add_column("notices", Column("register_class", Text))


def downgrade() -> None:
    """Drop them: an earlier version gives nobody's place to the holder of a letter."""
    op.drop_column("notices", "register_class")
    op.drop_column("appeal_filings", "coded")
    op.drop_column("appeals", "coded")
