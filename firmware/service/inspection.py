"""Readings for a technician: versions, clock, power supply, deliveries to the city, journal.

Each reading has a word for "nobody can tell": None. A machine that does not know says so; it never shows a guess as a value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct

from firmware.ledger.clock_evidence import CityTime
from firmware.service.computer_alarms import DiskHealth
from firmware.service.people import PeopleSource, no_people
from hal.ports import Supply


class DeliveryStatus(Struct, frozen=True):
    """Deliveries of the journal to the city, as the sync process last noted them."""

    at: datetime | None = None
    """When the city last accepted a delivery; aware. None: not since the note was begun."""
    acknowledged: int | None = None
    """The last entry the city is known to have."""
    generation: int = 1
    """Of the journal that entry stands in."""
    refused: str = ""
    """Why the city did not take the last delivery it answered; empty if it did."""
    clone: bool = False
    """The city says that another machine hands in under this station's name."""


class Inspection(Struct, frozen=True):
    """All readings of one instant."""

    software: str
    tariff: str
    versions: tuple[tuple[str, int], ...] = ()
    """What the city has published and this station keeps: kind and version."""
    synchronised: bool | None = None
    """Whether the clock on the wall is kept right from outside."""
    supply: Supply = Supply()
    delivery: DeliveryStatus = DeliveryStatus()
    seq: int = 0
    """Of the journal's last entry."""
    head: str = ""
    """Its hash, 64 hexadecimal digits."""
    generation: int = 1
    """Of that journal."""

    @property
    def unsent(self) -> int | None:
        """Entries of this journal that the city has not acknowledged."""
        return unsent(self.delivery, self.generation, self.seq)


def unsent(delivery: DeliveryStatus, generation: int, seq: int) -> int | None:
    """Entries of the journal of this generation, up to its last one `seq`, that the city has not; None if nobody can tell."""
    if delivery.acknowledged is None or delivery.generation > generation:
        return None
    return seq if delivery.generation < generation else max(0, seq - delivery.acknowledged)


class ReadingSources(Struct, frozen=True):
    """The functions that take the readings; by default nothing is known and nobody may open the menu."""

    people: PeopleSource = no_people
    access_secret: Callable[[], bytes | None] = lambda: None
    """What one-time codes are made with."""
    supply: Callable[[], Supply] = Supply
    disk: Callable[[], DiskHealth] = DiskHealth
    boot: Callable[[], bool | None] = lambda: None
    delivery: Callable[[], DeliveryStatus] = DeliveryStatus
    versions: Callable[[], Mapping[str, int]] = dict
    city_time: Callable[[], CityTime | None] = lambda: None
