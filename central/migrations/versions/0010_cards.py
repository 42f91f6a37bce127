"""Parking cards: requests, their lines, events and documents; cards, duplicates; payments and refunds."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, DateTime, ForeignKey, Integer, Text

revision = "register_0010"
down_revision = "register_0009"

BIG = BigInteger().with_variant(Integer, "sqlite")
INSTANT = DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; they are empty."""
    op.create_table(
        "card_requests",
        Column("number", BIG, primary_key=True, autoincrement=False),
        *(Column(name, Text, nullable=False) for name in ("owner", "product", "establishment")),
        Column("application", JSON, nullable=False),
        Column("total_cents", Integer, nullable=False),
        *(Column(name, INSTANT, nullable=False) for name in ("made_at", "changed_at")),
        Column("seen_at", INSTANT),
    )
    op.create_index("card_requests_by_owner", "card_requests", ["owner"])
    op.create_index("card_requests_by_establishment", "card_requests", ["establishment"])
    _create_parts()
    _create_cards()
    _create_money()


def _create_parts() -> None:
    op.create_table(
        "card_lines",
        Column("request", BIG, ForeignKey("card_requests.number"), primary_key=True),
        Column("seq", Integer, primary_key=True),
        *(Column(name, Text, nullable=False) for name in ("plate", "reason")),
        Column("term", Text),
        Column("replaces", BIG),
        *(Column(name, Integer) for name in ("cents", "postage_cents")),
        Column("source", Text),
    )
    op.create_index("card_lines_by_plate", "card_lines", ["plate"])
    op.create_index("card_lines_by_card", "card_lines", ["replaces"])
    op.create_table(
        "card_events",
        Column("request", BIG, ForeignKey("card_requests.number"), primary_key=True),
        Column("seq", Integer, primary_key=True),
        Column("kind", Text, nullable=False),
        Column("at", INSTANT, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("by", "reason")),
    )
    op.create_table(
        "card_documents",
        Column("request", BIG, ForeignKey("card_requests.number"), primary_key=True),
        Column("seq", Integer, primary_key=True),
        *(Column(name, Text, nullable=False) for name in ("kind", "name", "media_type")),
        Column("size", BIG, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("sha256", "stored_as", "scan")),
        Column("received_at", INSTANT, nullable=False),
        Column("recorded_by", Text, nullable=False),
    )


def _create_cards() -> None:
    op.create_table(
        "cards",
        Column("id", BIG, primary_key=True, autoincrement=True),
        Column("request", BIG, ForeignKey("card_requests.number"), nullable=False),
        Column("line", Integer, nullable=False),
        Column("origin", BIG, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("owner", "product", "establishment", "plate", "address")),
        Column("holding", Text),
        Column("sectors", JSON, nullable=False),
        Column("term", Text, nullable=False),
        Column("began_on", Date, nullable=False),
        Column("months", Integer, nullable=False),
        *(Column(name, INSTANT, nullable=False) for name in ("valid_from", "valid_until")),
        Column("free", Boolean, nullable=False),
        Column("paid_cents", Integer, nullable=False),
        Column("closed_at", INSTANT),
        Column("closed_by", BIG),
    )
    for column in ("plate", "owner", "establishment", "request"):
        op.create_index(f"cards_by_{column}", "cards", [column])
    op.create_table(
        "card_duplicates",
        Column("request", BIG, ForeignKey("card_requests.number"), primary_key=True),
        Column("line", Integer, primary_key=True),
        Column("card", BIG, ForeignKey("cards.id"), nullable=False),
        Column("granted_on", Date, nullable=False),
    )
    op.create_index("card_duplicates_by_card", "card_duplicates", ["card"])


def _create_money() -> None:
    op.create_table(
        "card_orders",
        Column("request", BIG, ForeignKey("card_requests.number"), primary_key=True),
        Column("cents", Integer, nullable=False),
        Column("opened_at", INSTANT, nullable=False),
        Column("page", Text),
    )
    op.create_table(
        "card_captures",
        Column("transaction", Text, primary_key=True),
        Column("request", BIG, ForeignKey("card_requests.number"), nullable=False),
        *(Column(name, Integer, nullable=False) for name in ("cents", "used_cents")),
        *(Column(name, INSTANT, nullable=False) for name in ("captured_at", "received_at")),
    )
    op.create_index("card_captures_by_request", "card_captures", ["request"])
    op.create_table(
        "card_refunds",
        Column("id", BIG, primary_key=True, autoincrement=True),
        Column("request", BIG, ForeignKey("card_requests.number"), nullable=False),
        Column("transaction", Text, ForeignKey("card_captures.transaction"), nullable=False),
        Column("cents", Integer, nullable=False),
        Column("reason", Text, nullable=False),
        Column("owed_at", INSTANT, nullable=False),
        Column("done_at", INSTANT),
    )
    op.create_index("card_refunds_by_request", "card_refunds", ["request"])


def downgrade() -> None:
    """Drop them: an earlier version has no counter."""
    op.drop_index("card_refunds_by_request", "card_refunds")
    op.drop_table("card_refunds")
    op.drop_index("card_captures_by_request", "card_captures")
    op.drop_table("card_captures")
    op.drop_table("card_orders")
    op.drop_index("card_duplicates_by_card", "card_duplicates")
    op.drop_table("card_duplicates")
    for column in ("request", "establishment", "owner", "plate"):
        op.drop_index(f"cards_by_{column}", "cards")
    for name in ("cards", "card_documents", "card_events"):
        op.drop_table(name)
    op.drop_index("card_lines_by_card", "card_lines")
    op.drop_index("card_lines_by_plate", "card_lines")
    op.drop_table("card_lines")
    op.drop_index("card_requests_by_establishment", "card_requests")
    op.drop_index("card_requests_by_owner", "card_requests")
    op.drop_table("card_requests")
