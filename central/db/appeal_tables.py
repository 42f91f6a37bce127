"""Tables of appeals and of cases before the court. A row is never rewritten: what becomes of an appeal is its events.

Retention empties statements and the names of documents once nobody may ask for them (central/operations/retention.py).
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, false

from central.db.column_types import AwareDateTime, Big
from central.db.tables import metadata

appeals = Table(
    "appeals",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("number", Text, ForeignKey("notices.number"), nullable=False),
    Column("way", Text, nullable=False),  # online, registered letter, letter
    Column("appellant", Text, nullable=False),  # holder, lessee, buyer, mandated
    Column(
        "resident", Boolean, nullable=False
    ),  # lives where the authority is: the yearly report asks, the address is not kept
    Column("statement", Text, nullable=False),  # facts and grounds
    Column("filed_on", Date, nullable=False),  # of a letter, its postmark
    Column("received_at", AwareDateTime, nullable=False),
    Column("recorded_at", AwareDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("coded", Boolean, nullable=False, server_default=false()),  # filed by who had the code of the letter
    UniqueConstraint("number"),  # one appeal for a notice; who files after somebody else: appeal_filings
    Index("appeals_by_reception", "received_at"),
)

appeal_filings = Table(  # filed after one that takes nobody's place (central/rules/appeals.py): the last one counts
    "appeal_filings",
    metadata,
    Column("appeal", Big, ForeignKey("appeals.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 2: the first is in appeals
    Column("way", Text, nullable=False),
    Column("appellant", Text, nullable=False),
    Column("resident", Boolean, nullable=False),
    Column("statement", Text, nullable=False),
    Column("filed_on", Date, nullable=False),
    Column("received_at", AwareDateTime, nullable=False),
    Column("recorded_at", AwareDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("documents_before", Integer, nullable=False),  # of the filings before it: theirs, and not its own
    Column("events_before", Integer, nullable=False),
    Column("coded", Boolean, nullable=False, server_default=false()),
)

appeal_documents = Table(  # what came, by name, size and SHA-256: the data is kept elsewhere
    "appeal_documents",
    metadata,
    Column("appeal", Big, ForeignKey("appeals.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 1
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", Big, nullable=False),  # bytes
    Column("sha256", Text, nullable=False),
    Column("received_at", AwareDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

appeal_events = Table(
    "appeal_events",
    metadata,
    Column("appeal", Big, ForeignKey("appeals.id"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 1
    Column("kind", Text, nullable=False),
    Column("at", AwareDateTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("cents", Integer, nullable=False),  # the new amount, of what is accepted in part
    Column("ground", Text),  # of what is inadmissible
    Column("until", Date),  # for documents that are asked for
)

court_cases = Table(
    "court_cases",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("number", Text, ForeignKey("notices.number"), nullable=False),
    Column("against", Text, nullable=False),  # refusal, correction, warning
    Column("reference", Text, nullable=False),  # the court's
    Column("referred_on", Date, nullable=False),
    Column("open_until", Date, nullable=False),  # the last day to go there
    Column("recorded_at", AwareDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    UniqueConstraint("number", "against"),
)

judgments = Table(
    "judgments",
    metadata,
    Column("case", Big, ForeignKey("court_cases.id"), primary_key=True),
    Column("judgment", Text, nullable=False),  # dismissed, annulled, reduced
    Column("cents", Integer, nullable=False),  # the new amount, of one that lowers it
    Column("judged_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("recorded_at", AwareDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

report_figures = Table(  # figures of a year that the register cannot know: the last row of a year counts
    "report_figures",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("year", Integer, nullable=False),
    Column("contractor", Text, nullable=False),  # empty: the city examines appeals itself
    Column("staff_hundredths", Integer),  # of a full-time post
    Column("spent_cents", Big),
    Column("entered_at", AwareDateTime, nullable=False),
    Column("entered_by", Text, nullable=False),
    Index("report_figures_by_year", "year"),
)
