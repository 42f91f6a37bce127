"""Tables of the fleet beside its journals: where stations stand, what technicians collected, how far sectors are complete."""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Integer, Table, Text

from central.db.column_types import AwareDateTime, Big
from central.db.tables import metadata

station_positions = Table(
    "station_positions",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("latitude", Float, nullable=False),  # WGS 84, degrees
    Column("longitude", Float, nullable=False),
    Column("address", Text, nullable=False),  # empty: nobody said
    Column("set_at", AwareDateTime, nullable=False),
    Column("set_by", Text, nullable=False),
)

collections = Table(  # statistics tickets: counters that begin again
    "collections",
    metadata,
    Column("station", Text, ForeignKey("stations.station"), primary_key=True),
    Column("seq", Big, primary_key=True),  # place of the entry
    Column("at", AwareDateTime, nullable=False),  # by the station's clock
    Column("person", Text, nullable=False),  # the technician's number
    Column("number", Integer, nullable=False),  # of this collection, from 1
    Column("since_seq", Big, nullable=False),  # the entry after which these counters began
    Column("sales", Integer, nullable=False),
    Column("cents", Big, nullable=False),
)

sector_reaches = Table(  # how far the data of a sector's stations goes: kept by triggers (revision 0021), by nobody else
    "sector_reaches",
    metadata,
    Column("sector", Text, primary_key=True),
    Column("zone", Integer),
    Column("since", AwareDateTime, nullable=False),  # from then on the stations that count are these
    Column("stations", Integer, nullable=False),  # those that are enrolled, or revoked with something missing
    Column("reach", AwareDateTime),  # of the stalest; none: one never handed all in, or they are in several zones
)
