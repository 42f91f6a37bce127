"""What a station's request says, and where it fits in what the city holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.core.problems import InvalidField, wrong_in
from firmware.protocol.entry import Entry, chain_hash, genesis, position_of
from firmware.protocol.messages import Batch, StationStatement, batch_in

LARGEST = 1000
"""Entries in a batch, at most."""


@dataclass(frozen=True)
class Gap:
    """The batch begins after what is wanted."""


@dataclass(frozen=True)
class Fork:
    """The station's journal is not the one the city holds."""

    seq: int
    hash: bytes
    """What the station has at this number."""
    body: bytes
    """The entry; of an empty batch, the statement that names it."""


class MalformedError(Exception):
    """The batch is not one, wherever the city stands. The fault is the sender's."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.wrong = InvalidField(field, reason)


def understood(station: str, body: bytes) -> tuple[Batch, list[Entry]]:
    """The batch of a request, its entries in one unbroken chain. Raises MalformedError naming the field that is wrong."""
    try:
        batch = batch_in(body)
    except ValueError as error:
        wrong = wrong_in(error)
        raise MalformedError(wrong.field, wrong.reason) from error
    if len(batch.entries) > LARGEST:
        raise MalformedError("entries", f"a batch has at most {LARGEST} entries")
    arrived: list[Entry] = []
    for index, sent in enumerate(batch.entries):
        arrived.append(_entry(station, f"entries[{index}]", sent.body.encode(), bytes.fromhex(sent.hash), arrived[-1:]))
    return batch, arrived


def _entry(station: str, field: str, body: bytes, digest: bytes, previous: list[Entry]) -> Entry:
    try:
        place = position_of(body)
    except ValueError as error:
        raise MalformedError(f"{field}.body", f"not the text of an entry: {error}") from error
    if place.station != station:
        raise MalformedError(f"{field}.body", f"an entry of station {place.station}, sent by {station}")
    for before in previous:
        if place.seq != before.seq + 1:
            raise MalformedError(f"{field}.body", f"entry {place.seq} cannot follow entry {before.seq}")
        if chain_hash(before.hash, body) != digest:
            raise MalformedError(f"{field}.hash", "not the hash of this text after the entry before")
    return Entry(place.seq, body, digest)


def must_agree(statement: StationStatement, arrived: Sequence[Entry]) -> None:
    """Hold the entries against what was signed. Raises MalformedError naming the member that does not agree with them."""
    base, head = bytes.fromhex(statement.base), bytes.fromhex(statement.head)
    if arrived and statement.last != arrived[-1].seq:
        raise MalformedError("signed.last", f"signed for entry {statement.last}, and the last one here is {arrived[-1].seq}")
    if arrived and head != arrived[-1].hash:
        raise MalformedError("signed.head", "not the hash of the last entry")
    if arrived and chain_hash(base, arrived[0].body) != arrived[0].hash:
        raise MalformedError("signed.base", "not what the first entry continues from")
    if not arrived and base != head:
        raise MalformedError("entries", "signed for some, and there are none")
    if statement.last == 0 and head != genesis(statement.station):
        raise MalformedError("signed.head", f"not where the journal of station {statement.station} begins")
    if statement.held < statement.last:
        raise MalformedError("signed.held", f"holds {statement.held} entries, and hands in entry {statement.last}")


def placed(following: int, head: bytes, arrived: Sequence[Entry], stored: Mapping[int, bytes]) -> list[Entry] | Gap | Fork:
    """What of a well-formed batch is new. `following` and `head`: the entry wanted and the hash it continues from; `stored`:
    the hashes the city holds for the numbers of the batch.
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


def beside(
    following: int, statement: StationStatement, document: bytes, stored: Mapping[int, bytes]
) -> list[Entry] | Gap | Fork:
    """As `placed`, for a batch without entries: the statement names the last one that the city is thought to hold."""
    if statement.last >= following:
        return Gap()
    head = bytes.fromhex(statement.head)
    if statement.last and stored[statement.last] != head:
        return Fork(statement.last, head, document)
    return []
