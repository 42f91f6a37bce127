"""How many entries its machine said that a journal has: one that has fewer the next time has lost some."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, text

revision = "register_0004"
down_revision = "register_0003"


def upgrade() -> None:
    """Add the column; nothing was said yet."""
    big = BigInteger().with_variant(Integer, "sqlite")
    op.add_column("journals", Column("held", big, nullable=False, server_default=text("0")))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("journals", "held")
