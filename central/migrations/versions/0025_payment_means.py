"""By what means a notice was paid: the reduced amount cannot be paid by cheque."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "register_0025"
down_revision = "register_0024"


def upgrade() -> None:
    """Add the column: of what was paid before, nobody said by what means."""
    op.add_column("notice_events", Column("means", Text))


def downgrade() -> None:
    """Drop it: a cheque counts as any other payment."""
    op.drop_column("notice_events", "means")
