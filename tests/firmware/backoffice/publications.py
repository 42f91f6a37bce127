"""Publications signed by the city, and a store that takes them: what the tests of the publication store start from."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.backoffice.active_config import ActiveConfig
from firmware.backoffice.publication_store import PublicationStore
from firmware.protocol.entitlements import DatedHolding, body_of, entitlement_copy
from firmware.protocol.envelope import PUBLICATION, Envelope, sign_envelope
from firmware.protocol.messages import Configuration, Publication, PublicationKind
from firmware.tariff import Holding
from tests.builders import CITY_KEY, TARIFF_FILE, active_config, site

SITE = site()
SHIPPED = TARIFF_FILE.read_bytes()
PROVISIONED = active_config()
NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
RESIDENT = Holding("resident", frozenset({"11D"}))
AUDIENCES: dict[PublicationKind, str] = {"tariffs": "all", "configuration": "75011-0042", "rights": "11D"}


def tariffs(start_step_minutes: int) -> bytes:
    """The shipped prices, told apart by a parameter."""
    document = json.loads(SHIPPED)
    document["decisions"]["start_step_minutes"] = start_step_minutes
    return json.dumps(document).encode()


def rights(plate: str = "AB-123-CD", sector: str = "11D") -> bytes:
    return body_of(entitlement_copy(sector, bytes(32), {plate: [DatedHolding(RESIDENT, NOW - DAY, None)]}))


def address(text: str) -> bytes:
    return msgspec.json.encode(Configuration(address=text))


def published(
    version: int,
    body: bytes,
    kind: PublicationKind = "configuration",
    *,
    since: datetime = NOW,
    audience: str | None = None,
    key: Ed25519PrivateKey = CITY_KEY,
) -> Envelope:
    document = Publication(kind, audience or AUDIENCES[kind], version, since, msgspec.Raw(body))
    return sign_envelope(PUBLICATION, msgspec.json.encode(document), key)


def store_in(folder: Path) -> PublicationStore:
    return PublicationStore(folder / "published", SITE, CITY_KEY.public_key())


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in (folder / "published").glob("*"))


def found_in(folder: Path, now: datetime = NOW) -> ActiveConfig:
    """As a station that starts now finds it."""
    return store_in(folder).active_config(PROVISIONED, now)
