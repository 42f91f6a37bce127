"""The messages between a station and the city: requests, answers, publications, as JSON.

The theory. A station signs a short statement, not its entries: the statement names the hash they continue from, the last of
them and its hash, and the chain makes these speak for every entry between. So the statement alone is what the city keeps as
proof, and nothing can be changed in a batch, cut from either end of it, added or moved without one of the two telling.

The request number (`contact` on the wire) only ever grows. A request that comes a second time, from the wire or from a thief's
disk, has a number that was used, and counts for nothing (no replay); the station that lost its own count is told where to go
on. No clock is needed for it: a station whose clock is wrong must still be able to hand in what it sold.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import Annotated, Literal, get_args

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Meta

from firmware.domain.base64url import base64url_encode
from firmware.domain.decoding import StrictStruct, decode_json
from firmware.domain.site import Address, NearestMachine, StreetKind
from firmware.protocol.entry import Entry
from firmware.protocol.envelope import PULL, STATEMENT, Envelope, Signature, message_of, sign_envelope
from firmware.protocol.genesis import GenerationNumber, HexHash, Position, first_hash
from firmware.protocol.person import Person

Natural = Annotated[int, Meta(ge=0, lt=1 << 53)]


# --- station to city ----------------------------------------------------------------------------------------------


class ClockQuality(Enum):
    """How the station's wall clock is kept."""

    SYNCHRONISED = "synchronised"
    FREE = "free running"
    UNKNOWN = "unknown"


class StatusReport(StrictStruct, frozen=True, omit_defaults=True):
    """Software, clock quality and publications of a station. Its device alarms are in the entries, if it can write any."""

    software: Annotated[str, Meta(max_length=40)]
    """Its version."""
    clock: ClockQuality
    holding: dict[Annotated[str, Meta(max_length=20)], Natural] = msgspec.field(default_factory=dict)
    """The greatest version in hand of each kind of publication."""
    unwritable: bool = False
    """Its folder cannot be written: it sells nothing, and the alarm of that is in no entry."""


class StationStatement(StrictStruct, frozen=True, omit_defaults=True):
    """What the station signs with each batch: what it hands in, what it still holds, how it is."""

    station: str
    request_number: Natural = msgspec.field(name="contact")
    """Greater each time."""
    sent_at: Annotated[datetime, Meta(tz=True)]
    """By the station's own wall clock; may be wrong, and then the city sees by how much."""
    base: HexHash
    """What the first entry of this batch continues from; of an empty one, `head`."""
    last: Natural
    """The last entry of this batch; of an empty one, the last one the city has acknowledged."""
    head: HexHash
    """Its hash, which speaks for every entry before it."""
    held: Natural
    """The last entry of the journal: what is still to come after this batch is `held - last`."""
    report: StatusReport
    generation: GenerationNumber = 1
    """Of the journal these entries stand in."""
    genesis: Annotated[str, Meta(max_length=500)] = ""
    """The document that journal begins with; empty for a journal of before generations."""
    newest: GenerationNumber = 1
    """The generation the station writes now. Of an earlier one nothing that is new says how complete the data is."""

    @property
    def first_hash(self) -> bytes:
        """What the first entry of the journal continues from."""
        return first_hash(self.station, self.genesis.encode())


class Sent(StrictStruct, frozen=True, omit_defaults=True):
    """One journal entry on its way to the city."""

    body: str
    """The exact text of the body."""
    hash: HexHash
    personal: Annotated[str, Meta(max_length=200)] | None = None
    """The entry's personal part (see `personal.py`), base64url; absent if it has none, or no longer."""


class Batch(StrictStruct, frozen=True):
    """The request body a station posts entries in. An empty batch says: I am here, and I hold nothing after `last`."""

    signed: msgspec.Raw
    """A StationStatement."""
    signature: Signature
    entries: tuple[Sent, ...]

    @property
    def envelope(self) -> Envelope:
        """The part that is signed."""
        return Envelope(self.signed, self.signature)


class DeliveryReport(StrictStruct, frozen=True, omit_defaults=True):
    """How a station's deliveries go. It stands in another request than they do: the city hears of what it refuses."""

    waiting: Natural = 0
    """Entries the city has not acknowledged, of every generation."""
    refused: Annotated[str, Meta(max_length=200)] = ""
    """Why the city did not take the last batch it answered; empty if it did."""


class PullRequest(StrictStruct, frozen=True, omit_defaults=True):
    """The signed request for new publications."""

    station: str
    request_number: Natural = msgspec.field(name="contact")
    have: dict[Annotated[str, Meta(max_length=20)], Natural]
    """The greatest version in hand of each kind; newer ones are wanted."""
    delivery: DeliveryReport = DeliveryReport()


_statement = msgspec.json.Decoder(StationStatement)
_batch = msgspec.json.Decoder(Batch)
_pull = msgspec.json.Decoder(PullRequest)


def batch_of(statement: StationStatement, entries: Sequence[Entry], key: Ed25519PrivateKey) -> bytes:
    """Encode and sign the request body that carries these entries."""
    sent = tuple(map(sent_of, entries))
    envelope = sign_envelope(STATEMENT, msgspec.json.encode(statement), key)
    return msgspec.json.encode(Batch(envelope.signed, envelope.signature, sent))


def sent_of(entry: Entry) -> Sent:
    """A journal entry as it travels."""
    personal = None if entry.personal is None else base64url_encode(entry.personal)
    return Sent(entry.body.decode("utf-8", "replace"), entry.hash.hex(), personal)


def pull_of(pull: PullRequest, key: Ed25519PrivateKey) -> bytes:
    """Encode and sign the request body that asks for publications."""
    return message_of(sign_envelope(PULL, msgspec.json.encode(pull), key))


def batch_in(data: bytes) -> Batch:
    """Decode a batch. Raises ValueError naming the member that is wrong."""
    return decode_json(_batch, data)


def statement_in(document: bytes) -> StationStatement:
    """What was signed. Raises ValueError naming the member that is wrong."""
    return decode_json(_statement, document)


def pull_in(document: bytes) -> PullRequest:
    """What was signed. Raises ValueError naming the member that is wrong."""
    return decode_json(_pull, document)


# --- city to station ----------------------------------------------------------------------------------------------


class CityAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The city's answer to a batch or a pull: one of these, and beside `next` what is said so. Other members (of a problem
    document) are ignored."""

    next: Annotated[int, Meta(ge=1)] | None = None
    """Everything before this sequence number is stored for good; this one comes next."""
    send_from: Annotated[int, Meta(ge=1)] | None = None
    """Nothing was stored: entries from this one on are missing here."""
    fork: Annotated[int, Meta(ge=0)] | None = None
    """Beside `next`: the city holds another entry, or another past, at this number of this generation, and has taken this
    journal's as well. The station goes on in a new generation."""
    holds: Position | None = None
    """Beside `next`: the end of what the city holds of this station's newest generation."""
    clone: bool = False
    """Beside `next`: two machines hand in under this name."""
    request_number_from: Natural | None = msgspec.field(name="contact_from", default=None)
    """Nothing was stored: this request number was used before; use this one, or a greater one."""
    publications: tuple[Envelope, ...] | None = None
    """What is published for this station and newer than what it has, oldest first."""
    time: Envelope | None = None
    """Beside `publications`: the city's time, signed (see `city_time.py`)."""
    detail: str | None = None
    """Nothing was stored, and why."""


_answer = msgspec.json.Decoder(CityAnswer)


def city_answer_in(data: bytes) -> CityAnswer:
    """Decode the city's answer. Raises ValueError for anything that is not one."""
    return decode_json(_answer, data)


# --- what the city publishes --------------------------------------------------------------------------------------

PublicationKind = Literal["tariffs", "configuration", "rights"]
KINDS: tuple[PublicationKind, ...] = get_args(PublicationKind)


class Publication(StrictStruct, frozen=True):
    """What the city signs: a document of one kind, for whom, and from when on it holds.

    In force at an instant is the one with the greatest version among those whose `effective_from` has come. A version is never
    published twice, and a station never takes one that is not greater than all it has had: what was withdrawn stays withdrawn.
    """

    kind: PublicationKind
    audience: str
    """`all` for tariffs, the station for its configuration, the residential sector for rights."""
    version: Annotated[int, Meta(ge=1, lt=1 << 53)]
    effective_from: Annotated[datetime, Meta(tz=True)]
    body: msgspec.Raw
    """As in `tariffs.json`, a Configuration, or the file of an EntitlementCopy."""


_publication = msgspec.json.Decoder(Publication)


class Configuration(StrictStruct, frozen=True, omit_defaults=True):
    """Remote configuration of a station. Absent members stay as the station was provisioned."""

    address: Address | None = None
    nearest: NearestMachine | None = None
    street: StreetKind | None = None
    people: Annotated[tuple[Person, ...], Meta(max_length=99)] | None = None
    """Who may open the service menu, in place of the station's own file; absent: the file counts."""


_configuration = msgspec.json.Decoder(Configuration)


def publication_in(document: bytes) -> Publication:
    """What the city signed. Raises ValueError naming the member that is wrong."""
    return decode_json(_publication, document)


def configuration_in(body: bytes) -> Configuration:
    """The configuration in a publication. Raises ValueError naming the member that is wrong."""
    return decode_json(_configuration, body)
