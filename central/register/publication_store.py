"""Publication store: signs and keeps every version, finds the active one and the ones a station lacks.

The theory. In force at an instant is the greatest version whose date has come. So a version can still come into force, and a
station still wants it, unless a greater one is in force already or will be no later than itself: that one supersedes it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, insert, or_, select

from central.db.locks import transaction_lock
from central.db.prepared import fetch
from central.db.tables import publications
from firmware.protocol.envelope import PUBLICATION, Envelope, envelope_in, message_of, sign_envelope
from firmware.protocol.messages import Publication, PublicationKind


@dataclass(frozen=True)
class Draft:
    """A document to be published, before it has a version."""

    kind: PublicationKind
    audience: str
    """`all` for tariffs, a station for its configuration, a sector for rights."""
    effective_from: datetime
    """Aware."""
    body: bytes
    """JSON, already checked; signed as it is."""
    made_of: str
    """Of two drafts with one text here, the second would say nothing new."""


@dataclass(frozen=True)
class Newest:
    """The last version made for an audience, in force or not."""

    version: int
    made_of: str


_NEWEST = (
    select(publications.c.version, publications.c.made_of)
    .where(publications.c.kind == bindparam("kind"), publications.c.audience == bindparam("audience"))
    .order_by(publications.c.version.desc())
    .limit(1)
)


def find_newest(connection: Connection, kind: PublicationKind, audience: str) -> Newest | None:
    """The last version made for an audience; None if there has never been one."""
    rows = fetch(connection, _NEWEST, {"kind": kind, "audience": audience})
    return Newest(*rows[0]) if rows else None


def lock_audience(connection: Connection, kind: PublicationKind, audience: str) -> None:
    """Lock an audience until this transaction ends: nobody else makes a version for it, what is newest now stays newest."""
    transaction_lock(connection, f"publish {kind} {audience}")


def add_version(connection: Connection, key: Ed25519PrivateKey, draft: Draft, by: str, now: datetime) -> int:
    """Sign a draft as the version after the newest one, and keep it: its version."""
    lock_audience(connection, draft.kind, draft.audience)
    before = find_newest(connection, draft.kind, draft.audience)
    version = before.version + 1 if before else 1
    document = Publication(draft.kind, draft.audience, version, draft.effective_from, msgspec.Raw(draft.body))
    values = {
        "kind": draft.kind,
        "audience": draft.audience,
        "version": version,
        "effective_from": draft.effective_from,
        "envelope": message_of(sign_envelope(PUBLICATION, msgspec.json.encode(document), key)),
        "made_of": draft.made_of,
        "published_at": now,
        "published_by": by,
    }
    connection.execute(insert(publications).values(values))
    return version


def find_active(connection: Connection, kind: PublicationKind, audience: str, at: datetime) -> bytes | None:
    """The envelope, as it was signed, of the version in force at `at`, which may lie ahead; None if nothing is."""
    columns = publications.c
    found = select(columns.envelope).where(_of(kind, audience), columns.effective_from <= at)
    envelope: bytes | None = connection.scalar(found.order_by(columns.version.desc()).limit(1))
    return envelope


def all_versions(connection: Connection, kind: PublicationKind, audience: str) -> tuple[tuple[datetime, bytes], ...]:
    """Every version, the greatest first: since when it is in force, and its envelope, as it was signed."""
    columns = publications.c
    found = select(columns.effective_from, columns.envelope).where(_of(kind, audience)).order_by(columns.version.desc())
    return tuple((row.effective_from, row.envelope) for row in connection.execute(found))


def newer_versions(
    connection: Connection, audiences: Mapping[PublicationKind, str], have: Mapping[str, int], now: datetime
) -> tuple[Envelope, ...]:
    """Versions that are or will be in force for these audiences and are newer than those in hand: by kind, oldest first."""
    of = {f"for_{kind}": audience for kind, audience in audiences.items()}
    asked = of | {f"have_{kind}": have.get(kind, 0) for kind in audiences}
    return tuple(envelope_in(envelope) for (envelope,) in fetch(connection, _newer(tuple(audiences)), {**asked, "now": now}))


@functools.cache
def _newer(kinds: tuple[PublicationKind, ...]) -> Select[tuple[bytes]]:
    """Of each kind, its versions for the audience `for_KIND` after the version `have_KIND`; the instant is `now`."""
    mine, greater = publications.c, publications.alias().c
    newer = or_(
        *(
            (mine.kind == kind) & (mine.audience == bindparam(f"for_{kind}")) & (mine.version > bindparam(f"have_{kind}"))
            for kind in kinds
        )
    )
    superseded = exists().where(
        (greater.kind == mine.kind) & (greater.audience == mine.audience) & (greater.version > mine.version),
        or_(greater.effective_from <= bindparam("now"), greater.effective_from <= mine.effective_from),
    )
    return select(mine.envelope).where(newer, ~superseded).order_by(mine.kind, mine.version)


def _of(kind: PublicationKind, audience: str) -> ColumnElement[bool]:
    return (publications.c.kind == kind) & (publications.c.audience == audience)
