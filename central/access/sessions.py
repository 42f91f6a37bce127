"""Sessions of people in a browser: a cookie whose SHA-256 is kept, ended by sign-out and by whatever ends the right to it.

The theory. A session is no copy of what somebody may do: each request reads the account or the token behind it. So a token that
is revoked or has expired, and an account that is closed, end their sessions with the next request, on every worker.

The form token (against forged requests) is made of the cookie itself: only a page of ours, given to the browser that holds the
cookie, can carry it. Whoever is not signed in yet has a cookie too, which is kept nowhere; signing in always makes a new one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, RowMapping, delete, insert, select, update

from central.access.accounts import ACCOUNT_ROLES, Account
from central.access.tokens import Bearer, Scope
from central.core import audit
from central.db.account_tables import accounts, sessions
from central.db.tables import tokens

SESSION_LIFE = timedelta(hours=12)
"""A day at work; nothing extends it."""
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class SignedIn:
    """Whoever a session belongs to, and what they may do now."""

    name: str
    """As it stands in the audit trail."""
    shown: str
    """As their own pages name them: an e-mail address, or the name on a token."""
    role: str
    """Of an account; of a token, `token`."""
    scopes: frozenset[Scope]
    account: int | None
    """The account's id; None for the holder of a token."""


def new_cookie() -> str:
    """The value of a cookie: 32 random bytes."""
    return secrets.token_urlsafe(32)


def form_token(cookie: str) -> str:
    """What each form of the browser with this cookie carries."""
    return base64.urlsafe_b64encode(hmac.digest(cookie.encode(), b"horodateur form", "sha256")).decode().rstrip("=")


def is_form_token(cookie: str, said: str) -> bool:
    """Whether a form was given to the browser with this cookie."""
    return bool(cookie) and hmac.compare_digest(form_token(cookie).encode(), said.encode())


def open_session(store: Engine, who: Account | Bearer, now: datetime, way: str) -> str:
    """Open a session and return the value of its cookie. Audited. `way`: how they proved who they are."""
    cookie = new_cookie()
    by = who.name if isinstance(who, Bearer) else account_name(who.id, who.name)
    kind = "token" if isinstance(who, Bearer) else "account"
    with store.begin() as connection:
        connection.execute(delete(sessions).where(sessions.c.expires_at < now - KEPT))
        times = {"opened_at": now, "expires_at": now + SESSION_LIFE}
        connection.execute(insert(sessions).values(**{"digest": _digest(cookie), kind: who.id}, **times))
        audit.note(connection, now, by, "signed in", f"{kind} {who.id}", way=way)
    return cookie


def find_session(store: Engine, cookie: str, now: datetime) -> SignedIn | None:
    """Who has this cookie; None if nobody: never opened, ended, expired, or no longer backed by what opened it."""
    columns = (
        *(accounts.c.id, accounts.c.email, accounts.c.name, accounts.c.role, accounts.c.closed_at),
        *(
            tokens.c.id.label("token"),
            tokens.c.who,
            tokens.c.scopes,
            tokens.c.expires_at.label("token_expires_at"),
            tokens.c.revoked_at,
        ),
    )
    both = sessions.outerjoin(accounts, sessions.c.account == accounts.c.id).outerjoin(tokens, sessions.c.token == tokens.c.id)
    live = sessions.c.ended_at.is_(None) & (sessions.c.expires_at > now)
    query = select(*columns).select_from(both).where(sessions.c.digest == _digest(cookie), live)
    with store.begin() as connection:
        row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    return _of_account(row) if row["id"] is not None else _of_token(row, now)


def end_session(store: Engine, cookie: str, now: datetime) -> None:
    """Sign out. What is no session stays none."""
    this = (sessions.c.digest == _digest(cookie)) & sessions.c.ended_at.is_(None)
    with store.begin() as connection:
        connection.execute(update(sessions).where(this).values(ended_at=now))


def account_name(id: int, name: str) -> str:
    """An account as it stands in the audit trail: no address, for that only grows."""
    return f"{name} (account {id})" if name and "@" not in name else f"account {id}"


def _of_account(row: RowMapping) -> SignedIn | None:
    if row["closed_at"] is not None:
        return None
    scopes = ACCOUNT_ROLES.get(row["role"], frozenset())
    return SignedIn(account_name(row["id"], row["name"]), row["email"], row["role"], scopes, row["id"])


def _of_token(row: RowMapping, now: datetime) -> SignedIn | None:
    if row["revoked_at"] is not None or row["token_expires_at"] <= now:
        return None
    scopes = frozenset(map(Scope, row["scopes"]))
    return SignedIn(Bearer(row["token"], row["who"], scopes).name, row["who"], "token", scopes, None)


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
