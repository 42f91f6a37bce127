"""Tables of notices (FPS). A row is never rewritten: what becomes of a notice is its events (central/rules/notices.py)."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from central.db.column_types import AwareDateTime, Big
from central.db.tables import metadata

notice_proposals = Table(  # a control whose notice is proposed: it waits until the data is complete
    "notice_proposals",
    metadata,
    Column("check", Big, ForeignKey("checks.id"), primary_key=True),
    Column("proposed_at", AwareDateTime, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("agent", Text, nullable=False),  # the agent's number
    Column("device", Integer, nullable=False),  # 0 to 999
    Column("vehicle", Text, nullable=False),  # class
    Column("make", Text),
    Column("place", Text),  # street and number
    Column("photos", JSON, nullable=False),  # references: where they are kept is no business of the register
)

notices = Table(  # what was fixed when a notice was issued
    "notices",
    metadata,
    Column("number", Text, primary_key=True),  # 26 digits
    Column("check", Big, ForeignKey("notice_proposals.check"), nullable=False),
    Column("issued_at", AwareDateTime, nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("plate", Text, nullable=False),
    Column("zone", Integer, nullable=False),
    Column("sector", Text, nullable=False),
    Column("control_at", AwareDateTime, nullable=False),
    Column("covers_until", AwareDateTime, nullable=False),
    Column("fps_cents", Integer, nullable=False),
    Column("receipt_station", Text),  # the receipt that was deducted; none: there was none
    Column("receipt_reference", Text),
    Column("receipt_at", AwareDateTime),
    Column("receipt_cents", Integer, nullable=False),
    Column("due_cents", Integer, nullable=False),
    Column("reduced_cents", Integer, nullable=False),
    Column("tariff", Text, nullable=False),
    UniqueConstraint("check"),
    Index("notices_by_plate", "plate", "zone"),
)

notice_events = Table(
    "notice_events",
    metadata,
    Column("number", Text, ForeignKey("notices.number"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 1
    Column("kind", Text, nullable=False),
    Column("at", AwareDateTime, nullable=False),  # when it happened
    Column("cents", Integer, nullable=False),
    Column("reference", Text),  # of a payment or a refund
    Column("reason", Text, nullable=False),
    Column("recorded_at", AwareDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    UniqueConstraint("reference"),  # nothing is paid twice
)
