"""Tables of other systems: who sells parking by telephone, the map of the sectors, webhooks and what waits to be sent.

What a seller sells is a row of `rights`, like a machine's: a seller is a row of `stations` that has no place and no key, so
its silence counts as a station's does (central/enforcement/completeness.py). Here is what only a seller has.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from central.db.column_types import AwareDateTime, Big
from central.db.tables import metadata

sellers = Table(
    "sellers",
    metadata,
    Column("seller", Text, ForeignKey("stations.station"), primary_key=True),
    Column("name", Text, nullable=False),  # as people read it
    Column("enrolled_at", AwareDateTime, nullable=False),
    Column("enrolled_by", Text, nullable=False),
)

sector_maps = Table(  # the newest is in force; the earlier ones stay, for whoever asks what was known then
    "sector_maps",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("document", LargeBinary, nullable=False),  # GeoJSON, as it was handed in
    Column("known_from", AwareDateTime, nullable=False),
    Column("loaded_by", Text, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),  # whsec_…: it signs, so it cannot be kept as a digest
    Column("kinds", JSON, nullable=False),  # which events
    Column("created_at", AwareDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("ended_at", AwareDateTime),  # from then on nothing more is sent
)

webhook_deliveries = Table(  # the outbox: written with what it tells of, sent afterwards
    "webhook_deliveries",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("webhook", Big, ForeignKey("webhooks.id"), nullable=False),
    Column("message", Text, nullable=False),  # the same at each attempt: a receiver knows a repeat by it
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),  # as it is signed and sent
    Column("made_at", AwareDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", AwareDateTime),  # of the next attempt; none: delivered, or given up
    Column("delivered_at", AwareDateTime),
    Column("dead_at", AwareDateTime),
    Column("answer", Text),  # of the last attempt: its HTTP status, or why there was none
    Index("webhook_deliveries_due", "due_at"),
)
