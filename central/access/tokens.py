"""Bearer tokens of people and programs, and their scopes.

The theory. A token is `hdt_<id>_<secret>`. The id is not secret: it stands in logs, in the audit trail and beside every check.
The secret is 32 random bytes, so nobody can guess it, and its SHA-256 is as good as a slow hash of a password; it is shown once
and kept nowhere. What is revoked is refused from the next request on by the worker that revoked it, and within a second by
every other (central/core/remembered.py).

Nobody can give what he has not got: whoever issues a token holds every scope of it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, RowMapping, bindparam, func, insert, select, update

from central.core import audit
from central.core.remembered import forget, is_remembered, remember
from central.db.locks import transaction_lock
from central.db.store import single_statements
from central.db.tables import tokens as table
from firmware.domain.errors import FieldError


class Scope(StrEnum):
    """What a token permits."""

    CHECK = "check"
    """Check plates."""
    FLEET = "fleet"
    """Read the state of the stations."""
    WAITING = "waiting"
    """Read and clear the exceptions queue: dead letters, incidents."""
    ENROL = "enrol"
    """Enrol and revoke stations."""
    RIGHTS = "rights"
    """Replace a series of holdings."""
    PUBLISH = "publish"
    """Publish tariffs and configurations; enter the city's figures of the yearly report."""
    TOKENS = "tokens"
    """Issue, list and revoke tokens."""
    AGENT = "agent"
    """Propose notices in one's own name, an agent's number, and read them."""
    NOTICES = "notices"
    """Read notices; send, withdraw, cancel, warn, enforce and write off notices."""
    PAYMENTS = "payments"
    """Read notices; record payments of them, and refunds."""
    APPEALS = "appeals"
    """Record appeals, examine and decide them; record what the court was given and judged."""
    APPLICANT = "applicant"
    """Ask for parking cards: the requests of one's own account, and no other."""
    CLERK = "clerk"
    """Examine requests for parking cards, decide them, send the cards."""
    SELL = "sell"
    """Write the parkings that one seller by telephone sold, and say until when they are complete."""
    PARTNER = "partner"
    """Read sessions and assigned rights, without plates; with them, for who may check plates too."""
    WEBHOOKS = "webhooks"
    """Say where events are sent; see what could not be delivered."""
    AUDIT = "audit"
    """Read who did what, which plates were asked about, and which refusals are contradicted."""


ROLES: Mapping[str, frozenset[Scope]] = {
    "agent": frozenset({Scope.CHECK, Scope.AGENT}),
    "notices": frozenset({Scope.NOTICES}),
    "cashier": frozenset({Scope.PAYMENTS}),
    "examiner": frozenset({Scope.APPEALS}),
    "applicant": frozenset({Scope.APPLICANT}),
    "clerk": frozenset({Scope.CLERK}),
    "seller": frozenset({Scope.SELL}),
    "partner": frozenset({Scope.PARTNER}),
    "operator": frozenset(Scope),
    "auditor": frozenset({Scope.FLEET, Scope.AUDIT}),
}
LONGEST_LIFE = timedelta(days=366)
LONGEST_NAME = 60
MOST = 1000
"""Good tokens that are remembered, the newest."""
_GOOD = "good tokens"
_CHANGES = select(func.count(), func.count(table.c.revoked_at), func.max(table.c.id))
"""Tokens are issued and revoked, and nothing else: each of it changes these numbers."""
_KEPT: WeakKeyDictionary[Engine, tuple[tuple[object, ...], Mapping[str, Mapping[str, Any]]]] = WeakKeyDictionary()
"""Good tokens by their ids, beside what `_CHANGES` gave before they were read."""
_BY_ID = select(table).where(table.c.id == bindparam("id"))
TOKEN = re.compile(r"hdt_([0-9a-f]{12})_([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True)
class Bearer:
    """The holder of a valid token."""

    id: str
    who: str
    scopes: frozenset[Scope]
    seller: str | None = None
    """Whose parkings it may write; None: nobody's."""

    @property
    def name(self) -> str:
        """As it stands in the audit trail and beside a check: two tokens may carry one name."""
        return token_actor(self.who, self.id)


@dataclass(frozen=True)
class Token:
    """A token as it is kept: enough to recognise it, not enough to use it."""

    id: str
    who: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime
    revoked_at: datetime | None
    seller: str | None


def token_actor(who: str, id: str) -> str:
    """The holder of a token as the audit trail names them: never by an address, for that only grows."""
    return f"{who} ({id})" if who and "@" not in who else f"token {id}"


def issue_token(
    store: Engine,
    who: str,
    scopes: Collection[Scope],
    lifetime: timedelta,
    by: str,
    now: datetime,
    seller: str | None = None,
) -> str:
    """Issue a token and return it: the only time its secret is seen. Audited. `seller`: whose parkings it may write.

    Raises FieldError for no name, no scope, or a life that is not longer than nothing and at most LONGEST_LIFE.
    """
    with store.begin() as connection:
        return _insert_token(connection, _TokenGrant(who, scopes, lifetime, seller), by, now)


def issue_first_operator(store: Engine, who: str, lifetime: timedelta, by: str, now: datetime) -> str:
    """Issue the token of the first operator of a register, once. Audited.

    Raises LookupError if an operator was ever made, FieldError as `issue_token`.
    """
    with store.begin() as connection:
        transaction_lock(connection, "first operator")
        if any(Scope.TOKENS in scopes for scopes in connection.scalars(select(table.c.scopes))):
            raise LookupError("this register already has a first operator")
        return _insert_token(connection, _TokenGrant(who, ROLES["operator"], lifetime), by, now)


def find_bearer(store: Engine, text: str, now: datetime) -> Bearer | None:
    """The holder of a token; None if it is none, was never issued, has expired or is revoked: which of them is not told."""
    parts = TOKEN.fullmatch(text)
    if parts is None:
        return None
    row = _remembered_rows(store, now).get(parts[1]) or _row_of(store, parts[1])
    if row is None or not hmac.compare_digest(row["digest"], _digest(parts[2])):
        return None
    if row["revoked_at"] is not None or row["expires_at"] <= now:
        return None
    return Bearer(row["id"], row["who"], frozenset(map(Scope, row["scopes"])), row["seller"])


def is_known(store: Engine, text: str, now: datetime) -> bool:
    """Whether the holder of what may be a token is found without asking the database."""
    return is_remembered(store, _GOOD, now) and token_id(text) in _remembered_rows(store, now)


def _remembered_rows(store: Engine, now: datetime) -> Mapping[str, Mapping[str, Any]]:
    """The good tokens by their ids, read together: an agent checks a plate now and then, and a city has many agents."""
    return remember(store, _GOOD, now, lambda: _good_rows(store, now)) or {}


def _good_rows(store: Engine, now: datetime) -> Mapping[str, Mapping[str, Any]]:
    """Read again only if a token was issued or revoked: to read a thousand of them takes longer than ten checks."""
    columns, kept = table.c, _KEPT.get(store)
    good = select(table).where(columns.revoked_at.is_(None), columns.expires_at > now).order_by(columns.created_at.desc())
    with single_statements(store) as connection:
        changes = tuple(connection.execute(_CHANGES).one())
        if kept is None or kept[0] != changes:
            kept = changes, {row["id"]: dict(row) for row in connection.execute(good.limit(MOST)).mappings()}
            _KEPT[store] = kept
    return kept[1]


def _row_of(store: Engine, id: str) -> Mapping[str, Any] | None:
    """One that is not remembered: it is new, or no good, or one of more than MOST."""
    with single_statements(store) as connection:
        row = connection.execute(_BY_ID, {"id": id}).mappings().one_or_none()
        return None if row is None else dict(row)


def token_id(text: str) -> str:
    """The id a token claims to have; empty for what is no token."""
    parts = TOKEN.fullmatch(text)
    return parts[1] if parts else ""


def revoke_token(store: Engine, id: str, by: str, now: datetime) -> None:
    """Revoke a token from now on. Audited; a second time changes nothing. Raises LookupError if there is none.

    Another worker may take it for one second more.
    """
    with store.begin() as connection:
        known = connection.execute(select(table.c.revoked_at).where(table.c.id == id).with_for_update()).one_or_none()
        if known is None:
            raise LookupError(f"no token {id!r}")
        if known.revoked_at is None:
            connection.execute(update(table).where(table.c.id == id).values(revoked_at=now))
            audit.note(connection, now, by, "token revoked", id)
    forget(store)


def list_tokens(store: Engine) -> tuple[Token, ...]:
    """Every token there has been, oldest first."""
    with store.begin() as connection:
        rows = connection.execute(select(table).order_by(table.c.created_at, table.c.id)).mappings()
        return tuple(map(_token, rows))


@dataclass(frozen=True)
class _TokenGrant:
    """To whom a token is issued, and for what."""

    who: str
    scopes: Collection[Scope]
    lifetime: timedelta
    seller: str | None = None


def _insert_token(connection: Connection, grant: _TokenGrant, by: str, now: datetime) -> str:
    who, scopes, lifetime = grant.who.strip(), sorted(grant.scopes), grant.lifetime
    if not 1 <= len(who) <= LONGEST_NAME:
        raise FieldError("who", f"must have 1 to {LONGEST_NAME} characters")
    if not scopes:
        raise FieldError("scopes", "at least one scope is required")
    if not timedelta(0) < lifetime <= LONGEST_LIFE:
        raise FieldError("days", f"must be 1 to {LONGEST_LIFE.days}")
    token, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = {"id": token, "digest": _digest(secret), "who": who, "scopes": scopes, "created_at": now}
    connection.execute(insert(table).values(**row, created_by=by, expires_at=now + lifetime, seller=grant.seller))
    said = {"to": "" if "@" in who else who, "scopes": " ".join(scopes), "seller": grant.seller or ""}
    detail = {name: value for name, value in said.items() if value}
    audit.note(connection, now, by, "token issued", token, **detail)
    return f"hdt_{token}_{secret}"


def _token(row: RowMapping) -> Token:
    values = {name: row[name] for name in ("id", "who", "created_at", "created_by", "expires_at", "revoked_at", "seller")}
    return Token(**values, scopes=tuple(map(Scope, row["scopes"])))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
