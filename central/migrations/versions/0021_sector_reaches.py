"""How far the data of each sector's stations goes, kept by triggers on `stations`: a check looks it up.

A version that knows nothing of it writes stations while this one starts, so it is the database that keeps it. PostgreSQL adds a
sector up for one transaction after the other: two that each saw only their own station would keep a sector that is further than
its stalest.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import DDL, Column, DateTime, ExecutableDDLElement, Integer, Text

revision = "register_0021"
down_revision = "register_0020"

INSTANT = DateTime(timezone=True)
COLUMNS = "sector, zone, since, stations, reach"
SUMS = """SELECT sector, min(zone), max(CASE WHEN unsettled OR revoked_at IS NULL THEN enrolled_at ELSE revoked_at END),
  sum(CASE WHEN unsettled OR revoked_at IS NULL THEN 1 ELSE 0 END),
  CASE WHEN count(zone) = count(*) AND min(zone) = max(zone)
    AND sum(CASE WHEN (unsettled OR revoked_at IS NULL) AND complete_until IS NULL THEN 1 ELSE 0 END) = 0
    THEN min(CASE WHEN unsettled OR revoked_at IS NULL THEN complete_until END) END
  FROM stations"""
WATCHED = "zone, sector, enrolled_at, revoked_at, unsettled, complete_until"

POSTGRESQL = (
    f"INSERT INTO sector_reaches ({COLUMNS}) {SUMS} WHERE sector IS NOT NULL AND enrolled_at IS NOT NULL GROUP BY sector",
    f"""CREATE FUNCTION keep_sector_reaches() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE place text;
BEGIN
  FOR place IN SELECT DISTINCT each FROM unnest(ARRAY[OLD.sector, NEW.sector]) each WHERE each IS NOT NULL ORDER BY each LOOP
    PERFORM pg_advisory_xact_lock(hashtextextended('reach of ' || place, 0));
    INSERT INTO sector_reaches AS kept ({COLUMNS})
    {SUMS} WHERE sector = place AND enrolled_at IS NOT NULL GROUP BY sector
    ON CONFLICT (sector) DO UPDATE SET zone = excluded.zone, since = excluded.since, stations = excluded.stations,
      reach = excluded.reach;
    IF NOT FOUND THEN
      DELETE FROM sector_reaches WHERE sector = place;
    END IF;
  END LOOP;
  RETURN NULL;
END $$""",
    f"""CREATE TRIGGER stations_reach AFTER INSERT OR DELETE OR UPDATE OF {WATCHED} ON stations
  FOR EACH ROW EXECUTE FUNCTION keep_sector_reaches()""",
)


def _sqlite(event: str, places: str) -> str:
    return f"""CREATE TRIGGER stations_reach_{event.split()[0].lower()} AFTER {event} ON stations BEGIN
  DELETE FROM sector_reaches WHERE sector IN ({places});
  INSERT INTO sector_reaches ({COLUMNS})
  {SUMS} WHERE sector IN ({places}) AND enrolled_at IS NOT NULL GROUP BY sector;
END"""


SQLITE = (
    POSTGRESQL[0],
    _sqlite("INSERT", "NEW.sector"),
    _sqlite(f"UPDATE OF {WATCHED}", "OLD.sector, NEW.sector"),
    _sqlite("DELETE", "OLD.sector"),
)
POSTGRESQL_AWAY = ("DROP TRIGGER stations_reach ON stations", "DROP FUNCTION keep_sector_reaches()")
SQLITE_AWAY = tuple(f"DROP TRIGGER stations_reach_{event}" for event in ("insert", "update", "delete"))


def _listeners(moment: str, postgresql: tuple[str, ...], sqlite: tuple[str, ...]) -> list[tuple[str, ExecutableDDLElement]]:
    texts = [*(("postgresql", each) for each in postgresql), *(("sqlite", each) for each in sqlite)]
    return [(moment, DDL(text).execute_if(dialect=dialect)) for dialect, text in texts]  # type: ignore[no-untyped-call]


def upgrade() -> None:
    """Make the table, the triggers that keep it, and its rows: nobody writes stations in between."""
    op.create_table(
        "sector_reaches",
        Column("sector", Text, primary_key=True),
        Column("zone", Integer),
        Column("since", INSTANT, nullable=False),
        Column("stations", Integer, nullable=False),
        Column("reach", INSTANT),
        listeners=_listeners("after_create", POSTGRESQL, SQLITE),
    )


def downgrade() -> None:
    """Drop them: an earlier version counts the stations one by one."""
    op.drop_table("sector_reaches", listeners=_listeners("before_drop", POSTGRESQL_AWAY, SQLITE_AWAY))
