"""Loads a register with rights, by COPY: as if machines had sold them over the last weeks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from bench.central import journals
from bench.central.server import BenchServer
from central.db.tables import rights
from central.rules.plate_match import alike

AT = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
"""A Wednesday in paid hours: the instant that plates are asked about."""
APART = timedelta(minutes=17)
"""From one sale of a station to the one before: 40 in a day's paid hours."""
LENGTH = timedelta(hours=2)
VALID = LENGTH // APART
"""So many of each station's last rights cover AT."""
COLUMNS = (
    'station, reference, seq, known_from, status, plate, alike, zone, sector, regime, vehicle, bought_at, start, "end", '
    "units, cents, tariff"
)
BLOCK = 5000
"""Rows handed over at once."""


def plate_of(station: int, sale: int) -> str:
    """Who bought a station's sale, counted back from the last."""
    return journals.plate(station * 1_000_003 + sale * 7_919)


def load(server: BenchServer, names: tuple[str, ...], first: int, last: int) -> None:
    """Of every station the sales from `first` to before `last`, counted back from AT. The index is made anew afterwards."""
    for index in rights.indexes:
        index.drop(server.store)
    with server.direct() as connection:
        connection.execute("SET session_replication_role = replica")  # its stations are known: do not look at each
        with connection.cursor().copy(f"COPY rights ({COLUMNS}) FROM STDIN") as copy:
            lines = _lines(names, first, last)
            while block := "".join(islice(lines, BLOCK)):
                copy.write(block)
        for index in rights.indexes:
            index.create(server.store)
        connection.execute("VACUUM ANALYZE rights")
        connection.execute("CHECKPOINT")


def _lines(names: tuple[str, ...], first: int, last: int) -> Iterator[str]:
    for number, station in enumerate(names):
        sector = journals.sector_of(station)
        after = f"{journals.zone_of(sector)}\t{sector}\tvisitor\tcar"
        for sale in range(first, last):
            plate, start = plate_of(number, sale), AT - sale * APART
            at, end = start.isoformat(), (start + LENGTH).isoformat()
            sold = f"{station}\t{station}-b{sale:06d}\t{sale}\t{at}\tsold\t{plate}\t{alike(plate)}"
            yield f"{sold}\t{after}\t{at}\t{at}\t{end}\t8\t1200\t2024-10-01\n"
