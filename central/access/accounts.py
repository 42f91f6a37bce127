"""Accounts of people who sign in by e-mail address, and what each role may do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from central.access.tokens import ROLES, Scope
from central.core import audit
from central.db.account_tables import accounts
from firmware.domain.errors import FieldError

APPLICANT = "applicant"
"""Whoever asks the city for something: made by the first sign-in of an address."""
ACCOUNT_ROLES: Mapping[str, frozenset[Scope]] = ROLES
"""Role of an account -> the scopes it has: those of tokens."""
LONGEST_NAME, LONGEST_EMAIL = 60, 254
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.ASCII)


@dataclass(frozen=True)
class Account:
    """An account, as it is kept."""

    id: int
    email: str
    name: str
    role: str
    created_at: datetime
    created_by: str
    closed_at: datetime | None
    language: str | None
    """That of letters to it; None: nobody signed in since it is kept."""


def email_in(text: str) -> str:
    """An e-mail address, in small letters. Raises FieldError for what is none."""
    email = text.strip().lower()
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email):
        raise FieldError("email", "is not an e-mail address")
    return email


def create_account(store: Engine, email: str, name: str, role: str, by: str, now: datetime) -> int:
    """Make an account and return its id. Audited. Raises FieldError for an address that has one, no address, no role."""
    address = email_in(email)
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise FieldError("name", f"must have at most {LONGEST_NAME} characters, on one line")
    if role not in ACCOUNT_ROLES:
        raise FieldError("role", f"must be one of {', '.join(ACCOUNT_ROLES)}")
    with store.begin() as connection:
        if find_account(connection, address):
            raise FieldError("email", "has an account already")
        return insert_account(connection, address, name.strip(), role, by, now)


def insert_account(connection: Connection, email: str, name: str, role: str, by: str, now: datetime) -> int:
    """Make an account within a transaction, and return its id. Audited, without the address."""
    row = {"email": email, "name": name, "role": role, "created_at": now, "created_by": by}
    made = connection.execute(insert(accounts).values(row)).inserted_primary_key
    assert made is not None
    audit.note(connection, now, by, "account made", f"account {made[0]}", role=role)
    return int(made[0])


def find_account(connection: Connection, email: str) -> Account | None:
    """The account of an address; None if it has none."""
    row = connection.execute(select(accounts).where(accounts.c.email == email)).mappings().one_or_none()
    return None if row is None else _account(row)


def list_accounts(store: Engine) -> tuple[Account, ...]:
    """Every account there has been but those of applicants, oldest first."""
    query = select(accounts).where(accounts.c.role != APPLICANT).order_by(accounts.c.id)
    with store.begin() as connection:
        return tuple(map(_account, connection.execute(query).mappings()))


def close_account(store: Engine, email: str, by: str, now: datetime) -> None:
    """Close an account: its sessions end with the next request. Audited. Raises LookupError if none is open."""
    with store.begin() as connection:
        account = find_account(connection, email.strip().lower())
        if account is None or account.closed_at:
            raise LookupError("no open account has this address")
        connection.execute(update(accounts).where(accounts.c.id == account.id).values(closed_at=now))
        audit.note(connection, now, by, "account closed", f"account {account.id}")


def keep_language(store: Engine, id: int, language: str) -> None:
    """Keep in which language letters to an account are written."""
    other = (accounts.c.id == id) & accounts.c.language.is_distinct_from(language)
    with store.begin() as connection:
        connection.execute(update(accounts).where(other).values(language=language))


def _account(row: RowMapping) -> Account:
    return Account(**row)
