"""Tables of notices (FPS). A row is never rewritten: what becomes of a notice is its events (central/rules/notices.py)."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

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
    Column("register_class", Text),  # class on the last right of the plate, where it is not that of the notice
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
    Column("means", Text),  # of a payment, if it was said
    UniqueConstraint("reference"),  # nothing is paid twice
)

letter_codes = Table(  # the code on the letter of a notice: its salt, and no code; deleted with the plate (retention)
    "letter_codes",
    metadata,
    Column("number", Text, ForeignKey("notices.number"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 1; the last one counts
    Column("salt", LargeBinary, nullable=False),
    Column("made_at", AwareDateTime, nullable=False),
    Column("made_by", Text, nullable=False),
)

corrective_notices = Table(  # what an appeal accepted in part makes of a notice: another number, the same deadlines
    "corrective_notices",
    metadata,
    Column("number", Text, primary_key=True),  # 26 digits, of no other notice
    Column("corrects", Text, ForeignKey("notices.number"), nullable=False),
    Column("appeal_received_at", AwareDateTime, nullable=False),
    Column("mandated", Boolean, nullable=False),  # somebody appealed for whoever owes it
    Column("due_cents", Integer, nullable=False),
    Column("issued_at", AwareDateTime, nullable=False),
    Column("issued_by", Text, nullable=False),
    UniqueConstraint("corrects"),  # one appeal for a notice, and so one corrective notice
)

late_receipts = Table(  # a receipt that became known after the notice was issued, and what is due with it
    "late_receipts",
    metadata,
    Column("number", Text, ForeignKey("notices.number"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 1; the last one counts
    Column("recorded_at", AwareDateTime, nullable=False),
    Column("sent", Boolean, nullable=False),  # the notice had been sent: what is due with it is proposed, and not in force
    Column("receipt_station", Text, nullable=False),
    Column("receipt_reference", Text, nullable=False),
    Column("receipt_at", AwareDateTime, nullable=False),
    Column("receipt_cents", Integer, nullable=False),
    Column("due_cents", Integer, nullable=False),
    Column("reduced_cents", Integer, nullable=False),
    Column("covers_until", AwareDateTime, nullable=False),
)
