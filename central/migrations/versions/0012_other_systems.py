"""Other systems: who sells by telephone, and their tokens, the map of the sectors, webhooks and their outbox."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, DateTime, ForeignKey, Integer, LargeBinary, Text

revision = "register_0012"
down_revision = "register_0011"

BIG = BigInteger().with_variant(Integer, "sqlite")
INSTANT = DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; they are empty. A token of before is no seller's."""
    op.add_column("tokens", Column("seller", Text))
    op.create_table(
        "sellers",
        Column("seller", Text, ForeignKey("stations.station"), primary_key=True),
        Column("name", Text, nullable=False),
        Column("enrolled_at", INSTANT, nullable=False),
        Column("enrolled_by", Text, nullable=False),
    )
    op.create_table(
        "sector_maps",
        Column("version", Integer, primary_key=True),
        Column("document", LargeBinary, nullable=False),
        Column("known_from", INSTANT, nullable=False),
        Column("loaded_by", Text, nullable=False),
    )
    op.create_table(
        "webhooks",
        Column("id", BIG, primary_key=True, autoincrement=True),
        *(Column(name, Text, nullable=False) for name in ("url", "secret")),
        Column("kinds", JSON, nullable=False),
        Column("created_at", INSTANT, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("ended_at", INSTANT),
    )
    op.create_table(
        "webhook_deliveries",
        Column("id", BIG, primary_key=True, autoincrement=True),
        Column("webhook", BIG, ForeignKey("webhooks.id"), nullable=False),
        *(Column(name, Text, nullable=False) for name in ("message", "kind", "body")),
        Column("made_at", INSTANT, nullable=False),
        Column("attempts", Integer, nullable=False),
        *(Column(name, INSTANT) for name in ("due_at", "delivered_at", "dead_at")),
        Column("answer", Text),
    )
    op.create_index("webhook_deliveries_due", "webhook_deliveries", ["due_at"])


def downgrade() -> None:
    """Drop them: an earlier version sells nothing by telephone and calls nobody."""
    op.drop_index("webhook_deliveries_due", "webhook_deliveries")
    op.drop_table("webhook_deliveries")
    op.drop_table("webhooks")
    op.drop_table("sector_maps")
    op.drop_table("sellers")
    op.drop_column("tokens", "seller")
