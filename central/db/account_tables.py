"""Tables of people who sign in: accounts by e-mail address, one-time links, sessions; and of the mail that waits.

No password, and of secrets digests only; what a letter that waits says is sealed with a key that no database has.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from central.db.column_types import AwareDateTime, Big
from central.db.tables import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("email", Text, nullable=False, unique=True),  # in small letters
    Column("name", Text, nullable=False),  # as it stands in the audit trail; empty: nobody said
    Column("role", Text, nullable=False),  # central/access/accounts.py
    Column("created_at", AwareDateTime, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("closed_at", AwareDateTime),  # from then on it signs nobody in
    Column("language", Text),  # of letters to it: that of the browser of its last sign-in
)

sign_in_links = Table(  # kept for a day after they end
    "sign_in_links",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of the secret in the link
    Column("email", Text, nullable=False),
    Column("goes_to", Text, nullable=False),  # the page that is shown once signed in
    Column("asked_at", AwareDateTime, nullable=False),
    Column("expires_at", AwareDateTime, nullable=False),
    Column("used_at", AwareDateTime),
    Index("sign_in_links_by_email", "email", "asked_at"),
)

sessions = Table(  # kept for a day after they end
    "sessions",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # SHA-256 of the cookie's value
    Column("account", Big, ForeignKey("accounts.id")),  # who it is: an account…
    Column("token", Text, ForeignKey("tokens.id")),  # …or the holder of a token; one of the two
    Column("opened_at", AwareDateTime, nullable=False),
    Column("expires_at", AwareDateTime, nullable=False),
    Column("ended_at", AwareDateTime),  # signed out
)

mails = Table(  # the outbox: what was taken away is no row any more, what was given up names nobody
    "mails",
    metadata,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("message", Text, nullable=False, unique=True),  # of its Message-ID: the same at each attempt
    Column("recipient", Text, nullable=False),  # empty once it was given up, as its text is
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),  # sealed (central/access/mail_outbox.py)
    Column("made_at", AwareDateTime, nullable=False),
    Column("useless_at", AwareDateTime, nullable=False),  # from then on nobody needs it
    Column("attempts", Integer, nullable=False),
    Column("due_at", AwareDateTime),  # of the next attempt; none: given up
    Column("given_up_at", AwareDateTime),
    Column("answer", Text),  # of the last attempt: the code of the far end, or what kind of error
    Index("mails_due", "due_at"),
)
