"""`python -m bench.central.partitions [--rows N]`: a month of the check log deleted row by row, and dropped as a partition."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, text

from central.cli.cluster import running
from central.db.check_partitions import check_partitions, drop_partition
from central.db.store import open_store
from central.operations.check_retention import apply_partitions

MARCH, APRIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
FILL = text(
    "INSERT INTO checks (checked_at, asked_by, plate, zone, sector, at, allowed, complete_until, silent) "
    "SELECT CAST(:first AS timestamptz) + n * CAST(:step AS interval), 'Agent 1234', '', 1, '11D', "
    "CAST(:first AS timestamptz) + n * CAST(:step AS interval), n % 3 > 0, CAST(:first AS timestamptz), '[]' "
    "FROM generate_series(0, :rows - 1) n"
)
SIZE = text("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'checks%'")


def main() -> None:
    """Print what each way takes, and what it leaves."""
    parser = argparse.ArgumentParser(prog="python -m bench.central.partitions", description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000, help="of a month (default: %(default)s)")
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="hdt-") as folder:
        Path(folder).chmod(0o755)
        with running(Path(folder) / "pg", {"shared_buffers": "256MB", "max_wal_size": "4GB"}) as cluster:
            store = open_store(cluster.url())
            _measure(store, rows)
            store.dispose()


def _measure(store: Engine, rows: int) -> None:
    for month in (MARCH, APRIL):
        _tell(f"{rows} rows of a month written", lambda month=month: _fill(store, month, rows))  # type: ignore[misc]
    before = _size(store)
    _tell("March deleted row by row", lambda: _run(store, "DELETE FROM checks WHERE checked_at < '2026-04-01 00:00:00+00'"))
    _tell("and vacuumed", lambda: _vacuum(store))
    _say(f"the table: {before} MB before, {_size(store)} MB after: its pages are free for new rows, none is given back")
    _fill(store, MARCH, rows)
    _tell("cut into months (the rows stay where they are)", lambda: apply_partitions(store, "bench", MARCH))
    june = datetime(2026, 6, 1, tzinfo=UTC)
    _tell(f"{rows} rows of a month written into its partition", lambda: _fill(store, june, rows))
    before = _size(store)
    _tell("that month dropped", lambda: _drop(store, "checks_2026_06"))
    _say(f"the table: {before} MB before, {_size(store)} MB after")


def _fill(store: Engine, first: datetime, rows: int) -> None:
    with store.begin() as connection:
        connection.execute(FILL, {"first": first, "step": timedelta(days=30) / rows, "rows": rows})


def _run(store: Engine, statement: str) -> None:
    with store.begin() as connection:
        connection.execute(text(statement))


def _vacuum(store: Engine) -> None:
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM checks"))


def _drop(store: Engine, name: str) -> None:
    with store.begin() as connection:
        (partition,) = (each for each in check_partitions(connection) if each.name == name)
        drop_partition(connection, partition)


def _size(store: Engine) -> int:
    with store.connect() as connection:
        return int(connection.scalar(SIZE) or 0) // 1_000_000


def _tell(what: str, measured: Callable[[], object]) -> None:
    began = time.perf_counter()
    measured()
    _say(f"{what}: {time.perf_counter() - began:.2f} s")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
