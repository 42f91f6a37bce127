"""Batches of journal entries: parsed, held against what was signed, and placed in the journal the city holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.core.problems import decoding_error
from firmware.domain.errors import FieldError
from firmware.protocol.entry import Entry, chain_hash, genesis, position_of
from firmware.protocol.messages import Batch, StationStatement, batch_in

LARGEST = 1000
"""Entries in a batch, at most."""


@dataclass(frozen=True)
class Gap:
    """A gap: the batch begins after what is wanted."""


@dataclass(frozen=True)
class Fork:
    """A fork: the station's journal is not the one the city holds."""

    seq: int
    hash: bytes
    """What the station has at this number."""
    body: bytes
    """The entry; of an empty batch, the statement that names it."""


def parse_batch(station: str, body: bytes) -> tuple[Batch, list[Entry]]:
    """The batch of a request, its entries in one unbroken chain. Raises FieldError naming the field that is wrong."""
    try:
        batch = batch_in(body)
    except ValueError as error:
        raise decoding_error(error) from error
    if len(batch.entries) > LARGEST:
        raise FieldError("entries", f"a batch has at most {LARGEST} entries")
    arrived: list[Entry] = []
    for index, sent in enumerate(batch.entries):
        arrived.append(_parse_entry(station, f"entries[{index}]", sent.body.encode(), bytes.fromhex(sent.hash), arrived[-1:]))
    return batch, arrived


def _parse_entry(station: str, field: str, body: bytes, digest: bytes, previous: list[Entry]) -> Entry:
    try:
        place = position_of(body)
    except ValueError as error:
        raise FieldError(f"{field}.body", f"not the text of an entry: {error}") from error
    if place.station != station:
        raise FieldError(f"{field}.body", f"an entry of station {place.station}, sent by {station}")
    for before in previous:
        if place.seq != before.seq + 1:
            raise FieldError(f"{field}.body", f"entry {place.seq} cannot follow entry {before.seq}")
        if chain_hash(before.hash, body) != digest:
            raise FieldError(f"{field}.hash", "not the hash of this text after the entry before")
    return Entry(place.seq, body, digest)


def check_agreement(statement: StationStatement, arrived: Sequence[Entry]) -> None:
    """Hold the entries against what was signed. Raises FieldError naming the member that does not agree with them."""
    base, head = bytes.fromhex(statement.base), bytes.fromhex(statement.head)
    if arrived and statement.last != arrived[-1].seq:
        raise FieldError("signed.last", f"is {statement.last}, but the last entry of the batch is {arrived[-1].seq}")
    if arrived and head != arrived[-1].hash:
        raise FieldError("signed.head", "not the hash of the last entry")
    if arrived and chain_hash(base, arrived[0].body) != arrived[0].hash:
        raise FieldError("signed.base", "not the hash of the entry before the first")
    if not arrived and base != head:
        raise FieldError("entries", "the statement covers entries, but the batch has none")
    if statement.last == 0 and head != genesis(statement.station):
        raise FieldError("signed.head", f"not the initial hash of the journal of station {statement.station}")
    if statement.held < statement.last:
        raise FieldError("signed.held", f"is {statement.held}, less than the last entry, {statement.last}")


def place_entries(
    following: int, head: bytes, arrived: Sequence[Entry], stored: Mapping[int, bytes]
) -> list[Entry] | Gap | Fork:
    """The entries of a well-formed batch that are new.

    `following` and `head`: the entry wanted and the hash it continues from; `stored`: the hashes the city holds for the numbers
    of the batch.
    """
    for entry in arrived:
        if entry.seq < following and stored[entry.seq] != entry.hash:
            return Fork(entry.seq, entry.hash, entry.body)
    fresh = [entry for entry in arrived if entry.seq >= following]
    if not fresh:
        return []
    if fresh[0].seq > following:
        return Gap()
    first = fresh[0]
    return fresh if chain_hash(head, first.body) == first.hash else Fork(first.seq, first.hash, first.body)


def place_empty_batch(
    following: int, statement: StationStatement, document: bytes, stored: Mapping[int, bytes]
) -> list[Entry] | Gap | Fork:
    """As `place_entries`, for a batch without entries: the statement names the last one that the city is thought to hold."""
    if statement.last >= following:
        return Gap()
    head = bytes.fromhex(statement.head)
    if statement.last and stored[statement.last] != head:
        return Fork(statement.last, head, document)
    return []
