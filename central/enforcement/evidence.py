"""Gathering the evidence of a plate check: every read of the register that a verdict rests on, in order.

The theory. How far the stations' data goes is read first and only then the rights: an entry that arrives in between makes the
answer better than it says, never worse. Nothing is locked, so stations and agents do not wait for each other. What was known at
an earlier moment is the same reads with one more condition.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from central.enforcement.completeness import read_completeness
from central.enforcement.right_lookup import find_rights
from central.register.holdings import find_holdings
from central.rules.evidence import Evidence, Inquiry
from central.rules.plate_match import alike, neighbours
from central.rules.verdict import judge


def gather(connection: Connection, inquiry: Inquiry) -> Evidence:
    """What the register knows of a vehicle, in the transaction of `connection`: three statements, and a fourth for a refusal.

    The plates one keying error apart, some 460, are looked up only where nothing else lets the vehicle stay.
    """
    vehicle, known_at = inquiry.vehicle, inquiry.known_at
    holdings = find_holdings(connection, vehicle.plate, vehicle.at, known_at)
    complete = read_completeness(connection, inquiry, everywhere=bool(holdings))
    rights = find_rights(connection, [alike(vehicle.plate)], vehicle.at - inquiry.rules.look_back, known_at)
    evidence = Evidence(inquiry=inquiry, holdings=holdings, rights=rights, completeness=complete)
    if judge(evidence).because:
        return evidence
    return replace(evidence, similar=find_rights(connection, neighbours(alike(vehicle.plate)), vehicle.at, known_at))
