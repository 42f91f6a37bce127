"""One-time links that sign somebody in: asked for by e-mail address, valid once, for fifteen minutes.

The theory. Whoever reads the mail of an address is its owner. The link holds 32 random bytes, of which only the SHA-256 is
kept. Opening it uses nothing up, because mail servers open links to look at them: the page has a button, and that does. Used or
late, it says so, for whoever holds it knows that it existed. It signs in whichever browser it is opened in: people ask at a
desk and read their mail on a telephone.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from central.access.accounts import APPLICANT, Account, email_in, find_account, insert_account
from central.core.audit import PUBLIC, note
from central.db.account_tables import sign_in_links
from central.db.locks import transaction_lock
from firmware.domain.errors import FieldError

LINK_LIFE = timedelta(minutes=15)
MOST_IN_AN_HOUR = 5
"""Links for one address, whoever asks and wherever: nobody's mailbox is filled."""
KEPT = timedelta(days=1)
"""How long a link that ended is told from one that never was."""
HOME = "/home"
_LOCAL = re.compile(r"/(?!/)[A-Za-z0-9_/.-]{0,200}", re.ASCII)


class LinkState(StrEnum):
    """What a link is good for."""

    USABLE = "usable"
    USED = "used"
    LATE = "late"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class LinkLook:
    """What a link says before it is used."""

    state: LinkState
    email: str = ""
    """Whom it signs in; empty unless it is usable."""


@dataclass(frozen=True)
class LinkUsed:
    """What came of using a link."""

    state: LinkState
    account: Account | None = None
    """Who is signed in; None unless it was usable."""
    goes_to: str = HOME


def local_path(text: str) -> str:
    """A path of this application, to go to once signed in; what is none goes home."""
    return text if _LOCAL.fullmatch(text) else HOME


def ask_link(store: Engine, email: str, goes_to: str, now: datetime) -> str | None:
    """The secret of a new link for an address; None if it may have none now, which whoever asks is not told.

    Raises FieldError for what is no address.
    """
    address = email_in(email)
    with store.begin() as connection:
        transaction_lock(connection, f"sign-in link {address}")
        account = find_account(connection, address)
        if _asked_lately(connection, address, now) >= MOST_IN_AN_HOUR or (account and account.closed_at):
            return None
        connection.execute(delete(sign_in_links).where(sign_in_links.c.expires_at < now - KEPT))
        return _insert_link(connection, address, goes_to, now)


def issue_link(store: Engine, email: str, goes_to: str, now: datetime) -> str:
    """The secret of a new link for an address, for whoever has the database at hand. Raises FieldError for no address."""
    with store.begin() as connection:
        return _insert_link(connection, email_in(email), goes_to, now)


def look_at_link(store: Engine, secret: str, now: datetime) -> LinkLook:
    """What a link is good for; nothing is used up."""
    query = select(sign_in_links).where(sign_in_links.c.digest == link_digest(secret))
    with store.begin() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return LinkLook(LinkState.UNKNOWN)
    if row.used_at is not None:
        return LinkLook(LinkState.USED)
    return LinkLook(LinkState.LATE) if row.expires_at <= now else LinkLook(LinkState.USABLE, row.email)


def use_link(store: Engine, secret: str, now: datetime) -> LinkUsed:
    """Use a link up: whose it is, with a new account for an address that has none. Of two at once one is signed in."""
    link = sign_in_links.c
    this = (link.digest == link_digest(secret)) & link.used_at.is_(None) & (link.expires_at > now)
    with store.begin() as connection:
        if connection.execute(update(sign_in_links).where(this).values(used_at=now)).rowcount == 1:
            row = connection.execute(select(link.email, link.goes_to).where(link.digest == link_digest(secret))).one()
            account = _account_of(connection, row.email, now)
            return LinkUsed(LinkState.UNKNOWN if account.closed_at else LinkState.USABLE, account, row.goes_to)
    return LinkUsed(look_at_link(store, secret, now).state)


def note_ended_link(store: Engine, secret: str, state: LinkState, now: datetime) -> None:
    """Add an audit line for a link that was used before, or late: by the number of its account, and never its address."""
    if state not in (LinkState.USED, LinkState.LATE):
        return
    email = select(sign_in_links.c.email).where(sign_in_links.c.digest == link_digest(secret))
    with store.begin() as connection:
        account = find_account(connection, connection.scalar(email) or "")
        subject = f"account {account.id}" if account else ""
        note(connection, now, PUBLIC, "sign-in link refused", subject, link=state.value)


def link_digest(secret: str) -> bytes:
    """What is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).digest()


def _asked_lately(connection: Connection, email: str, now: datetime) -> int:
    those = (sign_in_links.c.email == email) & (sign_in_links.c.asked_at > now - timedelta(hours=1))
    return connection.execute(select(func.count()).select_from(sign_in_links).where(those)).scalar_one()


def _insert_link(connection: Connection, email: str, goes_to: str, now: datetime) -> str:
    secret = secrets.token_urlsafe(32)
    times = {"asked_at": now, "expires_at": now + LINK_LIFE}
    row = {"digest": link_digest(secret), "email": email, "goes_to": local_path(goes_to), **times}
    connection.execute(insert(sign_in_links).values(row))
    return secret


def _account_of(connection: Connection, email: str, now: datetime) -> Account:
    """The account of an address, made if it has none."""
    transaction_lock(connection, f"account {email}")
    known = find_account(connection, email)
    if known is None:
        insert_account(connection, email, "", APPLICANT, "sign-in link", now)
        known = find_account(connection, email)
    if known is None:
        raise FieldError("email", "has no account")
    return known
