"""Mail that waits to be taken away."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, Integer, Text

revision = "register_0019"
down_revision = "register_0018"

BIG = BigInteger().with_variant(Integer, "sqlite")
INSTANT = DateTime(timezone=True)


def upgrade() -> None:
    """Make the table, which is empty."""
    op.create_table(
        "mails",
        Column("id", BIG, primary_key=True, autoincrement=True),
        Column("message", Text, nullable=False, unique=True),
        *(Column(name, Text, nullable=False) for name in ("recipient", "subject", "text")),
        *(Column(name, INSTANT, nullable=False) for name in ("made_at", "useless_at")),
        Column("attempts", Integer, nullable=False),
        Column("due_at", INSTANT),
        Column("given_up_at", INSTANT),
        Column("answer", Text),
    )
    op.create_index("mails_due", "mails", ["due_at"])


def downgrade() -> None:
    """Drop it: what waits is not sent, and whoever waits for a link asks for another one."""
    op.drop_index("mails_due", "mails")
    op.drop_table("mails")
