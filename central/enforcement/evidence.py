"""Gathering the evidence of a plate check: every read of the register that a verdict rests on, in order.

The theory. How far the stations' data goes is read first and only then the rights: an entry that arrives in between makes the
answer better than it says, never worse. Nothing is locked, so stations and agents do not wait for each other. What was known at
an earlier moment is the same reads with one more condition.
"""

from __future__ import annotations

from sqlalchemy import Connection

from central.enforcement.completeness import read_completeness
from central.enforcement.right_lookup import find_rights
from central.register.holdings import find_holdings
from central.rules.evidence import Evidence, Inquiry, RegisteredRight
from central.rules.plate_match import alike, neighbours


def gather(connection: Connection, inquiry: Inquiry) -> Evidence:
    """What the register knows of a vehicle, in the transaction of `connection`: three statements."""
    vehicle, known_at = inquiry.vehicle, inquiry.known_at
    holdings = find_holdings(connection, vehicle.plate, vehicle.at, known_at)
    complete = read_completeness(connection, inquiry, everywhere=bool(holdings))
    rights = find_rights(connection, [alike(vehicle.plate)], vehicle.at - inquiry.rules.look_back, known_at)
    return Evidence(inquiry=inquiry, holdings=holdings, rights=rights, completeness=complete)


def gather_similar(connection: Connection, inquiry: Inquiry) -> tuple[RegisteredRight, ...]:
    """Rights that end after the instant, of the plates one keying error apart: one statement, some 460 plates.

    Asked only about a vehicle that nothing lets stay.
    """
    vehicle = inquiry.vehicle
    return find_rights(connection, neighbours(alike(vehicle.plate)), vehicle.at, inquiry.known_at)
