"""Tables of the city's register. What each is for stands beside it; what they mean together is in docs/decisions/0014.

Nothing that a station sent is ever changed or deleted, but old plates: `entries` are its journals, copied, `statements` what it
signed of them. What the register makes of those keeps since when it was known: a row of `rights`, `holdings` or `publications`
is never rewritten, only followed by another. The place of an entry is one integer (central/rules/journals.py).
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from central.db.column_types import AwareDateTime, Big

metadata = MetaData()

# --- stations -----------------------------------------------------------------------------------------------------

stations = Table(
    "stations",
    metadata,
    Column("station", Text, primary_key=True),
    Column("public_key", LargeBinary),  # 32 bytes; none: it has never been enrolled, and nothing is taken from it
    Column("zone", Integer),
    Column("sector", Text),
    Column("enrolled_at", AwareDateTime),
    Column("revoked_at", AwareDateTime),  # from then on nothing is taken from it
    Column("contact", Big, nullable=False, server_default=text("0")),  # the greatest request number accepted
    Column("next", Big, nullable=False),  # journal 0's, like `head`, for a version before register_0003: nothing here…
    Column("head", LargeBinary, nullable=False),  # …reads them
    Column("last_contact", AwareDateTime),
    Column("complete_until", AwareDateTime),  # everything the station wrote before this is here
    Column("queue", Big),  # entries it still held back when it last reported
    Column("software", Text),
    Column("holding", JSON),  # versions of publications in hand, by kind
    Column("clock", Text),
    Column("clock_offset", Float),  # seconds its clock was ahead of ours when it last reported
    Column("last_accepted", AwareDateTime),  # when entries were last taken from it, or word that there are none
    Column("current", Integer),  # the journal last heard of that a machine writes; none: not since the city tells them apart
    Column("returns", Integer, nullable=False, server_default=text("0")),  # how often one came back after another took over
    Column("unsettled", Boolean, nullable=False, server_default=false()),  # a journal of it may hold entries that are not here
    Index("stations_by_sector", "sector"),
)

station_keys = Table(  # every key a station was ever enrolled with: one of them began each of its journals
    "station_keys",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("public_key", LargeBinary, primary_key=True),
    Column("enrolled_at", AwareDateTime),
)

silences = Table(  # what was not here, and when it came: a check can be asked what was known then
    "silences",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("since", AwareDateTime, primary_key=True),  # what it wrote from then on was not here…
    Column("until", AwareDateTime, nullable=False),  # …before then
)

alarms = Table(
    "alarms",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("seq", Big, primary_key=True),  # place of the entry that raised it
    Column("alarm", Text, nullable=False),
    Column("raised_at", AwareDateTime, nullable=False),  # by the station's clock
    Column("cleared_at", AwareDateTime),
)

# --- journals -----------------------------------------------------------------------------------------------------

journals = Table(  # those of each station, with the branches of each
    "journals",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("number", Integer, primary_key=True),  # from 0, as the city met them
    Column("generation", Integer, nullable=False),
    Column("genesis", LargeBinary),  # empty: of before generations; none: known only from the one that continues it
    Column("begins", Big, nullable=False),  # its first own entry: 1, or where it branched
    Column("branch_of", Integer),  # whose entries come before that; none for a branch: they are not here
    Column("next", Big, nullable=False),  # the entry wanted
    Column("head", LargeBinary, nullable=False),  # the hash it must continue from
    Column("complete_until", AwareDateTime),  # everything written in it before this is here
    Column("last_contact", AwareDateTime),  # none: no machine has handed it in
    Column("closed_at", AwareDateTime),  # nobody waits for more of it
    *(Column("closed_by", Text), Column("closed_why", Text)),
    Column("held", Big, nullable=False, server_default=text("0")),  # its last entry, as its machine said last
)

entries = Table(
    "entries",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("seq", Big, primary_key=True),  # place
    Column("hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("received_at", AwareDateTime, nullable=False),
    Column("personal", LargeBinary),  # the plate, beside the body (firmware/protocol/personal.py); none, or no longer
)

statements = Table(  # proof of who handed the entries in
    "statements",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("last", Big, primary_key=True),  # place; it speaks for every entry of that journal up to this one
    Column("document", LargeBinary, nullable=False),  # a firmware.protocol.messages.StationStatement, as signed
    Column("signature", Text, nullable=False),
    Column("received_at", AwareDateTime, nullable=False),
)

dead_letters = Table(  # stored and not understood: waits for an operator
    "dead_letters",
    metadata,
    Column("station", Text, primary_key=True),
    Column("seq", Big, primary_key=True),  # place
    Column("reason", Text, nullable=False),
    Column("received_at", AwareDateTime, nullable=False),
    Column("cleared_at", AwareDateTime),
    Column("cleared_by", Text),
    Column("note", Text),  # what the operator found
    ForeignKeyConstraint(["station", "seq"], ["entries.station", "entries.seq"]),
)

incidents = Table(  # two journals where there should be one (`fork`), two machines of one name (`clone`), entries gone (`loss`)
    "incidents",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("station", Text, ForeignKey("stations.station"), nullable=False),
    Column("seq", Big, nullable=False),  # place, in the journal it differs from
    Column("hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("first_seen", AwareDateTime, nullable=False),
    Column("cleared_at", AwareDateTime),
    Column("cleared_by", Text),
    Column("note", Text),
    Column("kind", Text, nullable=False, server_default=text("'fork'")),
    UniqueConstraint("station", "seq", "hash"),
)

# --- rights -------------------------------------------------------------------------------------------------------

rights = Table(  # what machines sold: one row for each status a right has had
    "rights",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("seq", Big, primary_key=True),  # place of the entry that gave it this status
    Column("known_from", AwareDateTime, nullable=False),
    Column("known_until", AwareDateTime),  # when the next row took its place
    Column("status", Text, nullable=False),
    Column("plate", Text, nullable=False),
    Column("alike", Text, nullable=False),  # the plate with look-alikes made one: O and 0, I and 1…
    Column("zone", Integer, nullable=False),
    Column("sector", Text, nullable=False),
    Column("regime", Text, nullable=False),
    Column("vehicle", Text, nullable=False),
    Column("bought_at", AwareDateTime, nullable=False),
    Column("start", AwareDateTime, nullable=False),
    Column("end", AwareDateTime, nullable=False),
    Column("units", Integer, nullable=False),
    Column("cents", Integer, nullable=False),
    Column("tariff", Text, nullable=False),
    Index("rights_alike", "alike", "end"),
    Index("rights_heads", text("substr(alike, 1, 4)"), "end"),  # plates one keying error apart (central/rules/plate_match.py)
    Index("rights_tails", text("substr(alike, length(alike) - 2)"), "end"),
)

resolutions = Table(  # how a payment without a known end ended, by the acquirer's statement
    "resolutions",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("reference", Text, primary_key=True),
    Column("seq", Big, primary_key=True),  # place of the entry that left it open
    Column("outcome", Text, nullable=False),  # sold, not debited
    Column("day", Text, nullable=False),  # the day that was reconciled, 2026-03-04
    Column("file", Text, nullable=False),  # the statement's name…
    Column("sha256", Text, nullable=False),  # …and what it held
    Column("line", Integer),  # which says it; none: the whole of it, which has no debit
    Column("resolved_at", AwareDateTime, nullable=False),
    Column("resolved_by", Text, nullable=False),
)

generations = Table(  # a series of holdings (residents of 2026, CMI-S…) is replaced as a whole, by its next generation
    "generations",
    metadata,
    Column("series", Text, primary_key=True),
    Column("generation", Integer, primary_key=True),
    Column("known_from", AwareDateTime, nullable=False),
    Column("known_until", AwareDateTime),
    Column("size", Integer, nullable=False),
    Column("loaded_by", Text, nullable=False),
)

holdings = Table(  # what plates are entitled to
    "holdings",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("series", Text, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("plate", Text, nullable=False),
    Column("holding", Text, nullable=False),  # resident, pro_sedentary, pro_mobile, pro_public, low_emission, cmi_s
    Column("sectors", JSON, nullable=False),  # where it is at home; empty: wherever parking is paid
    Column("valid_from", AwareDateTime, nullable=False),
    Column("valid_until", AwareDateTime),
    ForeignKeyConstraint(["series", "generation"], ["generations.series", "generations.generation"]),
    Index("holdings_by_plate", "plate"),
    Index("holdings_by_generation", "series", "generation"),
)

# --- what the city publishes --------------------------------------------------------------------------------------

publications = Table(
    "publications",
    metadata,
    Column("kind", Text, primary_key=True),  # tariffs, configuration, rights
    Column("audience", Text, primary_key=True),  # all, a station, a sector
    Column("version", Big, primary_key=True),
    Column("effective_from", AwareDateTime, nullable=False),
    Column("envelope", LargeBinary, nullable=False),  # a firmware.protocol.envelope.Envelope, as JSON
    Column("made_of", Text, nullable=False),  # tells whether another would say the same
    Column("published_at", AwareDateTime, nullable=False),
    Column("published_by", Text, nullable=False),
)

# --- checks -------------------------------------------------------------------------------------------------------

checks = Table(
    "checks",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("checked_at", AwareDateTime, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("plate", Text, nullable=False),
    Column("zone", Integer, nullable=False),
    Column("sector", Text, nullable=False),
    Column("at", AwareDateTime, nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("because", Text),  # right, register, free, tolerance
    Column("station", Text),
    Column("reference", Text),
    Column("complete_until", AwareDateTime),
    Column("silent", JSON, nullable=False),
    Index("checks_by_moment", "checked_at"),
)

plate_folds = Table(  # the ways of writing plates that the rows of `rights`, `holdings` and `checks` are kept in
    "plate_folds",
    metadata,
    Column("fold", Integer, primary_key=True),
    Column("folded_at", AwareDateTime, nullable=False),
)

# --- people -------------------------------------------------------------------------------------------------------

tokens = Table(
    "tokens",
    metadata,
    Column("id", Text, primary_key=True),  # not secret: it stands in logs
    Column("digest", LargeBinary, nullable=False),  # SHA-256 of the secret
    Column("who", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", AwareDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", AwareDateTime, nullable=False),
    Column("revoked_at", AwareDateTime),
    Column("seller", Text),  # whose parkings it may write; none: nobody's
)

audit = Table(  # what people did to the register
    "audit",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("at", AwareDateTime, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", JSON, nullable=False),
)
