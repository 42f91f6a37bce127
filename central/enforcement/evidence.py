"""Gathering the evidence of plate checks: every read of the register that verdicts rest on, in order.

The theory. How far the stations' data goes is read before the rights, or with them: an entry that arrives in between makes the
answer better than it says, never worse. Nothing is locked, so stations and agents do not wait for each other. What was known at
an earlier moment is the same reads with one more condition. A single check is a batch of one: what is read
(central/enforcement/register_reading.py) is as many statements, however many plates are asked about, and what they found is
dealt out to its inquiries here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from central.enforcement.notice_lookup import stays_among
from central.enforcement.register_reading import read_refusals, read_vehicles
from central.enforcement.right_lookup import similar_among
from central.rules.evidence import Evidence, Inquiry, NoticeStay, RegisteredRight
from central.rules.plate_match import alike
from central.rules.station_groups import completeness_of_all


@dataclass(frozen=True)
class RefusalEvidence:
    """What is gathered besides about a vehicle that nothing lets stay."""

    notices: tuple[NoticeStay, ...]
    similar: tuple[RegisteredRight, ...]
    """Rights that end after the instant, of the plates one keying error apart."""


def gather(connection: Connection, inquiries: Sequence[Inquiry]) -> list[Evidence]:
    """What the register knows of each vehicle, in the transaction of `connection`.

    All inquiries ask about what was known at one moment, by one set of rules; there is at least one.
    """
    read, look_back = read_vehicles(connection, inquiries), inquiries[0].rules.look_back
    held = [
        tuple(each for each in read.holdings.get(inquiry.vehicle.plate, ()) if each.is_valid_at(inquiry.vehicle.at))
        for inquiry in inquiries
    ]
    completeness = completeness_of_all(read.groups, inquiries, [bool(holding) for holding in held])
    rights = _by_alike(read.rights)
    return [
        Evidence(
            inquiry=inquiry,
            holdings=holding,
            rights=tuple(
                right for right in rights.get(alike(inquiry.vehicle.plate), ()) if right.end > inquiry.vehicle.at - look_back
            ),
            completeness=complete,
        )
        for inquiry, holding, complete in zip(inquiries, held, completeness, strict=True)
    ]


def gather_refusals(connection: Connection, inquiries: Sequence[Inquiry]) -> list[RefusalEvidence]:
    """Of each vehicle, the stays that notices bought, and the rights of the plates one keying error apart.

    Asked only about vehicles that nothing lets stay: nothing is read if there are none.
    """
    if not inquiries:
        return []
    read, after = read_refusals(connection, inquiries), min(inquiry.vehicle.at for inquiry in inquiries)
    plates = [alike(inquiry.vehicle.plate) for inquiry in inquiries]
    found = similar_among(connection, plates, read.candidates, after, inquiries[0].known_at)
    stays = stays_among(read.notices, inquiries)
    return [
        RefusalEvidence(bought, tuple(right for right in rights if right.end > inquiry.vehicle.at))
        for inquiry, bought, rights in zip(inquiries, stays, found, strict=True)
    ]


def _by_alike(rights: Iterable[RegisteredRight]) -> dict[str, list[RegisteredRight]]:
    found: defaultdict[str, list[RegisteredRight]] = defaultdict(list)
    for right in rights:
        found[alike(right.plate)].append(right)
    return found
