"""Collections: statistics tickets that technicians took, as the journals tell them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from central.core.fields import plausible
from central.db.bulk_insert import insert_all
from central.db.fleet_tables import collections
from central.rules.journals import entry_position
from firmware.protocol.entry import EntryContent
from firmware.protocol.facts import CountersCollected

LARGEST = (1 << 31) - 1


def store_collections(connection: Connection, station: str, number: int, records: Sequence[EntryContent]) -> None:
    """Keep the collections among entries of a journal; `number`: the journal's. One that no machine writes is left out."""
    rows = [
        {
            "station": station,
            "seq": entry_position(number, each.seq),
            "at": each.at,
            "person": each.fact.person,
            "number": each.fact.number,
            "since_seq": each.fact.since_seq,
            "sales": each.fact.sales,
            "cents": each.fact.cents,
        }
        for each in records
        if isinstance(each.fact, CountersCollected) and plausible(each.at) and _fits(each.fact)
    ]
    insert_all(connection, collections, rows)


def _fits(fact: CountersCollected) -> bool:
    return all(0 <= value <= LARGEST for value in (fact.number, fact.since_seq, fact.sales, fact.cents))
