"""Tables of requests for parking cards, the cards issued, and the money that came for them (central/rules/cards/).

A draft is rewritten until it is submitted; from then on a request is followed by events, as a notice is. Its number is that of
the request at the payment provider too.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, false, text

from central.db.column_types import AwareDateTime, Big
from central.db.tables import metadata

card_requests = Table(
    "card_requests",
    metadata,
    Column("number", Big, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False),  # the account
    Column("product", Text, nullable=False),
    Column("establishment", Text, nullable=False),  # its SIRET; empty: none
    Column("application", JSON, nullable=False),  # a central.rules.cards.application.CardApplication
    Column("total_cents", Integer, nullable=False),  # what was decided; 0 before
    Column("made_at", AwareDateTime, nullable=False),
    Column("changed_at", AwareDateTime, nullable=False),
    Column("seen_at", AwareDateTime),  # by its owner
    Index("card_requests_by_owner", "owner"),
    Index("card_requests_by_establishment", "establishment"),
)

card_lines = Table(  # one vehicle each
    "card_lines",
    metadata,
    Column("request", Big, ForeignKey("card_requests.number"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 1
    Column("plate", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("term", Text),  # of a card that is added
    Column("replaces", Big),  # the card that is changed, made again or given up
    Column("cents", Integer),  # none: not decided
    Column("postage_cents", Integer),
    Column("source", Text),  # the article the price comes from
    Index("card_lines_by_plate", "plate"),
    Index("card_lines_by_card", "replaces"),
)

card_events = Table(
    "card_events",
    metadata,
    Column("request", Big, ForeignKey("card_requests.number"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 1
    Column("kind", Text, nullable=False),
    Column("at", AwareDateTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

card_documents = Table(  # what came with a request: its data is a file of a folder, under a generated name
    "card_documents",
    metadata,
    Column("request", Big, ForeignKey("card_requests.number"), primary_key=True),
    Column("seq", Integer, primary_key=True),  # from 1
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),  # as its owner calls it
    Column("media_type", Text, nullable=False),  # as its first bytes say
    Column("size", Big, nullable=False),  # bytes
    Column("sha256", Text, nullable=False),
    Column("stored_as", Text, nullable=False),
    Column("scan", Text, nullable=False),  # what the virus scan said
    Column("received_at", AwareDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("request", Big, ForeignKey("card_requests.number"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("origin", Big, nullable=False),  # the request that was paid for the first of those it replaces; its own otherwise
    Column("owner", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("establishment", Text, nullable=False),
    Column("plate", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("holding", Text),  # what its plate is entitled to; none: the card is no right
    Column("sectors", JSON, nullable=False),
    Column("term", Text, nullable=False),
    Column("began_on", Date, nullable=False),  # its months are counted from here
    Column("months", Integer, nullable=False),
    Column("valid_from", AwareDateTime, nullable=False),
    Column("valid_until", AwareDateTime, nullable=False),
    Column("free", Boolean, nullable=False),
    Column("paid_cents", Integer, nullable=False),  # for the first of those it replaces
    Column("closed_at", AwareDateTime),  # before its end: replaced, or given up
    Column("closed_by", Big),  # the request that did
    Index("cards_by_plate", "plate"),
    Index("cards_by_owner", "owner"),
    Index("cards_by_establishment", "establishment"),
    Index("cards_by_request", "request"),
)

card_duplicates = Table(
    "card_duplicates",
    metadata,
    Column("request", Big, ForeignKey("card_requests.number"), primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("card", Big, ForeignKey("cards.id"), nullable=False),
    Column("granted_on", Date, nullable=False),
    Index("card_duplicates_by_card", "card"),
)

card_orders = Table(  # a payment that was opened at the provider: written before the provider is asked
    "card_orders",
    metadata,
    Column("request", Big, ForeignKey("card_requests.number"), primary_key=True),
    Column("cents", Integer, nullable=False),
    Column("opened_at", AwareDateTime, nullable=False),
    Column("page", Text),  # the provider's, where the card is entered; none: it has not answered yet
)

card_captures = Table(  # money that came, whether it was owed or not
    "card_captures",
    metadata,
    Column("transaction", Text, primary_key=True),  # the provider's
    Column("request", Big, ForeignKey("card_requests.number"), nullable=False),
    Column("cents", Integer, nullable=False),
    Column("used_cents", Integer, nullable=False),  # of what was owed; the rest is given back
    Column("captured_at", AwareDateTime, nullable=False),
    Column("received_at", AwareDateTime, nullable=False),
    Column("means", Text, nullable=False, server_default=text("'card'")),  # a central.payments.port.PaymentMeans
    Index("card_captures_by_request", "request"),
)

card_refunds = Table(  # money that is owed to whoever paid
    "card_refunds",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("request", Big, ForeignKey("card_requests.number"), nullable=False),  # for which it is owed
    Column("transaction", Text, ForeignKey("card_captures.transaction"), nullable=False),  # that it is given back of
    Column("cents", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("owed_at", AwareDateTime, nullable=False),
    Column("done_at", AwareDateTime),  # given back, or settled by a person
    Column("by_transfer", Boolean, nullable=False, server_default=false()),  # the public accountant pays it, and no provider
    Column("reference", Text),  # of that transfer, once it was made
    Column("due_at", AwareDateTime),  # not to be tried before; none: at once
    Column("refused_at", AwareDateTime),  # by the provider, for good: a person has to look
    Column("answer", Text),  # the last one, or how a person settled it
    Index("card_refunds_by_request", "request"),
)
