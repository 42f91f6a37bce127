"""Batches of journal entries: parsed, and held against what was signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from central.core.problems import decoding_error
from firmware.domain.base64url import base64url_decode
from firmware.domain.errors import FieldError
from firmware.protocol.entry import LAST_SEQ, Entry, EntryContent, chain_hash, content_in, position_of, with_personal
from firmware.protocol.genesis import genesis_in
from firmware.protocol.messages import Batch, Sent, StationStatement, batch_in

LARGEST = 1000
"""Entries in a batch, at most."""


@dataclass(frozen=True)
class ReceivedEntry(Entry):
    """An entry as it was handed in, read once."""

    generation: int = 1
    """Of the journal that it says it stands in."""
    content: EntryContent | None = None
    """What it says, its personal part put back; None if it is not understood."""


@dataclass(frozen=True)
class JournalRun:
    """Entries that follow one another in one journal, as they are handed in; none: only how far the journal goes."""

    station: str
    generation: int
    genesis: bytes
    """The document that the journal begins with; empty for one of before generations."""
    base: bytes
    """What the first entry continues from; of none, `head`."""
    last: int
    """The last of them; of none, the one that the city is thought to hold."""
    head: bytes
    """Its hash."""
    entries: Sequence[ReceivedEntry]


def parse_batch(station: str, body: bytes) -> tuple[Batch, list[ReceivedEntry]]:
    """The batch of a request, its entries in one unbroken chain. Raises FieldError naming the field that is wrong."""
    try:
        batch = batch_in(body)
    except ValueError as error:
        raise decoding_error(error) from error
    if len(batch.entries) > LARGEST:
        raise FieldError("entries", f"a batch has at most {LARGEST} entries")
    return batch, parse_entries(station, "entries", batch.entries)


def parse_entries(station: str, field: str, sent: Sequence[Sent], begins: int = 0) -> list[ReceivedEntry]:
    """Entries of a station in one unbroken chain. Raises FieldError naming the one that is not: `field`, and its index.

    `begins`: the index of the first.
    """
    arrived: list[ReceivedEntry] = []
    for index, each in enumerate(sent, begins):
        arrived.append(_parse_entry(station, f"{field}[{index}]", each, arrived[-1:]))
    return arrived


def _parse_entry(station: str, field: str, sent: Sent, previous: list[ReceivedEntry]) -> ReceivedEntry:
    body, digest = sent.body.encode(), bytes.fromhex(sent.hash)
    content = _understood(body)
    try:
        place = content if content and 0 < content.seq <= LAST_SEQ else position_of(body)
    except ValueError as error:
        raise FieldError(f"{field}.body", f"not the text of an entry: {error}") from error
    if place.station != station:
        raise FieldError(f"{field}.body", f"an entry of station {place.station}, sent by {station}")
    for before in previous:
        if place.seq != before.seq + 1:
            raise FieldError(f"{field}.body", f"entry {place.seq} cannot follow entry {before.seq}")
        if chain_hash(before.hash, body) != digest:
            raise FieldError(f"{field}.hash", "not the hash of this text after the entry before")
    personal, whole = _parse_personal(f"{field}.personal", sent.personal, content)
    return ReceivedEntry(place.seq, body, digest, personal, place.generation, whole)


def _understood(body: bytes) -> EntryContent | None:
    try:
        return content_in(body)
    except ValueError:
        return None


def _parse_personal(field: str, text: str | None, content: EntryContent | None) -> tuple[bytes | None, EntryContent | None]:
    """The personal part of an entry, and what it says with it. Raises FieldError for one that the body was not written with.

    Of a body that is not understood nobody can tell: it is kept, and looked at again when it is.
    """
    if text is None:
        return None, content
    try:
        personal = base64url_decode(text)
    except ValueError as error:
        raise FieldError(field, "not base64url without padding") from error
    try:
        return personal, content and with_personal(content, personal)
    except ValueError as error:
        raise FieldError(field, str(error)) from error


def check_agreement(statement: StationStatement, arrived: Sequence[ReceivedEntry]) -> None:
    """Hold the entries against what was signed. Raises FieldError naming the member that does not agree with them."""
    base, head = bytes.fromhex(statement.base), bytes.fromhex(statement.head)
    check_genesis("signed", statement.station, statement.generation, statement.genesis.encode())
    check_generation("entries", statement.generation, arrived)
    if arrived and statement.last != arrived[-1].seq:
        raise FieldError("signed.last", f"is {statement.last}, but the last entry of the batch is {arrived[-1].seq}")
    if arrived and head != arrived[-1].hash:
        raise FieldError("signed.head", "not the hash of the last entry")
    if arrived and chain_hash(base, arrived[0].body) != arrived[0].hash:
        raise FieldError("signed.base", "not the hash of the entry before the first")
    if arrived and arrived[0].seq == 1 and base != statement.first_hash:
        raise FieldError("signed.base", "not where its genesis says that the journal begins")
    if not arrived and base != head:
        raise FieldError("entries", "the statement covers entries, but the batch has none")
    if statement.last == 0 and head != statement.first_hash:
        raise FieldError("signed.head", f"not the initial hash of the journal of station {statement.station}")
    if statement.held < statement.last:
        raise FieldError("signed.held", f"is {statement.held}, less than the last entry, {statement.last}")
    if statement.newest < statement.generation:
        raise FieldError("signed.newest", f"the station writes generation {statement.newest}, and hands in a later one")


def check_genesis(field: str, station: str, generation: int, document: bytes) -> None:
    """Raises FieldError, below `field`, for a genesis document that is not of this station and generation."""
    if not document:
        if generation != 1:
            raise FieldError(f"{field}.genesis", f"a journal of generation {generation} begins with a genesis document")
        return
    try:
        said = genesis_in(document)
    except ValueError as error:
        raise FieldError(f"{field}.genesis", f"not a genesis document: {error}") from error
    if (said.station, said.generation) != (station, generation):
        raise FieldError(f"{field}.genesis", f"of generation {said.generation} of station {said.station}")
    if said.parent and said.parent.generation >= generation:
        raise FieldError(f"{field}.genesis", f"it continues generation {said.parent.generation}, which is not an earlier one")


def check_generation(field: str, generation: int, arrived: Sequence[ReceivedEntry], begins: int = 0) -> None:
    """Raises FieldError for the first entry of another generation. `begins`: the index of the first entry."""
    for index, entry in enumerate(arrived, begins):
        if entry.generation != generation:
            raise FieldError(
                f"{field}[{index}].body", f"an entry of generation {entry.generation}, handed in as one of {generation}"
            )


def run_of(statement: StationStatement, arrived: Sequence[ReceivedEntry]) -> JournalRun:
    """What a batch hands in."""
    base, head = bytes.fromhex(statement.base), bytes.fromhex(statement.head)
    genesis = statement.genesis.encode()
    return JournalRun(statement.station, statement.generation, genesis, base, statement.last, head, arrived)
