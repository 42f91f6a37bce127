"""Nothing that station and city say to each other says a member twice: neither the envelope nor what is signed in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.domain.errors import FieldError
from firmware.protocol.city_time import sign_time, time_in
from firmware.protocol.entry import EntryContent, body_of, content_in, position_of
from firmware.protocol.envelope import CITY_TIME, EnvelopeError, envelope_in, message_of, public_key_text, sign_envelope
from firmware.protocol.facts import Started
from firmware.protocol.genesis import Genesis, genesis_in
from firmware.protocol.messages import (
    CityAnswer,
    ClockQuality,
    Configuration,
    Publication,
    PullRequest,
    StationStatement,
    StatusReport,
    batch_in,
    batch_of,
    city_answer_in,
    configuration_in,
    publication_in,
    pull_in,
    statement_in,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
STATION = "75011-0042"
STATEMENT = StationStatement(
    STATION, 7, AT, "0" * 64, 0, "0" * 64, 0, report=StatusReport("0.1.0", ClockQuality.SYNCHRONISED), generation=1
)
ENVELOPE = sign_envelope("any", b'{"a":1}', KEY)
WRITTEN: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "envelope": (envelope_in, message_of(ENVELOPE)),
    "answer": (city_answer_in, msgspec.json.encode(CityAnswer(publications=(ENVELOPE,), detail="said"))),
    "statement": (statement_in, msgspec.json.encode(STATEMENT)),
    "batch": (batch_in, batch_of(STATEMENT, (), KEY)),
    "pull": (pull_in, msgspec.json.encode(PullRequest(STATION, 7, {"tariffs": 3}))),
    "publication": (publication_in, msgspec.json.encode(Publication("tariffs", "all", 1, AT, msgspec.Raw(b"{}")))),
    "configuration": (configuration_in, msgspec.json.encode(Configuration(address="1 rue Neuve"))),
    "genesis": (genesis_in, msgspec.json.encode(Genesis(STATION, 1, public_key_text(KEY.public_key()), None))),
    "entry": (content_in, body_of(EntryContent(1, STATION, AT, 1.0, "boot", Started("0.1.0", "2024-10-01")))),
    "place of an entry": (position_of, body_of(EntryContent(1, STATION, AT, 1.0, "boot", Started("0.1.0", "2024-10-01")))),
}


def doubled(document: bytes) -> bytes:
    """The same, with its first member once more: whichever of the two a decoder keeps, it is a good one."""
    name, value = next(iter(json.loads(document).items()))
    return f"{{{json.dumps(name)}:{json.dumps(value)},".encode() + document[1:]


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_member_that_is_given_twice_is_refused(kind: str) -> None:
    read, document = WRITTEN[kind]
    read(document)
    with pytest.raises(FieldError, match="given twice"):
        read(doubled(document))


def test_an_answer_whose_publication_says_twice_what_was_signed_is_refused() -> None:
    document = WRITTEN["answer"][1]
    with pytest.raises(FieldError, match="signed: given twice"):
        city_answer_in(document.replace(b'"signed":', b'"signed":{"version":2},"signed":', 1))


def test_a_time_of_the_city_says_each_member_once() -> None:
    good = sign_time(STATION, 7, AT, KEY)
    assert time_in(good, STATION, 7, KEY.public_key()) == AT
    with pytest.raises(EnvelopeError, match="given twice"):
        time_in(sign_envelope(CITY_TIME, doubled(bytes(good.signed)), KEY), STATION, 7, KEY.public_key())
