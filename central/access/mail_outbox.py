"""Outbox of mail: a letter is a row before whoever asked for it is told that it is on its way, and is taken away afterwards.

The theory. A letter is claimed before it is tried, by moving the instant of its next attempt ahead: a worker that dies leaves
one that is tried again, and two workers do not try the same one together. No transaction is open while it is on its way. What
was taken away is no row any more; what is refused, or of no use any more, loses its reader and its text at once and is counted
for an operator. A letter may be delivered twice, when the answer to the first was lost: its Message-ID is the same, made of
what it says.

What a letter says is sealed while it waits, with a key that follows from the city's signing key: whoever reads the database,
or a copy of it, has no link that signs in. It is sealed for its reader: put beside another address it does not open.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import Connection, Engine, RowMapping, delete, func, insert, select, update

from central.access.mail import Mail, MailPort, MailRefusedError, eml_bytes, message_key
from central.core import logs
from central.core.city import City
from central.core.signing import derive_key
from central.db.account_tables import mails

LEASE = timedelta(minutes=2)
"""How long whoever claimed a letter may take: longer than the longest session with a far end."""
FIRST_WAIT, LONGEST_WAIT, LONGER = timedelta(seconds=5), timedelta(hours=1), 3
"""Before the second attempt, before any, and how many times the one before."""
COUNTED, KEPT = timedelta(days=1), timedelta(days=30)
"""How long a letter that was given up is counted, and kept."""
LATE = timedelta(minutes=5)
"""A letter that has waited longer has not left."""
NONCE_BYTES = 12
NOT_OURS = "sealed with another key"
"""Answer to a letter that the city's key does not open."""


@dataclass(frozen=True)
class MailOutbox:
    """Takes letters by writing them down: the port of whoever answers a request."""

    city: City

    def send(self, mail: Mail, at: datetime) -> None:
        """Write a letter down; the same one again changes nothing. Raises ValueError for what is no letter."""
        with self.city.store.begin() as connection:
            write_mail(connection, self.city, mail, at)


@dataclass(frozen=True)
class MailQueue:
    """What has not left."""

    waiting: int
    oldest_at: datetime | None
    """When the oldest of them was written."""
    answer: str
    """The last one that was not a good one; empty: there was none."""
    lost: int
    """Of the last day: nobody took them while they were of use."""
    refused: int
    """Of the last day: the relay would not have them, for an address that does not exist, say."""

    def is_late(self, now: datetime) -> bool:
        """Whether an operator has to look."""
        return self.lost > 0 or (self.oldest_at is not None and self.oldest_at < now - LATE)


def write_mail(connection: Connection, city: City, mail: Mail, at: datetime) -> None:
    """Write a letter down with what it tells of; the same one again changes nothing.

    Raises ValueError for what is no letter.
    """
    eml_bytes(mail, at)
    key = message_key(mail, at)
    said = {"recipient": mail.to, "subject": mail.subject, "useless_at": at + mail.good_for}
    if connection.scalar(select(mails.c.id).where(mails.c.message == key)) is None:
        said |= {"message": key, "text": _seal(city, mail.text, key, mail.to)}
        connection.execute(insert(mails).values(made_at=at, attempts=0, due_at=at, **said))


def send_next_mail(city: City, port: MailPort, clock: Callable[[], datetime]) -> bool:
    """Try one letter that is due, once; False if there is none, or nobody takes mail now."""
    store = city.store
    row = _claim(store, clock())
    if row is None:
        return False
    if row["useless_at"] <= clock():
        _give_up(store, row, "too late", clock())
        return True
    text = _unseal(city, row)
    if text is None:
        _give_up(store, row, NOT_OURS, clock(), lost=True)
        return True
    try:
        port.send(Mail(row["recipient"], row["subject"], text), row["made_at"])
    except MailRefusedError as error:
        _give_up(store, row, str(error), clock())
    except OSError as error:
        _postpone(store, row, _answer_of(error), clock())
        return False
    else:
        with store.begin() as connection:
            connection.execute(delete(mails).where(mails.c.id == row["id"]))
    return True


def read_mail_queue(store: Engine, now: datetime) -> MailQueue:
    """What has not left."""
    columns = mails.c
    waits, recent = columns.due_at.is_not(None), columns.given_up_at > now - COUNTED
    was_late = columns.given_up_at >= columns.useless_at
    numbers = (func.count().filter(each) for each in (waits, recent & was_late, recent & ~was_late))
    counts = select(func.min(columns.made_at).filter(waits), *numbers)
    last = select(columns.answer).where(columns.answer.is_not(None)).order_by(columns.id.desc()).limit(1)
    with store.begin() as connection:
        oldest_at, waiting, lost, refused = connection.execute(counts).one()
        return MailQueue(waiting, oldest_at, connection.scalar(last) or "", lost, refused)


def _claim(store: Engine, now: datetime) -> RowMapping | None:
    columns = mails.c
    first = select(mails).where(columns.due_at <= now).order_by(columns.due_at, columns.id).limit(1)
    with store.begin() as connection:
        row = connection.execute(first.with_for_update(skip_locked=True)).mappings().one_or_none()
        if row:
            claimed = update(mails).where(columns.id == row["id"])
            connection.execute(claimed.values(due_at=now + LEASE, attempts=columns.attempts + 1))
    return row


def _postpone(store: Engine, row: RowMapping, answer: str, now: datetime) -> None:
    """Until the next attempt, or its end: an operator sees then what was answered."""
    wait = min(LONGEST_WAIT, FIRST_WAIT * LONGER ** min(row["attempts"], 8))
    logs.log(logs.SERVER, "mail waits", answer=answer)
    with store.begin() as connection:
        values = {"due_at": min(now + wait, row["useless_at"]), "answer": answer}
        connection.execute(update(mails).where(mails.c.id == row["id"]).values(values))


def _seal(city: City, text: str, key: str, to: str) -> str:
    nonce = city.draw(NONCE_BYTES)
    sealed = _cipher(city).encrypt(nonce, text.encode(), _bound(key, to))
    return base64.b64encode(nonce + sealed).decode()


def _unseal(city: City, row: RowMapping) -> str | None:
    """What a letter says; None: it was sealed by another city or for another reader, or stands there in plain text."""
    try:
        sealed = base64.b64decode(row["text"], validate=True)
        bound = _bound(row["message"], row["recipient"])
        return _cipher(city).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound).decode()
    except (InvalidTag, binascii.Error, ValueError):
        return None


def _bound(key: str, to: str) -> bytes:
    """What a seal holds for: this letter, to this reader."""
    return f"{key}\n{to}".encode()


def _cipher(city: City) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(derive_key(city.key, "mail that waits"))


def _give_up(store: Engine, row: RowMapping, answer: str, now: datetime, lost: bool = False) -> None:
    """No further attempt; whom it was for and what it said go. Of one that is too late the answer that made it so stays.

    `lost`: it is of no use from now on, through no fault of its reader.
    """
    known = row["answer"] if answer == "too late" and row["answer"] else answer
    logs.log(logs.SERVER, "mail given up", answer=known)
    gone = {"recipient": "", "text": "", "due_at": None, "given_up_at": now, "answer": known}
    gone |= {"useless_at": now} if lost else {}
    with store.begin() as connection:
        connection.execute(update(mails).where(mails.c.id == row["id"]).values(gone))
        connection.execute(delete(mails).where(mails.c.given_up_at < now - KEPT))


def _answer_of(error: OSError) -> str:
    """A far end's code, or what kind of error it was: never a text, which may quote an address."""
    code = getattr(error, "smtp_code", None)
    return str(code) if isinstance(code, int) else type(error).__name__
