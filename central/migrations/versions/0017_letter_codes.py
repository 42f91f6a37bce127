"""Codes on the letters of notices. A notice that is there has none: its letter says its payment key."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKey, Integer, LargeBinary, Text

revision = "register_0017"
down_revision = "register_0016"


def upgrade() -> None:
    """Make the table, which is empty."""
    op.create_table(
        "letter_codes",
        Column("number", Text, ForeignKey("notices.number"), primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("salt", LargeBinary, nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False),
        Column("made_by", Text, nullable=False),
    )


def downgrade() -> None:
    """Drop it: an earlier version opens every notice by its payment key."""
    op.drop_table("letter_codes")
