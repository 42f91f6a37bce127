"""Gathering the evidence of plate checks: every read of the register that verdicts rest on, in order.

The theory. How far the stations' data goes is read first and only then the rights: an entry that arrives in between makes the
answer better than it says, never worse. Nothing is locked, so stations and agents do not wait for each other. What was known at
an earlier moment is the same reads with one more condition. A single check is a batch of one: each kind of evidence is one
statement, however many plates are asked about, and what a statement found is dealt out to its inquiries here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from central.enforcement.completeness import read_groups
from central.enforcement.right_lookup import find_rights
from central.register.holdings import find_holdings_by_plate
from central.rules.evidence import Evidence, Inquiry, RegisteredRight
from central.rules.plate_match import alike, neighbours
from central.rules.station_groups import completeness_of


def gather(connection: Connection, inquiries: Sequence[Inquiry]) -> list[Evidence]:
    """What the register knows of each vehicle, in the transaction of `connection`: three statements for all of them.

    All inquiries ask about what was known at one moment, by one set of rules; there is at least one.
    """
    known_at, instants = inquiries[0].known_at, [inquiry.vehicle.at for inquiry in inquiries]
    between, look_back = (min(instants), max(instants)), inquiries[0].rules.look_back
    plates = {inquiry.vehicle.plate for inquiry in inquiries}
    holdings = find_holdings_by_plate(connection, plates, between, known_at)
    held = [
        tuple(each for each in holdings.get(inquiry.vehicle.plate, ()) if each.is_valid_at(inquiry.vehicle.at))
        for inquiry in inquiries
    ]
    groups = read_groups(connection, inquiries, everywhere=any(held))
    rights = _by_alike(find_rights(connection, set(map(alike, plates)), between[0] - look_back, known_at))
    return [
        Evidence(
            inquiry=inquiry,
            holdings=holding,
            rights=tuple(
                right for right in rights.get(alike(inquiry.vehicle.plate), ()) if right.end > inquiry.vehicle.at - look_back
            ),
            completeness=completeness_of(groups, inquiry, everywhere=bool(holding)),
        )
        for inquiry, holding in zip(inquiries, held, strict=True)
    ]


def gather_similar(connection: Connection, inquiries: Sequence[Inquiry]) -> list[tuple[RegisteredRight, ...]]:
    """Of each vehicle, the rights that end after the instant, of the plates one keying error apart: some 460 plates each.

    Asked only about vehicles that nothing lets stay: one statement for all of them, none if there are none.
    """
    near = [neighbours(alike(inquiry.vehicle.plate)) for inquiry in inquiries]
    if not near:
        return []
    after = min(inquiry.vehicle.at for inquiry in inquiries)
    found = _by_alike(find_rights(connection, frozenset().union(*near), after, inquiries[0].known_at))
    return [
        tuple(right for plate in plates & found.keys() for right in found[plate] if right.end > inquiry.vehicle.at)
        for inquiry, plates in zip(inquiries, near, strict=True)
    ]


def _by_alike(rights: Iterable[RegisteredRight]) -> dict[str, list[RegisteredRight]]:
    found: defaultdict[str, list[RegisteredRight]] = defaultdict(list)
    for right in rights:
        found[alike(right.plate)].append(right)
    return found
