"""Journals for the benchmark: whole journals and the signed requests that carry them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count, islice

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from firmware.domain.parking_right import ParkingRight
from firmware.protocol.entry import Entry, EntryContent, body_of, chain_hash
from firmware.protocol.facts import Fact, PaymentStarted, RightSold, TicketPrinted
from firmware.protocol.genesis import first_hash
from firmware.protocol.messages import ClockQuality, StationStatement, StatusReport, batch_of

SECTORS = tuple(f"{arrondissement}{letter}" for arrondissement in range(1, 21) for letter in "ABCDEFGH")
REPORT = StatusReport("0.1.0", ClockQuality.SYNCHRONISED, {"tariffs": 1})
PLATES = 1_500_000
"""Vehicles that park in Paris at times."""
SPREAD = 83
"""From one of them to the next, in the order in which plates are given out: they are spread over AA-001-AA to HC-999-ZZ."""


def names(stations: int) -> tuple[str, ...]:
    """`75001-0001` and so on."""
    return tuple(f"{75001 + number % 20}-{number // 20:04d}" for number in range(stations))


def key_of(station: str) -> Ed25519PrivateKey:
    """Always the same, so that whoever enrols and whoever signs need not meet."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(station.encode()).digest())


def sector_of(station: str) -> str:
    """Where it stands."""
    arrondissement, number = int(station[3:5]), int(station[6:])
    return f"{arrondissement}{'ABCDEFGH'[number % 8]}"


def zone_of(sector: str) -> int:
    """1 for the eleven arrondissements in the middle, 2 for the rest."""
    return 1 if int(sector[:-1]) <= 11 else 2


def plate(number: int) -> str:
    """A plate as they are given out: `AA-001-AA` without dashes."""
    letters, digits = divmod(number % PLATES * SPREAD, 999)
    first, last = divmod(letters, 26 * 26)
    return f"{_pair(first)}{digits + 1:03d}{_pair(last)}"


def _pair(number: int) -> str:
    return chr(65 + number // 26 % 26) + chr(65 + number % 26)


def entries(station: str, began: datetime) -> Iterator[Entry]:
    """A journal without end: a sale every two minutes, each of them three entries."""
    head = first_hash(station, b"")
    for seq, fact in enumerate(_facts(station, began), 1):
        at = began + timedelta(seconds=40 * seq)
        body = body_of(EntryContent(seq, station, at, 40.0 * seq, "bench", fact))
        head = chain_hash(head, body)
        yield Entry(seq, body, head)


def _facts(station: str, began: datetime) -> Iterator[Fact]:
    first = int(hashlib.sha256(station.encode()).hexdigest()[:8], 16)
    for number in count(1):
        right = sale(station, number, plate(first + number), began + timedelta(minutes=2 * number))
        yield PaymentStarted(right)
        yield RightSold(right, True)
        yield TicketPrinted(right.reference)


def sale(station: str, number: int, plate: str, at: datetime) -> ParkingRight:
    """Two hours of a visitor."""
    sector = sector_of(station)
    start = at.replace(second=0, microsecond=0)
    return ParkingRight(
        reference=f"{station}-{number:06d}",
        plate=plate,
        zone=zone_of(sector),
        sector=sector,
        regime="visitor",
        vehicle="car",
        start=start,
        end=start + timedelta(hours=2),
        units=8,
        cents=1200,
        tariff="2024-10-01",
    )


def requests(station: str, batches: Sequence[int], began: datetime, sent_at: datetime) -> Iterator[bytes]:
    """The bodies that carry the first entries of a journal, so many in each batch, one after the other."""
    key, journal = key_of(station), entries(station, began)
    held, base = sum(batches), first_hash(station, b"")
    for request_number, size in enumerate(batches, 1):
        batch = list(islice(journal, size))
        statement = StationStatement(
            station, request_number, sent_at, base.hex(), batch[-1].seq, batch[-1].hash.hex(), held, REPORT
        )
        base = batch[-1].hash
        yield batch_of(statement, batch, key)
