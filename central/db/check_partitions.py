"""Monthly partitions of the check log on PostgreSQL: statements that make, fill, drop and join them.

The theory. A row of `checks` is found by its number, and is as old as the instant at which it was made: with that instant in
its primary key the table can be cut by months, and a month goes as a whole instead of row by row. No money hangs on the number
being unique by itself: it is drawn from one sequence. What a notice refers to stays: its month is replaced by those rows alone.
A foreign key cannot point at half of a key, so the one of `notice_proposals` goes with the first month, and comes back with
`join_months`; a proposal is only ever made of a row that was read in its own transaction (central/notices/issue.py).

The name of a partition says what is in it: `checks_until_2026_05` (all before May), `checks_2026_05`, `checks_default`. Months
are those of UTC. No row is refused for want of a month: the default takes it, and gives it up when its month is made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, text

TABLE = "checks"
DEFAULT = "checks_default"
LOCK_WAIT = "5s"
"""How long a statement waits for the table while checks wait behind it; then it gives up, and may be run again."""
_NAME = re.compile(r"checks_(?P<until>until_)?(?P<year>\d{4})_(?P<month>\d\d)")
_FOREIGN_KEY = "notice_proposals_check_fkey"


@dataclass(frozen=True, order=True)
class CheckMonth:
    """A month of UTC."""

    year: int
    month: int

    def later(self, months: int) -> CheckMonth:
        """So many months later."""
        years, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return CheckMonth(years, month + 1)

    @property
    def begins(self) -> datetime:
        """Its first instant."""
        return datetime(self.year, self.month, 1, tzinfo=UTC)

    @property
    def partition(self) -> str:
        """The name of its partition."""
        return f"{TABLE}_{self.year:04}_{self.month:02}"


@dataclass(frozen=True)
class CheckPartition:
    """A partition of the check log."""

    name: str
    begins: CheckMonth | None
    """None: everything before it ends."""
    ends: CheckMonth
    """The month after its last."""

    @property
    def bounds(self) -> str:
        """As PostgreSQL is told them."""
        return f"FROM ({_literal(self.begins) if self.begins else 'MINVALUE'}) TO ({_literal(self.ends)})"


def month_of(at: datetime) -> CheckMonth:
    """The month of an instant."""
    told = at.astimezone(UTC)
    return CheckMonth(told.year, told.month)


def is_partitioned(connection: Connection) -> bool:
    """Whether the check log is cut into months."""
    kind = text("SELECT relkind FROM pg_class WHERE oid = to_regclass(:table)")
    return bool(connection.scalar(kind, {"table": TABLE}) in ("p", b"p"))


def check_partitions(connection: Connection) -> tuple[CheckPartition, ...]:
    """The partitions but the default one, the oldest first."""
    names = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = to_regclass(:table)")
    found = [_partition(name) for name in connection.scalars(names, {"table": TABLE})]
    return tuple(sorted(filter(None, found), key=lambda each: each.ends))


def prepare_months(store: Engine, until: CheckMonth) -> None:
    """What takes long and lets checks go on meanwhile: the index of the new key, and proof that no row is of a later month."""
    with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _drop_preparation(connection)
        connection.execute(text("CREATE UNIQUE INDEX CONCURRENTLY checks_cut ON checks (id, checked_at)"))
        limit = f"CHECK (checked_at < {_literal(until)}) NOT VALID"
        connection.execute(text(f"ALTER TABLE checks ADD CONSTRAINT checks_cut_before {limit}"))
        try:
            connection.execute(text("ALTER TABLE checks VALIDATE CONSTRAINT checks_cut_before"))
        except BaseException:
            _drop_preparation(connection)
            raise


def cut_into_months(connection: Connection, until: CheckMonth) -> None:
    """Make the table the first partition of a new one, with every row where it is: no row is rewritten."""
    old = CheckPartition(f"{TABLE}_until_{until.year:04}_{until.month:02}", None, until)
    for statement in (
        f"SET LOCAL lock_timeout = '{LOCK_WAIT}'",
        "LOCK TABLE notice_proposals, checks IN ACCESS EXCLUSIVE MODE",
        f"ALTER TABLE notice_proposals DROP CONSTRAINT {_FOREIGN_KEY}",
        "ALTER TABLE checks DROP CONSTRAINT checks_pkey",
        "ALTER TABLE checks ADD CONSTRAINT checks_until_pkey PRIMARY KEY USING INDEX checks_cut",
        "ALTER INDEX checks_by_moment RENAME TO checks_until_by_moment",
        f"ALTER TABLE checks RENAME TO {old.name}",
        f"CREATE TABLE checks (LIKE {old.name} INCLUDING DEFAULTS) PARTITION BY RANGE (checked_at)",
        "ALTER TABLE checks ADD CONSTRAINT checks_pkey PRIMARY KEY (id, checked_at)",
        "CREATE INDEX checks_by_moment ON checks (checked_at)",
        "ALTER SEQUENCE checks_id_seq OWNED BY checks.id",
        f"ALTER TABLE checks ATTACH PARTITION {old.name} FOR VALUES {old.bounds}",
        f"ALTER TABLE {old.name} DROP CONSTRAINT checks_cut_before",
        f"CREATE TABLE {DEFAULT} PARTITION OF checks DEFAULT",
    ):
        connection.execute(text(statement))


def make_month(connection: Connection, month: CheckMonth) -> None:
    """Add a month, and give it the rows that the default partition took for it."""
    made = CheckPartition(month.partition, month, month.later(1))
    theirs = f"checked_at >= {_literal(made.begins or month)} AND checked_at < {_literal(made.ends)}"
    for statement in (
        f"SET LOCAL lock_timeout = '{LOCK_WAIT}'",
        f"CREATE TABLE {made.name} (LIKE checks INCLUDING DEFAULTS)",
        f"LOCK TABLE {DEFAULT} IN ACCESS EXCLUSIVE MODE",
        f"WITH moved AS (DELETE FROM {DEFAULT} WHERE {theirs} RETURNING *) INSERT INTO {made.name} SELECT * FROM moved",
        f"ALTER TABLE checks ATTACH PARTITION {made.name} FOR VALUES {made.bounds}",
    ):
        connection.execute(text(statement))


def has_expired_rows(connection: Connection, partition: CheckPartition) -> bool:
    """Whether a partition has a row that no notice refers to."""
    rows = f'SELECT 1 FROM {partition.name} o WHERE NOT EXISTS (SELECT 1 FROM notice_proposals n WHERE n."check" = o.id)'
    return bool(connection.scalar(text(f"SELECT EXISTS ({rows})")))


def drop_partition(connection: Connection, partition: CheckPartition) -> int:
    """Drop a partition; the controls of notices stay, in one of the same bounds. How many those are."""
    name = partition.name
    for statement in (
        f"SET LOCAL lock_timeout = '{LOCK_WAIT}'",
        f"ALTER TABLE checks DETACH PARTITION {name}",
        f"ALTER TABLE {name} RENAME TO checks_dropped",
        f"CREATE TABLE {name} (LIKE checks INCLUDING DEFAULTS)",
    ):
        connection.execute(text(statement))
    noticed = 'WHERE EXISTS (SELECT 1 FROM notice_proposals n WHERE n."check" = o.id)'
    kept = connection.execute(text(f"INSERT INTO {name} SELECT o.* FROM checks_dropped o {noticed}")).rowcount
    connection.execute(text("DROP TABLE checks_dropped"))
    bounds = f"ALTER TABLE checks ATTACH PARTITION {name} FOR VALUES {partition.bounds}"
    connection.execute(text(bounds if kept else f"DROP TABLE {name}"))
    return kept


def join_months(connection: Connection) -> None:
    """Make one plain table of all partitions again, with its key and the foreign key to it: every row is rewritten."""
    for statement in (
        f"SET LOCAL lock_timeout = '{LOCK_WAIT}'",
        "LOCK TABLE notice_proposals, checks IN ACCESS EXCLUSIVE MODE",
        "CREATE TABLE checks_joined (LIKE checks INCLUDING DEFAULTS)",
        "INSERT INTO checks_joined SELECT * FROM checks",
        "ALTER SEQUENCE checks_id_seq OWNED BY checks_joined.id",
        "DROP TABLE checks",
        "ALTER TABLE checks_joined RENAME TO checks",
        "ALTER TABLE checks ADD CONSTRAINT checks_pkey PRIMARY KEY (id)",
        "CREATE INDEX checks_by_moment ON checks (checked_at)",
        f'ALTER TABLE notice_proposals ADD CONSTRAINT {_FOREIGN_KEY} FOREIGN KEY ("check") REFERENCES checks (id)',
    ):
        connection.execute(text(statement))


def _drop_preparation(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE checks DROP CONSTRAINT IF EXISTS checks_cut_before"))
    connection.execute(text("DROP INDEX IF EXISTS checks_cut"))


def _partition(name: str) -> CheckPartition | None:
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    month = CheckMonth(int(found["year"]), int(found["month"]))
    return CheckPartition(name, None, month) if found["until"] else CheckPartition(name, month, month.later(1))


def _literal(month: CheckMonth) -> str:
    return f"'{month.begins:%Y-%m-%d} 00:00:00+00'"
